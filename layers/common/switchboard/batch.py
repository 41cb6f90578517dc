"""Batches: what a queue's consumer does with each message, and with those that fail."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from switchboard import observe
from switchboard.cloud import aws
from switchboard.errors import AppError

RETRY_SECONDS = 5.0
"""Before the second receive of a message; each later wait is twice the one before."""


def consume(
    event: Mapping[str, Any], handle: Callable[[str], None], queue_url: str
) -> dict[str, list[dict[str, str]]]:
    """Give each body of an SQS batch to `handle`; what it raises an error for goes back.

    A group's later records go back too, so that its order holds. A returned record comes again
    after the error's `seconds`, else ever more slowly. An error that nobody foresaw costs only its
    own group: the others of the batch are none of its business.
    """
    waits: dict[str, float] = {}
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        attributes, now = record["attributes"], time.time() * 1000
        group = attributes["MessageGroupId"]
        with observe.scope(queue_ms=now - float(attributes.get("SentTimestamp", now))):
            if "AWSTraceHeader" in attributes:
                observe.bind(trace=attributes["AWSTraceHeader"])
            if group not in waits:
                wait = _handled(record, handle)
                if wait is None:
                    continue
                waits[group] = wait
            # The later ones too: one message in flight keeps its whole group locked.
            _come_again(queue_url, record, waits[group])
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _handled(record: Mapping[str, Any], handle: Callable[[str], None]) -> float | None:
    """In how many seconds the record is to come again; None when it was handled."""
    try:
        handle(record["body"])
    except AppError as error:
        observe.warn("message returned", detail=error.detail)
        seconds: float = getattr(error, "seconds", _patience(record))
        return seconds
    except Exception as error:  # noqa: BLE001  its words may be a user's: not logged
        observe.unforeseen("message returned", error)
        return _patience(record)
    return None


def _patience(record: Mapping[str, Any]) -> float:
    received = int(record["attributes"].get("ApproximateReceiveCount", "1"))
    return min(RETRY_SECONDS * 2.0 ** (received - 1), 300.0)


def _come_again(queue_url: str, record: Mapping[str, Any], seconds: float) -> None:
    payload = {
        "QueueUrl": queue_url,
        "ReceiptHandle": record["receiptHandle"],
        "VisibilityTimeout": math.ceil(min(seconds, 3600.0)),
    }
    try:
        aws.call("sqs", "ChangeMessageVisibility", payload)
    except AppError as error:  # then it comes again after the queue's own time
        observe.warn("visibility not changed", detail=error.detail)
