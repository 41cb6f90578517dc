"""A message that only this function sees: what it says, who says it, and what it comes to."""

from collections.abc import Sequence

from msgspec import Struct, structs

from switchboard import audit, control
from switchboard.control import YES, YesNo
from switchboard.ledger import people
from switchboard.ledger.people import Person
from switchboard.ledger.table import Guard
from switchboard.models import Command, Envelope, Locale
from switchboard.phrases import locale_of

HIDDEN = "••••••"
"""What is shown of a code."""


class Message(Struct, frozen=True, kw_only=True):
    """One message, and who wrote it: with the role that their account lets them have."""

    word: str
    """The control word that it is; what may be a code and has no word is a yes."""
    rest: Sequence[str]
    """What follows the word."""
    said: YesNo
    """What it says to a question."""
    envelope: Envelope
    """Without the code that was in its text."""
    person: Person
    locale: Locale
    now: float


class Decided(Struct, frozen=True, kw_only=True):
    """What a message comes to: granted calls, or an answer in words; nothing at all without."""

    text: str = ""
    granted: Sequence[Command] = ()
    audits: Sequence[audit.Record] = ()
    guards: Sequence[Guard] = ()
    answered: str = ""
    """The state that a question is in from now on."""


def read(envelope: Envelope, now: float) -> Message:
    """What a message says, by whoever it is; from here on its envelope holds no code."""
    word, rest = control.read(envelope.text)
    said = control.yes_or_no(envelope.text) or YesNo(YES)
    name = word.name if word is not None and word.guarded else said.word
    if name == said.word:
        shown = [f"/{name}", *filter(None, (said.ref, HIDDEN * bool(said.code)))]
    else:
        shown = [f"/{name}", *([HIDDEN] if name == "pair" and rest else rest)]
    return Message(
        word=name,
        rest=rest,
        said=said,
        envelope=structs.replace(envelope, text=" ".join(shown)),
        person=people.STRANGER,
        locale=locale_of(envelope.text, envelope.sender.locale),
        now=now,
    )


def known(envelope: Envelope, now: float) -> Message:
    """What a message says, and who says it: a stranger has no id."""
    found = read(people.as_paired(envelope), now)
    person = people.person_of(found.envelope) or found.person
    return structs.replace(found, person=people.within(person, envelope.channel, envelope.account))


def obeyed(given: Message, text: str, said: str, guards: Sequence[Guard]) -> Decided:
    """A word was obeyed: `said` is what records call it, as `pair ada member`."""
    record = audit.controlled(given.envelope, given.person.id, said, given.now)
    return Decided(text=text, audits=[record], guards=guards)


def unchanged(given: Message) -> Guard:
    """A guard of `commit`: whoever wrote is who they were when it was read."""
    return people.unchanged_guard(given.envelope, given.person)
