"""Cases that dispatch decides, from what somebody says."""

from typing import Any

from functions.dispatch import decisions
from functions.dispatch.decisions import Case, Decision
from switchboard.ledger.people import Person
from switchboard.phrases import locale_of
from tests.kit import build
from tests.kit.clock import START


def case(text: str = "/desk notes.list", who: str | Person = "member", **changes: Any) -> Case:
    """What somebody says, of a role or who they are; `changes` are the envelope's."""
    envelope = build.envelope(text, **changes)
    person = who if isinstance(who, Person) else build.person(who)
    locale = locale_of(text, envelope.sender.locale)
    return Case(envelope=envelope, person=person, locale=locale, now=START)


def decide(*said: Any, **changes: Any) -> Decision:
    """What is decided about `case(...)`."""
    return decisions.decide(case(*said, **changes))


def told(decision: Decision) -> str:
    """What the sender reads at once."""
    return decision.answer.text if decision.answer else ""
