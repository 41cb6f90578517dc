"""The Inbox out: know the sender, plan, decide, commit, and hint what was committed."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import structs

from functions.dispatch import caps, core, events, notices, obey, policy
from functions.dispatch.core import Decision
from functions.dispatch.planner.base import Planner
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.settings import DispatchSettings
from switchboard import audit, batch, config, observe, queues
from switchboard.cloud import aws
from switchboard.config import Amounts
from switchboard.errors import AppError, BadRequestError
from switchboard.ledger import ops, people, refs, runs
from switchboard.ledger.people import Person
from switchboard.models import Envelope, Hint, decode_inbox
from switchboard.runtime import kept

PERSON_SECONDS = 300.0
"""How long a person is remembered; the commit checks that they are still as remembered."""


@observe.stage("dispatch")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One batch of the Inbox. A failure returns its record and the group's later ones."""
    seen: set[UUID] = set()
    return batch.consume(event, partial(_take, seen), DispatchSettings.load().inbox_url)


def _take(seen: set[UUID], body: str) -> None:
    message = decode_inbox(body)
    if isinstance(message, Hint):
        observe.bind(run=message.run)
        op = ops.find_open(message)
        if op is not None:
            observe.bind(op=op.command.id, tool=op.command.params.meta.tool)
            queues.run_tool(op.command)
        return
    observe.bind(run=message.id, channel=message.channel)
    if message.id not in seen:  # the second copy usually comes in the same batch
        dispatch(message, time.time())
        seen.add(message.id)


def dispatch(envelope: Envelope, now: float) -> None:
    """Commit what is to be done about a message, then hint it; once, whatever is redelivered."""
    if envelope.kind == "event":
        events.tell(envelope, now)
        return
    began = time.time()
    person = _person(envelope, now)
    decision = core.stranger(envelope) if person is None else _decide(envelope, person)
    try:
        fresh = _commit(envelope, person, decision, now)
    except people.StalePersonError:
        if person is None and people.person_of(envelope) is None:
            return  # a stranger who has had the one refusal, and was not paired meanwhile
        _known().pop(_key(envelope), None)
        raise AppError("the person changed while the message was planned") from None
    except BadRequestError as error:
        if error.say == "over_cap" and person is not None:
            error = caps.explained(envelope, person, decision.used)
        decision = structs.replace(core.refused(envelope, error, decision.locale), used=Amounts())
        fresh = _commit(envelope, person, decision, now)
    if fresh:
        _hint(envelope, decision)
    outcome = decision.reason or ("planned" if decision.planned else "answered")
    took = (time.time() - began) * 1000
    observe.count("dispatched", {"dispatch_ms": took}, outcome=outcome if fresh else "copy")


def _decide(envelope: Envelope, person: Person) -> Decision:
    if envelope.kind == "unreadable":
        locale, answer = notices.unreadable(envelope)
        return Decision(locale, answer=answer)
    person = policy.within(person, config.ceiling(envelope.channel, envelope.account))
    obeyed = obey.decide(envelope, person, refs.find) or events.wished(envelope, person)
    return obeyed or core.decide(envelope, person, _planners())


def _commit(envelope: Envelope, person: Person | None, decision: Decision, now: float) -> bool:
    actor = person.id if person else ""
    audits = [audit.intent(one.command, now) for one in decision.planned]
    if decision.reason:
        audits.append(audit.denied(envelope, actor, decision.reason, now))
    if decision.said:
        audits.append(audit.controlled(envelope, actor, decision.said, now))
    guards = [
        people.unchanged_guard(envelope, person)
        if person
        else people.first_refusal_guard(envelope, now)
    ]
    guards += decision.guards
    if person is not None and decision.used != Amounts():
        guards.append(caps.guard(envelope, person, decision.used, now))
    return runs.commit(
        envelope,
        decision.planned,
        decision.answer,
        locale=decision.locale,
        audits=audits,
        guards=guards,
        now=now,
    )


def _hint(envelope: Envelope, decision: Decision) -> None:
    """Hints may be lost, the sweep gives others: a failure to give one undoes nothing."""
    try:
        if decision.answer is not None:
            queues.push(Hint(envelope.id, 0), envelope.lane)
        else:
            for one in decision.planned:
                queues.run_tool(one.command)
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


@kept
def _planners() -> tuple[Planner, ...]:
    return (CommandPlanner(config.catalogue()),)


if DispatchSettings.load().aws_lambda_function_name:
    aws.warm()  # while Lambda starts
    _planners()
