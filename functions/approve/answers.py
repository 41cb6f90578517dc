"""What a person's answer to a question comes to: a granted call, a no, or words about it."""

from collections.abc import Sequence

from msgspec import Struct, structs

from functions.approve import grants
from switchboard import control
from switchboard.control import YesNo
from switchboard.credentials import codes
from switchboard.errors import NotAllowedError, UnclearError
from switchboard.ledger import people, questions
from switchboard.ledger.people import Person
from switchboard.ledger.questions import Question
from switchboard.ledger.states import QuestionState
from switchboard.ledger.table import Guard
from switchboard.models import Command, Envelope, Locale
from switchboard.phrases import locale_of

HIDDEN = "••••••"
"""What is shown of a code."""


class Answering(Struct, frozen=True, kw_only=True):
    """One answer, and who gave it: with the role that their account lets them have."""

    said: YesNo
    envelope: Envelope
    """Without the code that was in its text."""
    person: Person
    locale: Locale
    now: float


class Decided(Struct, frozen=True, kw_only=True):
    """The question as it is answered now."""

    question: Question
    state: QuestionState
    guards: Sequence[Guard]
    granted: Command | None = None


def read(envelope: Envelope, now: float) -> Answering:
    """What a message says, by whoever it is; from here on nothing but `said` holds its code."""
    said = control.yes_or_no(envelope.text) or YesNo("approve")
    shown = " ".join(filter(None, (f"/{said.word}", said.ref, HIDDEN * bool(said.code))))
    return Answering(
        said=said,
        envelope=structs.replace(envelope, text=shown),
        person=people.STRANGER,
        locale=locale_of(envelope.text, envelope.sender.locale),
        now=now,
    )


def given_by(envelope: Envelope, now: float) -> Answering:
    """What a message says, and who says it: a stranger has no id."""
    found = read(people.as_paired(envelope), now)
    person = people.person_of(found.envelope) or found.person
    return structs.replace(found, person=people.within(person, envelope.channel, envelope.account))


def decide(given: Answering) -> Decided:
    """Raises UnclearError for what has to be said otherwise, NotAllowedError for who may not, and
    BadRequestError for a code that is wrong.
    """
    said = given.said
    question = _meant(given)
    yes = said.word == "approve"
    _require_approver(given, question, yes=yes)
    state = QuestionState.APPROVED if yes else QuestionState.DENIED
    guards = [questions.answer_guard(question, state, given.person.id, given.now)]
    if not yes:
        return Decided(question=question, state=state, guards=guards)
    if question.asks.code:
        if not said.code:
            raise UnclearError("no code", say="needs_code", ref=question.ref)
        # By when it was said: a code waits in no queue for so long that it would be no code.
        at = given.envelope.received_at
        guards.append(codes.check(given.person.id, said.code, at))
    granted = grants.granted(question, given.envelope, given.person.id, given.now)
    return Decided(question=question, state=state, guards=guards, granted=granted)


def _meant(given: Answering) -> Question:
    """The question that is named, or the only one that is open in this conversation."""
    lane, ref, now = given.envelope.lane, given.said.ref, given.now
    if ref:
        question = questions.find(lane, ref)
        if question is None:
            raise UnclearError("ref", say="unknown_question", name=ref[:40])
        if question.state != QuestionState.ASKED or question.until <= now:
            raise UnclearError("answered", say="question_closed")
        return question
    found = questions.find_open(lane, now)
    if not found:
        raise UnclearError("no question", say="no_question")
    if len(found) > 1:
        listing = "\n".join(f"- `{one.ref}`: `{_called(one)}`" for one in found)
        raise UnclearError("which", say="which_question", listing=listing)
    return found[0]


def _require_approver(given: Answering, question: Question, *, yes: bool) -> None:
    """Raises NotAllowedError: the one place that says who may answer, however they do it."""
    asks, person = question.asks, given.person
    is_asker = person.id == question.command.params.meta.actor
    if is_asker and not yes:
        return  # what one has asked for, one may take back
    if asks.four_eyes and is_asker:
        raise NotAllowedError("the asker", say="another_approves")
    if person.role not in asks.approvers:
        raise NotAllowedError(f"role {person.role}", say="may_not_approve")


def _called(question: Question) -> str:
    return f"{question.command.params.meta.tool} {question.command.method}"
