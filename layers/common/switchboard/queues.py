"""Hints: queue messages and asynchronous invokes that say "look at this row". Any may be lost."""

import hashlib
import math
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from switchboard import observe
from switchboard.cloud import aws
from switchboard.errors import AppError
from switchboard.models import Command, Hint, encode
from switchboard.settings import Settings

RETRY_SECONDS = 5.0
"""Before the second receive of a message; each later wait is twice the one before."""


class InboxSettings(Settings, frozen=True):
    inbox_url: str


class OutboxSettings(Settings, frozen=True):
    outbox_url: str


class ToolsSettings(Settings, frozen=True):
    tool_prefix: str
    """A tool function is called `<tool_prefix><tool>`."""
    fetch_function: str


def run_tool(command: Command) -> None:
    """Start the command's tool function, by way of fetch when files are still in their chat."""
    if any(attachment.source for attachment in command.params.meta.attachments):
        aws.invoke(ToolsSettings.load().fetch_function, encode(command))
    else:
        start_tool(command)


def start_tool(command: Command) -> None:
    """Start the command's tool function, whose files are there."""
    aws.invoke(ToolsSettings.load().tool_prefix + command.params.meta.tool, encode(command))


def push(hint: Hint, lane: str) -> None:
    """Tell deliver that an answer is ready; answers of one lane are pushed in order."""
    _send(OutboxSettings.load().outbox_url, hint, lane)


def next_in_lane(hint: Hint, lane: str) -> None:
    """Tell dispatch that it is this op's turn."""
    _send(InboxSettings.load().inbox_url, hint, lane)


def each(
    event: Mapping[str, Any], take: Callable[[str], None], queue_url: str
) -> dict[str, list[dict[str, str]]]:
    """Give each body of an SQS batch to `take`; what it raises an error for goes back.

    A group's later records go back too, so that its order holds. A returned record comes again
    after the error's `seconds`, else ever more slowly. An error that nobody foresaw costs only its
    own group: the others of the batch are none of its business.
    """
    waits: dict[str, float] = {}
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in waits:
            try:
                take(record["body"])
                continue
            except AppError as error:
                observe.log("message returned", detail=error.detail)
                waits[group] = getattr(error, "seconds", _patience(record))
            except Exception as error:  # noqa: BLE001  its words may be a user's: not logged
                observe.log("message returned", detail=type(error).__name__, at=_place(error))
                waits[group] = _patience(record)
        # The later ones too: one message in flight keeps its whole group locked.
        _come_again(queue_url, record, waits[group])
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _patience(record: Mapping[str, Any]) -> float:
    received = int(record["attributes"].get("ApproximateReceiveCount", "1"))
    return min(RETRY_SECONDS * 2.0 ** (received - 1), 300.0)


def _place(error: Exception) -> str:
    """Where in the code it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""


def _come_again(queue_url: str, record: Mapping[str, Any], seconds: float) -> None:
    payload = {
        "QueueUrl": queue_url,
        "ReceiptHandle": record["receiptHandle"],
        "VisibilityTimeout": math.ceil(min(seconds, 3600.0)),
    }
    try:
        aws.call("sqs", "ChangeMessageVisibility", payload)
    except AppError as error:  # then it comes again after the queue's own time
        observe.log("visibility not changed", detail=error.detail)


def _send(url: str, hint: Hint, lane: str) -> None:
    payload = {
        "QueueUrl": url,
        "MessageBody": encode(hint).decode(),
        "MessageGroupId": group_of(lane),
        # Every hint is a message of its own: the ledger, not the queue, knows what is done.
        "MessageDeduplicationId": os.urandom(16).hex(),
    }
    aws.call("sqs", "SendMessage", payload)


@lru_cache(1_000)
def group_of(lane: str) -> str:
    """The lane as an SQS message group: 1 to 128 characters of a small alphabet."""
    return hashlib.sha256(lane.encode()).hexdigest()
