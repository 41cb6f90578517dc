"""What people alone decide: who approves what, which becomes a signed grant, and who is whom.

Codes come by the queue Approvals, which only ingest may send to, and are seen by nobody else: no
row, no record, no log and no dead letter has one.
"""

import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from msgspec import json

from functions.approve import messages
from functions.approve.messages import Decided, Message
from functions.approve.settings import ApproveSettings
from switchboard import audit, batch, observe, queues
from switchboard.channels import registry
from switchboard.cloud import connections
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
    """Do what a person says; once, whatever is redelivered."""
    if runs.find(envelope.id) is not None:
        return  # a code that was counted is not counted again
    given = messages.known(envelope, now)
    by_people = registry.channel(envelope.channel).receive.people
    if not given.person.id and not (by_people and given.word == "pair"):
        _refuse_stranger(given)
        return
    try:
        if not by_people:
            raise NotAllowedError("another system", say="only_people")
        decided = import_module(f"functions.approve.words.{given.word}").obey(given)
        fresh = _commit(given, decided)
    except StalePersonError:
        raise AppError("the person changed while the message was read") from None
    except (BadRequestError, NotAllowedError) as error:
        _refuse(given, error)
        return
    if fresh:
        if decided.answered:
            observe.count("answered", {"approvals": 1}, outcome=decided.answered)
        _hint(given, decided)


def _commit(given: Message, decided: Decided) -> bool:
    """Whether it is committed now, and was not before; nothing to say leaves nothing behind."""
    envelope, granted = given.envelope, decided.granted
    if not (granted or decided.text):
        return False
    outcome = Outcome(text=decided.text, tainted=False)
    return runs.commit(
        envelope,
        [Planned(one, changes=True) for one in granted],
        None if granted else Result(id=envelope.id, result=outcome),
        locale=given.locale,
        audits=decided.audits,
        guards=decided.guards,
        now=given.now,
    )


def _refuse(given: Message, error: RejectedError) -> None:
    """The message is answered: nothing comes of it."""
    envelope, text = given.envelope, public(error, given.locale)
    if isinstance(error, UnclearError):
        told = Result(id=envelope.id, result=Outcome(text=text, tainted=False))
    else:
        told = Result(id=envelope.id, error=Fault(REFUSED, text))
    reason = error.detail if error.say == error.code else error.say
    _tell(given, told, reason, [messages.unchanged(given)])


def _refuse_stranger(given: Message) -> None:
    """The one polite refusal, as for any other message."""
    envelope, sender = given.envelope, people.sender_of(given.envelope)
    text = say("unknown_sender", given.locale, id=envelope.sender.id, sender=sender)
    guards = people.first_refusal_guards(envelope, given.now)
    try:
        _tell(given, Result(id=envelope.id, error=Fault(REFUSED, text)), "unknown_sender", guards)
    except StalePersonError:
        if people.person_of(envelope) is not None:
            raise AppError("the person changed while the message was read") from None


def _tell(given: Message, told: Result, reason: str, guards: list[Guard]) -> None:
    envelope, now = given.envelope, given.now
    audits = [audit.denied(envelope, given.person.id, reason, now)]
    if runs.commit(
        envelope, answer=told, locale=given.locale, audits=audits, guards=guards, now=now
    ):
        queues.push(Hint(envelope.id, 0), envelope.lane)


def _hint(given: Message, decided: Decided) -> None:
    """Hints may be lost, the sweep gives others: a failure to give one undoes nothing."""
    try:
        for one in decided.granted:
            queues.run_tool(one)
        if not decided.granted:
            queues.push(Hint(given.envelope.id, 0), given.envelope.lane)
    except AppError as error:
        observe.warn("hint failed", detail=error.detail)


def _give_up(message_id: str, body: str) -> None:
    """It is told that nothing was done. Its words are kept nowhere: they may hold a code."""
    given = messages.read(json.decode(body, type=Envelope), time.time())
    told = Result(id=given.envelope.id, error=Fault(FAILED, say("lost_message", given.locale)))
    _tell(given, told, "dead_letter", [])


if ApproveSettings.load().aws_lambda_function_name:
    connections.warm()  # while Lambda starts
