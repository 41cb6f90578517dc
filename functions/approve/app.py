"""Answers to questions: who approves what, with a one-time code, becomes a signed grant.

Codes come by the queue Approvals, which only ingest may send to, and are seen by nobody else: no
row, no record, no log and no dead letter has one.
"""

import time
from collections.abc import Mapping
from typing import Any

from msgspec import json

from functions.approve import answers
from functions.approve.answers import Answering, Decided
from functions.approve.settings import ApproveSettings
from switchboard import audit, batch, observe, queues
from switchboard.cloud import connections
from switchboard.credentials import enrolling
from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RejectedError,
    UnclearError,
)
from switchboard.ledger import people, runs
from switchboard.ledger.people import StalePersonError
from switchboard.ledger.runs import Planned
from switchboard.ledger.table import Guard
from switchboard.models import Envelope, Fault, Hint, Outcome, Result
from switchboard.phrases import public, say

REFUSED, FAILED = -32602, -32000  # JSON-RPC 2.0, section 5.1


@observe.stage("approve")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Take a batch of Approvals; what could not be taken comes again, in order."""
    return batch.consume(event, _take, ApproveSettings.load().approvals_url, bury=_give_up)


def _take(body: str) -> None:
    envelope = json.decode(body, type=Envelope)
    observe.bind(run=envelope.id, channel=envelope.channel, trace=envelope.trace)
    answer(envelope, time.time())


def answer(envelope: Envelope, now: float) -> None:
    """Do what a person answers; once, whatever is redelivered."""
    if runs.find(envelope.id) is not None:
        return  # a code that was counted is not counted again
    given = answers.given_by(envelope, now)
    if not given.person.id:
        _refuse_stranger(given)
        return
    guards = [people.unchanged_guard(given.envelope, given.person)]
    if given.said.word == enrolling.PURPOSE:
        _enrol(given, guards)
        return
    try:
        decided = answers.decide(given)
        fresh = _commit(given, decided, [*guards, *decided.guards])
    except StalePersonError:
        raise AppError("the person changed while the answer was read") from None
    except (BadRequestError, NotAllowedError) as error:
        _refuse(given, error, guards)
        return
    if fresh:
        observe.count("answered", {"approvals": 1}, outcome=decided.state)
        _hint(given, decided)


def _enrol(given: Answering, guards: list[Guard]) -> None:
    """A link is answered; nobody but the sender may read it: whoever opens it enrols as them."""
    envelope, now = given.envelope, given.now
    if envelope.chat != "direct":
        _refuse(given, BadRequestError("a group", say="enrol_directly"), guards)
        return
    sender = f"{envelope.channel}/{envelope.account}/{envelope.sender.id}"
    url = ApproveSettings.load().public_url
    address, guard = enrolling.link(url, given.person.id, sender, now)
    text = say("enrol_link", given.locale, url=address)
    told = Result(id=envelope.id, result=Outcome(text=text, tainted=False))
    audits = [audit.controlled(envelope, given.person.id, enrolling.PURPOSE, now)]
    fresh = runs.commit(
        envelope,
        answer=told,
        locale=given.locale,
        audits=audits,
        guards=[*guards, guard],
        now=now,
    )
    if fresh:
        queues.push(Hint(envelope.id, 0), envelope.lane)


def _commit(given: Answering, decided: Decided, guards: list[Guard]) -> bool:
    envelope, now = given.envelope, given.now
    asked, granted = decided.question.command, decided.granted
    audits = [audit.answered(asked, given.person.id, decided.state, now)]
    words = None
    if granted is None:
        called = {"tool": asked.params.meta.tool, "operation": asked.method}
        text = say("question_denied", given.locale, **called)
        words = Result(id=envelope.id, result=Outcome(text=text, tainted=False))
    else:
        audits.append(audit.intent(granted, now))
    return runs.commit(
        envelope,
        [Planned(granted, changes=True)] if granted else (),
        words,
        locale=given.locale,
        audits=audits,
        guards=guards,
        now=now,
    )


def _refuse(given: Answering, error: RejectedError, guards: list[Guard]) -> None:
    """The answer is answered: nothing comes of it."""
    envelope, text = given.envelope, public(error, given.locale)
    if isinstance(error, UnclearError):
        told = Result(id=envelope.id, result=Outcome(text=text, tainted=False))
    else:
        told = Result(id=envelope.id, error=Fault(REFUSED, text))
    _tell(given, told, error.detail if error.say == error.code else error.say, guards)


def _refuse_stranger(given: Answering) -> None:
    """The one polite refusal, as for any other message."""
    envelope = given.envelope
    sender = f"{envelope.channel}/{envelope.account}/{envelope.sender.id}"
    text = say("unknown_sender", given.locale, id=envelope.sender.id, sender=sender)
    guard = people.first_refusal_guard(envelope, given.now)
    try:
        _tell(given, Result(id=envelope.id, error=Fault(REFUSED, text)), "unknown_sender", [guard])
    except StalePersonError:
        if people.person_of(envelope) is not None:
            raise AppError("the person changed while the answer was read") from None


def _tell(given: Answering, told: Result, reason: str, guards: list[Guard]) -> None:
    envelope, now = given.envelope, given.now
    audits = [audit.denied(envelope, given.person.id, reason, now)]
    if runs.commit(
        envelope, answer=told, locale=given.locale, audits=audits, guards=guards, now=now
    ):
        queues.push(Hint(envelope.id, 0), envelope.lane)


def _hint(given: Answering, decided: Decided) -> None:
    """Hints may be lost, the sweep gives others: a failure to give one undoes nothing."""
    try:
        if decided.granted:
            queues.run_tool(decided.granted)
        else:
            queues.push(Hint(given.envelope.id, 0), given.envelope.lane)
    except AppError as error:
        observe.warn("hint failed", detail=error.detail)


def _give_up(message_id: str, body: str) -> None:
    """It is told that nothing was done. Its words are kept nowhere: they may hold a code."""
    given = answers.read(json.decode(body, type=Envelope), time.time())
    told = Result(id=given.envelope.id, error=Fault(FAILED, say("lost_message", given.locale)))
    _tell(given, told, "dead_letter", [])


if ApproveSettings.load().aws_lambda_function_name:
    connections.warm()  # while Lambda starts
