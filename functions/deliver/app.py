"""The Outbox out: claim an answer, push it to its chat, record that it was pushed."""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from functions.deliver import render
from functions.deliver.settings import DeliverSettings
from switchboard import aws, channels, ledger, observe, secret
from switchboard.channels.base import Channel
from switchboard.errors import AppError, RateLimitedError, RejectedError, UnavailableError
from switchboard.ledger import Sending
from switchboard.models import Hint, decode_inbox

LEASE_SECONDS = 75.0
"""Longer than the function's timeout."""
PATIENCE_SECONDS = 5.0
"""A platform's `Retry-After` up to this is waited for here; a longer one returns the message."""
MAX_ATTEMPTS = 20


class PostponedError(AppError):
    """The answer goes back to the queue, and its conversation's later ones wait behind it."""

    code = "postponed"


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One batch of the Outbox. A failure returns its record and the group's later ones."""
    failed_groups: set[str] = set()
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        if group not in failed_groups:
            try:
                message = decode_inbox(record["body"])
                if isinstance(message, Hint):
                    deliver(message, time.time())
                continue
            except AppError as error:
                observe.log("answer returned", detail=error.detail)
                failed_groups.add(group)
        failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def deliver(hint: Hint, now: float) -> None:
    """Push one answer, unless somebody else has or does."""
    sending = ledger.take(hint, lease=LEASE_SECONDS, now=now)
    if sending is None:
        observe.log("nothing to push", run=str(hint.run))
        return
    name = f"{sending.answer.channel}/{sending.answer.account}"
    channel = _channels().get(name)
    if channel is None:
        ledger.settle(sending, "FAILED")
        observe.count("push failed", dimension=name, failures=1)
        return
    _push(channel, sending, name)
    took = (time.time() - now) * 1000
    observe.count("pushed", units="Milliseconds", dimension=sending.answer.channel, took=took)


def _push(channel: Channel, sending: Sending, name: str) -> None:
    try:
        for part in render.parts(sending.answer, channel, again=sending.attempt > 1):
            _send(channel, sending, part)
    except RejectedError as error:
        # The chat is gone, or we are not in it any more: no later try can succeed.
        ledger.settle(sending, "FAILED")
        observe.count("push failed", dimension=name, failures=1)
        observe.log("push refused", account=name, detail=error.detail)
    except UnavailableError as error:
        if sending.attempt >= MAX_ATTEMPTS:
            ledger.settle(sending, "FAILED")
            observe.count("push failed", dimension=name, failures=1)
            return
        wait = error.retry_after if isinstance(error, RateLimitedError) else 0.0
        ledger.postpone(sending, time.time() + max(wait, 1.0))
        raise PostponedError(f"{name}: {error.detail}") from error
    else:
        ledger.settle(sending, "SENT")


def _send(channel: Channel, sending: Sending, part: Any) -> None:
    try:
        channel.send(sending.answer.reply_to, part)
    except RateLimitedError as error:
        if error.retry_after > PATIENCE_SECONDS:
            raise
        time.sleep(error.retry_after)
        channel.send(sending.answer.reply_to, part)


@cache
def _channels() -> dict[str, Channel]:
    """The accounts that have every secret they need to send, by `channel/account`; read once."""
    found: dict[str, Channel] = {}
    for name, values in secret.parameter(DeliverSettings.load().channels_parameter).items():
        kind, _, account = name.partition("/")
        channel = channels.outbound(kind, account, values) if kind in channels.CHANNELS else None
        if channel is not None:
            found[name] = channel
    return found


if DeliverSettings.load().aws_lambda_function_name:
    aws.warm()  # while Lambda starts
    _channels()
