"""What rules look at beside a role, and what Cedar then says. Imported where a rule needs it."""

from collections.abc import Callable
from typing import Any

from functions.dispatch import policy
from functions.dispatch.policy import Proposed
from switchboard.cedar import engine, schema
from switchboard.cedar.engine import Deed, Who
from switchboard.errors import BadRequestError
from switchboard.ledger import recent
from switchboard.ledger.people import Person
from switchboard.phrases import languages, say
from switchboard.rules import Ruling
from switchboard.text import Text


def judge(person: Person, proposed: Proposed, needs: tuple[str, ...]) -> Ruling:
    """What the rules say, told no more than they look at."""
    step = proposed.step
    try:
        context = context_of(person, proposed, needs)
    except BadRequestError as error:
        return Ruling(effect="deny", rule="unreadable", reason=_said(error))
    deed = Deed.of(step.tool, step.operation, proposed.operation)
    return engine.judge(Who(person.id, person.role), deed, context)


def context_of(person: Person, proposed: Proposed, needs: tuple[str, ...]) -> dict[str, Any]:
    """What rules may look at of a call. Raises BadRequestError for what they cannot read."""
    return {name: FACTS[name](person, proposed) for name in needs}


def _arguments(person: Person, proposed: Proposed) -> dict[str, Any]:
    return schema.shown(proposed.step.arguments, proposed.operation.schema)


def _domains(person: Person, proposed: Proposed) -> list[str]:
    return sorted(set(schema.domains(proposed.step.arguments)))


def _local(person: Person, proposed: Proposed) -> dict[str, Any]:
    at = policy.local_time(proposed.envelope.received_at, person)
    moment = {"hour": at.hour, "minute": at.minute, "weekday": at.isoweekday()}
    return {**moment, "date": at.date().isoformat()}


def _recent(person: Person, proposed: Proposed) -> dict[str, int]:
    """With the earlier calls of the same message, whatever they do."""
    seen, envelope = proposed.seen, proposed.envelope
    seen.recent = seen.recent or recent.read(person.id)
    count = seen.recent.count(envelope.id, envelope.received_at)
    return {"destructive": count + proposed.index}


def _said(error: BadRequestError) -> Text:
    return {locale: say(error.say, locale, **error.values) for locale in languages()}


FACTS: dict[str, Callable[[Person, Proposed], Any]] = {
    "arguments": _arguments,
    "domains": _domains,
    "local": _local,
    "recent": _recent,
    "chat": lambda _, proposed: proposed.envelope.chat,
    "channel": lambda _, proposed: proposed.envelope.channel,
    "account": lambda _, proposed: proposed.envelope.account,
    "tainted": lambda _, proposed: proposed.seen.tainted,
}
"""By their names in the schema, where each comes from."""
