"""Batches: what a queue's consumer does with each message, and with those that fail."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from switchboard import observe
from switchboard.cloud import aws
from switchboard.errors import AppError
from switchboard.ledger import tries

Record = Mapping[str, Any]
Handle = Callable[[str], None]
"""Takes a record's body."""
Bury = Callable[[str, str], None]
"""Takes the id of a record's message, and its body."""
MAX_TRIES = 4
"""Three visibility timeouts of the Inbox are less than a change may wait (`caps.run.seconds`)."""
SUSPECT = 2
"""Receives from which on it is looked up which of a batch may be why it comes again."""
RETRY_SECONDS = 5.0
"""Before the second receive of a message; each later wait is twice the one before."""


def consume(
    event: Mapping[str, Any], handle: Handle, queue_url: str, bury: Bury | None = None
) -> dict[str, list[dict[str, str]]]:
    """Give each body of an SQS batch to `handle`; what it raises an error for goes back.

    A group's later records go back too, so that its order holds. A returned record comes again
    after the error's `seconds`, else ever more slowly. An error that nobody foresaw costs only its
    own group: the others of the batch are none of its business. What has been begun MAX_TRIES
    times, and may have killed its process, is given to `bury` instead, and its group goes on.
    """
    waits: dict[str, float] = {}
    failures: list[dict[str, str]] = []
    for record in _least_begun_first(event["Records"]) if bury else event["Records"]:
        attributes, now = record["attributes"], time.time() * 1000
        group = attributes["MessageGroupId"]
        with observe.scope(queue_ms=now - float(attributes.get("SentTimestamp", now))):
            if "AWSTraceHeader" in attributes:
                observe.bind(trace=attributes["AWSTraceHeader"])
            if group not in waits:
                wait = _handled(record, handle, bury)
                if wait is None:
                    continue
                waits[group] = wait
            # The later ones too: one message in flight keeps its whole group locked.
            _come_again(queue_url, record, waits[group])
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _handled(record: Record, handle: Handle, bury: Bury | None) -> float | None:
    """In how many seconds the record is to come again; None when it was handled."""
    body, suspect = record["body"], bury is not None and _received(record) > 1
    try:
        if bury and suspect and tries.note(body, time.time()) >= MAX_TRIES:
            bury(record["messageId"], body)
            observe.count("buried", {"dead": 1})
            return None
        handle(body)
        if suspect:  # it may come again all the same, with one that kills its process
            tries.clear(body)
    except AppError as error:
        observe.warn("message returned", detail=error.detail)
        seconds: float = getattr(error, "seconds", _patience(record))
        return seconds
    except Exception as error:  # noqa: BLE001  its words may be a user's: not logged
        observe.unforeseen("message returned", error)
        return _patience(record)
    return None


def _least_begun_first(records: Sequence[Record]) -> Sequence[Record]:
    """The records in an order in which one that kills its process does it after the others."""
    if all(_received(record) <= SUSPECT for record in records):
        return records
    begun: dict[str, int] = {}
    try:
        for record in records:
            if _group(record) not in begun:
                begun[_group(record)] = tries.count(record["body"])
    except AppError as error:
        observe.warn("tries not known", detail=error.detail)
        return records
    return sorted(records, key=lambda record: begun[_group(record)])


def _group(record: Record) -> str:
    return str(record["attributes"]["MessageGroupId"])


def _received(record: Record) -> int:
    return int(record["attributes"].get("ApproximateReceiveCount", "1"))


def _patience(record: Record) -> float:
    return float(min(RETRY_SECONDS * 2.0 ** min(_received(record) - 1, 9), 300.0))


def _come_again(queue_url: str, record: Record, seconds: float) -> None:
    payload = {
        "QueueUrl": queue_url,
        "ReceiptHandle": record["receiptHandle"],
        "VisibilityTimeout": math.ceil(min(seconds, 3600.0)),
    }
    try:
        aws.call("sqs", "ChangeMessageVisibility", payload)
    except AppError as error:  # then it comes again after the queue's own time
        observe.warn("visibility not changed", detail=error.detail)
