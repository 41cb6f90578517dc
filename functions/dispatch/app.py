"""The Inbox out: know the sender, decide, commit, and hint what was committed.

What a message may be is said by the queue that it comes from, never by itself: only ingest may send
to the Inbox, and only there is an envelope believed. Tools may send to Hints (docs/adr/0019).
"""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import structs

from functions.dispatch import connecting, decisions, events, policy
from functions.dispatch.decisions import Case, Decision
from functions.dispatch.settings import DispatchSettings
from switchboard import audit, batch, burial, config, observe, queues
from switchboard.cloud import connections
from switchboard.config import Amounts
from switchboard.errors import AppError, BadRequestError, NotAllowedError
from switchboard.ledger import credentials, ops, people, runs
from switchboard.ledger.people import STRANGER, Person
from switchboard.ledger.table import Guard
from switchboard.models import Envelope, Hint, Observation, decode_inbox
from switchboard.phrases import locale_of
from switchboard.runtime import kept
from switchboard.sdk.manifest import Risk

PERSON_SECONDS = 300.0
"""How long a person is remembered; the commit checks that they are still as remembered."""


@observe.stage("dispatch")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One batch of the Inbox, or of Hints. A failure returns its record and the group's later ones.

    Raises NotAllowedError for a batch of anything else.
    """
    settings, sources = DispatchSettings.load(), {one["eventSourceARN"] for one in event["Records"]}
    if sources <= {settings.inbox_arn}:
        return batch.consume(event, partial(_plan, set()), settings.inbox_url, _bury)
    if sources == {settings.hints_arn}:
        return batch.consume(event, _follow, settings.hints_url, _drop)
    raise NotAllowedError("a batch of no queue of ours")


def _plan(seen: set[str], body: str) -> None:
    if body in seen:  # a message's second copy usually comes in the same batch
        return
    message = decode_inbox(body)
    if not isinstance(message, Envelope):  # of tools of 0.1.0, until they are all replaced
        observe.bind(run=message.run)
        observe.warn("hint dropped")  # the sweep gives another
        return
    observe.bind(run=message.id, channel=message.channel, trace=message.trace)
    dispatch(message, time.time())
    seen.add(body)


def _bury(message_id: str, body: str) -> None:
    burial.bury(message_id, body, time.time())


def _drop(message_id: str, body: str) -> None:
    """A hint that cannot be followed: the sweep gives others."""
    observe.warn("hint dropped")


def _follow(body: str) -> None:
    """Start the tool of a row whose turn it is. Raises NotAllowedError for what is no hint."""
    message = decode_inbox(body)
    if isinstance(message, Envelope):
        raise NotAllowedError("an envelope among the hints")
    observe.bind(run=message.run)
    if isinstance(message, Observation):
        observe.log("observation dropped", hop=message.hop)  # no planner waits for one yet
        return
    observe.count("hinted", {"queue_ms": observe.queue_ms()})
    op = ops.find_open(message)
    if op is not None:
        meta = op.command.params.meta
        observe.bind(op=op.command.id, channel=meta.channel, tool=meta.tool)
        queues.run_tool(op.command)


def dispatch(envelope: Envelope, now: float) -> None:
    """Commit what is to be done about a message, then hint it; once, whatever is redelivered."""
    envelope = people.as_paired(envelope, partial(_person, now=now))
    try:
        _decide(envelope, now)
    except credentials.StaleError:  # the person has connected a tool, or parted with it
        connecting.learn(_case(envelope, now).person.id)
        _decide(envelope, now)


def _decide(envelope: Envelope, now: float) -> None:
    began, case = time.time(), _case(envelope, now)
    decision = events.told(case) if envelope.kind == "event" else decisions.decide(case)
    try:
        fresh = _commit(case, decision)
    except people.StalePersonError:
        if not case.person.id and people.person_of(envelope) is None:
            return  # a stranger who has had today's refusal, and was not paired meanwhile
        read_at, _ = _known().pop(_key(envelope), (now, None))
        if read_at < now:  # remembered: as they are now, at once
            dispatch(envelope, now)
            return
        raise AppError("the person changed while the message was planned") from None
    except BadRequestError as error:  # a cap, a full lane, a call that was repeated meanwhile
        if error.say == "over_cap":
            error = policy.over_cap(envelope, case.person, decision.used, case.locale)
        decision = structs.replace(decisions.refused(case, error), used=Amounts())
        fresh = _commit(case, decision)
    if fresh:
        _hint(case, decision)
    took = (time.time() - began) * 1000
    outcome = decision.outcome if fresh or not decision.commits else "copy"
    waited = observe.queue_ms()
    observe.count("dispatched", {"dispatch_ms": took, "queue_ms": waited}, outcome=outcome)


def _case(envelope: Envelope, now: float) -> Case:
    person = None if envelope.kind == "event" else _person(envelope, now)
    return Case(
        envelope=envelope,
        person=people.within(person or STRANGER, envelope.channel, envelope.account),
        locale=locale_of(envelope.text, envelope.sender.locale),
        now=now,
        own=connecting.known(person.id) if person else frozenset(),
    )


def _commit(case: Case, decision: Decision) -> bool:
    """Whether it is committed now, and was not before; nothing to do leaves nothing behind."""
    envelope, now = case.envelope, case.now
    audits = [audit.intent(one.command, now) for one in decision.planned]
    if decision.reason:
        audits.append(audit.denied(envelope, case.person.id, decision.reason, now))
    if decision.said:
        audits.append(audit.controlled(envelope, case.person.id, decision.said, now))
    if not decision.commits:
        return False
    return runs.commit(
        envelope,
        decision.planned,
        decision.answer,
        locale=case.locale,
        audits=audits,
        notices=decision.notices,
        guards=_guards(case, decision),
        now=now,
    )


def _guards(case: Case, decision: Decision) -> list[Guard]:
    envelope, person = case.envelope, case.person
    if envelope.kind == "event":
        return []
    if not person.id:
        return people.first_refusal_guards(envelope, case.now)
    guards = [people.unchanged_guard(envelope, person), *decision.guards]
    guards += connecting.guards(case, decision)
    guards += policy.recent_guards(envelope, person, case.seen, _destructive(decision))
    if decision.used != Amounts():
        guards.append(policy.charge_guard(envelope, person, decision.used, case.now))
    return guards


def _destructive(decision: Decision) -> int:
    """How many of its calls are."""
    calls, catalogue = [one.command for one in decision.planned], config.catalogue()
    asked = [one for one in calls if not (one.params.meta.looks or one.params.meta.undoes)]
    risks = [catalogue[one.params.meta.tool].operations[one.method].risk for one in asked]
    return risks.count(Risk.DESTRUCTIVE)


def _hint(case: Case, decision: Decision) -> None:
    """Hints may be lost, the sweep gives others: a failure to give one undoes nothing."""
    run = case.envelope.id
    lanes = [reply.lane for reply in decision.notices] or [case.envelope.lane]
    if decision.notices:
        observe.count("told", {"notices": len(lanes)})
    try:
        for one in decision.planned:
            queues.run_tool(one.command)
        for step, lane in enumerate([] if decision.planned else lanes):
            queues.push(Hint(run, step), lane)
    except AppError as error:
        observe.warn("hint failed", detail=error.detail)


def _person(envelope: Envelope, now: float) -> Person | None:
    key, known = _key(envelope), _known()
    found = known.get(key)
    if found is not None and now - found[0] < PERSON_SECONDS:
        return found[1]
    person = people.person_of(envelope)
    if person is not None:
        if len(known) >= 10_000:  # noqa: PLR2004  bounded memory
            known.clear()
        known[key] = (now, person)
    return person


def _key(envelope: Envelope) -> tuple[str, str, str]:
    return (envelope.channel, envelope.account, envelope.sender.id)


@kept
def _known() -> dict[tuple[str, str, str], tuple[float, Person]]:
    return {}


if DispatchSettings.load().aws_lambda_function_name:
    connections.warm()  # while Lambda starts
    decisions.planners()
