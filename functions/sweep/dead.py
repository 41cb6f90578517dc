"""Dead letters: what queues and Lambda gave up becomes an answer for the person and an alarm."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec import MsgspecError, Struct, field, json

from functions.sweep.settings import SweepSettings
from switchboard import burial, observe
from switchboard.cloud import aws
from switchboard.errors import AppError
from switchboard.models import Command, Hint

ROUNDS = 5
"""Receives of up to ten messages, from each queue in one run."""


class _GivenUp(Struct):
    """What Lambda tells of an invoke that it gave up, as far as it is read."""

    command: Command = field(name="requestPayload")


def bury(now: float) -> dict[str, int]:
    """Empty the four queues as far as one run goes; how many there were of each kind.

    A message goes only when what it needs is committed: killed in between, it is buried again.
    """
    settings, counts = SweepSettings.load(), {"dead": 0, "failed": 0}
    _empty(settings.inbox_dead_url, partial(_message, now), counts)
    _empty(settings.hints_dead_url, _hint, counts)  # a message there is nobody's: never told, kept
    _empty(settings.outbox_dead_url, _hint, counts)
    _empty(settings.failures_url, _call, counts)
    return counts


def _empty(url: str, take: Callable[[dict[str, Any]], None], counts: dict[str, int]) -> None:
    for _ in range(ROUNDS):
        receive = {"QueueUrl": url, "MaxNumberOfMessages": 10}
        messages = aws.call("sqs", "ReceiveMessage", receive).get("Messages", [])
        for message in messages:
            counts["dead"] += 1
            with observe.scope():
                try:
                    take(message)
                    delete = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
                    aws.call("sqs", "DeleteMessage", delete)
                    observe.warn("dead letter")
                except AppError as error:
                    observe.warn("not buried", detail=error.detail)
                    counts["failed"] += 1
        if not messages:
            return


def _message(now: float, message: dict[str, Any]) -> None:
    burial.bury(str(message["MessageId"]), str(message["Body"]), now)


def _hint(message: dict[str, Any]) -> None:
    """The row that it is about is due: the sweep goes on with that one, or ends it."""
    with suppress(MsgspecError):
        observe.bind(run=json.decode(message["Body"], type=Hint).run)


def _call(message: dict[str, Any]) -> None:
    """An invoke that Lambda gave up: its row is due, as that of a hint."""
    with suppress(MsgspecError):
        command = json.decode(message["Body"], type=_GivenUp).command
        meta = command.params.meta
        observe.bind(run=meta.run, op=command.id, channel=meta.channel, tool=meta.tool)
