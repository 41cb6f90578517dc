"""Hints: queue messages and asynchronous invokes that say "look at this row". Any may be lost."""

import hashlib
import os
from functools import lru_cache

from switchboard.cloud import aws
from switchboard.models import Command, Hint, encode
from switchboard.settings import Settings


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
