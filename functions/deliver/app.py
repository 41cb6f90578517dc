"""The Outbox out: claim an answer, push it to its chat, record that it was pushed."""

import time
from collections.abc import Mapping
from typing import Any, Literal

from functions.deliver import asking, pace, render
from functions.deliver.settings import DeliverSettings
from switchboard import batch, observe
from switchboard.channels.base import Part, Sender
from switchboard.channels.kit import senders
from switchboard.cloud import connections
from switchboard.errors import (
    AppError,
    ClosedWindowError,
    GoneError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.ledger import accounts, held, replies
from switchboard.ledger.replies import Reply, Sending
from switchboard.ledger.states import ReplyState
from switchboard.models import Hint, decode_inbox
from switchboard.net import http

LEASE_SECONDS = 75.0
"""Longer than the function's timeout."""
MAX_POSTPONED = 20
MAX_ATTEMPTS = 30
"""Pushes of one answer that may have begun: one that kills its worker every time is given up."""
MAX_OFFERED = 5
"""Earlier answers that follow a new one, at most."""


class PostponedError(AppError):
    """The answer goes back to the queue, and its conversation's later ones wait behind it."""

    code = "postponed"

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


@observe.stage("deliver")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One batch of the Outbox. A failure returns its record and the group's later ones."""
    return batch.consume(event, _take, DeliverSettings.load().outbox_url)


def _take(body: str) -> None:
    message = decode_inbox(body)
    if isinstance(message, Hint):
        observe.bind(run=message.run)
        deliver(message, time.time())


def deliver(hint: Hint, now: float) -> None:
    """Push one answer, unless somebody else has or does."""
    sending = replies.claim(hint, lease=LEASE_SECONDS, now=now)
    if sending is None:
        observe.log("nothing to push")
        return
    observe.bind(channel=sending.reply.channel)
    name = f"{sending.reply.channel}/{sending.reply.account}"
    sender = senders.one(DeliverSettings.load().channels_parameter, name)
    if sender is None or sending.attempt > MAX_ATTEMPTS:
        _give_up(sending, name, "not connected" if sender is None else "attempts")
        return
    outcome = _push(sender, sending, name)
    took, waited = (time.time() - now) * 1000, observe.queue_ms()
    observe.count("pushed", {"push_ms": took, "queue_ms": waited}, outcome=outcome)
    if outcome == "sent" and sender.can.limits.window and not sending.reply.held_at:
        _offer(sending.reply)


def _push(sender: Sender, sending: Sending, name: str) -> Literal["sent", "held", "failed"]:
    """What became of the answer. Raises PostponedError when it is to be pushed later."""
    sent, whole, told = sending.parts, True, False
    reply = asking.worded(sending.reply, sender.can.command)
    until = time.time() + pace.BUDGET_SECONDS
    try:
        for part in render.parts(reply, sender, again=sending.attempt > 1, sent=sent):
            whole = not part.files  # else its text may be shown before a file is refused
            told = _send(sender, reply, part, until, told=told)
            sent += 1
    except ClosedWindowError:
        held.hold(sending, sent, time.time())
        observe.count("window closed", {"held": 1}, account=name)
        return "held"
    except RejectedError as error:
        # The chat is gone, or we are not in it any more: no later try can succeed.
        _give_up(sending, name, error.detail)
    except UnavailableError as error:
        if sending.postponed >= MAX_POSTPONED:
            _give_up(sending, name, error.detail)
            return "failed"
        refused = whole and isinstance(error, RateLimitedError)
        asked = error.retry_after if isinstance(error, RateLimitedError) else 0.0
        wait = max(asked, min(2.0**sending.postponed, 300.0))
        due = time.time() + wait
        replies.retry_later(sending, due, sent, refused=refused, why=error.detail)
        raise PostponedError(f"{name}: {error.detail}", wait) from error
    else:
        replies.settle(sending, ReplyState.SENT)
        return "sent"
    return "failed"


def _send(sender: Sender, reply: Reply, part: Part, until: float, *, told: bool) -> bool:
    """One message; what the platform refuses is sent as less, until it is taken or nothing is left.

    Files become links, a text plain words, and those a sentence that says so, unless the person was
    `told` already; whether they are now is returned.
    """
    last = render.is_last(part)
    try:
        if not (last and told):
            pace.send(sender, reply, part, until)
    except (ClosedWindowError, GoneError):
        raise
    except RejectedError as error:
        less = render.less(part, reply, sender)
        if not less:
            raise
        observe.warn("message refused", detail=error.detail)
        for one in less:
            told = _send(sender, reply, one, until, told=told)
        return told
    return told or last


def _offer(reply: Reply) -> None:
    """What a closed window kept back follows an answer that was taken, oldest first.

    A failure is no reason to push the new answer again: what was let out is due, for the sweep.
    """
    try:
        for one in held.list_waiting(reply.lane, MAX_OFFERED):
            if held.release(one, reply.reply_to, time.time()):
                with observe.scope(run=one.hint.run, queue_ms=0.0):
                    deliver(one.hint, time.time())
    except AppError as error:
        observe.warn("offer cut short", detail=error.detail)


def _give_up(sending: Sending, name: str, reason: str) -> None:
    # Before it is settled, or a crash would hide it.
    accounts.record_failure(name, reason, time.time())
    replies.settle(sending, ReplyState.FAILED)
    observe.count("push failed", {"failures": 1}, account=name, detail=reason)


if DeliverSettings.load().aws_lambda_function_name:
    connections.warm()  # while Lambda starts, which has more processor than its calls
    if senders.any_over_http(DeliverSettings.load().channels_parameter):
        http.warm()
