"""Hints: queue messages and asynchronous invokes that say "look at this row". Any may be lost."""

import hashlib
import os
from functools import lru_cache
from typing import Any

from switchboard import observe
from switchboard.cloud import aws
from switchboard.models import Command, Hint, encode
from switchboard.settings import Settings


class HintsSettings(Settings, frozen=True):
    hints_url: str


class OutboxSettings(Settings, frozen=True):
    outbox_url: str


class ToolsSettings(Settings, frozen=True):
    tool_prefix: str
    """A tool function is called `<tool_prefix><tool>`."""
    fetch_function: str


def run_tool(command: Command) -> None:
    """Start the command's tool function, by way of fetch when files are still in their chat."""
    if any(attachment.source for attachment in command.params.meta.attachments):
        aws.invoke(ToolsSettings.load().fetch_function, encode(command), observe.trace())
    else:
        start_tool(command)


def start_tool(command: Command) -> None:
    """Start the command's tool function, whose files are there."""
    function = ToolsSettings.load().tool_prefix + command.params.meta.tool
    aws.invoke(function, encode(command), observe.trace())


def push(hint: Hint, lane: str) -> None:
    """Tell deliver that an answer is ready; answers of one lane are pushed in order."""
    _send(OutboxSettings.load().outbox_url, hint, lane)


def next_in_lane(hint: Hint, lane: str) -> None:
    """Tell dispatch that it is this op's turn. Only ingest may send to the Inbox, hence Hints."""
    _send(HintsSettings.load().hints_url, hint, lane)


def _send(url: str, hint: Hint, lane: str) -> None:
    payload = {
        "QueueUrl": url,
        "MessageBody": encode(hint).decode(),
        "MessageGroupId": group_of(lane),
        # Every hint is a message of its own: the ledger, not the queue, knows what is done.
        "MessageDeduplicationId": os.urandom(16).hex(),
        **traced(),
    }
    aws.call("sqs", "SendMessage", payload)


def traced() -> dict[str, Any]:
    """What an SQS message carries besides, so that X-Ray sees who sent it on whose behalf."""
    trace = observe.trace()
    if not trace:
        return {}
    header = {"DataType": "String", "StringValue": trace}
    return {"MessageSystemAttributes": {"AWSTraceHeader": header}}


@lru_cache(1_000)
def group_of(lane: str) -> str:
    """The lane as an SQS message group: 1 to 128 characters of a small alphabet."""
    return hashlib.sha256(lane.encode()).hexdigest()
