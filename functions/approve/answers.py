"""What a person's answer to a question comes to: a granted call, a no, or words about it."""

from functions.approve import grants, messages
from functions.approve.messages import Decided, Message
from switchboard import audit
from switchboard.control import YES
from switchboard.credentials import codes
from switchboard.errors import NotAllowedError, UnclearError
from switchboard.ledger import questions
from switchboard.ledger.questions import Question
from switchboard.ledger.states import QuestionState
from switchboard.phrases import say


def decide(given: Message) -> Decided:
    """Raises UnclearError for what has to be said otherwise, NotAllowedError for who may not, and
    BadRequestError for a code that is wrong.
    """
    said = given.said
    if not said.alone:
        raise UnclearError("not alone", say="word_among_commands", word=said.word)
    question = _meant(given)
    yes = said.word == YES
    _require_approver(given, question, yes=yes)
    state = QuestionState.APPROVED if yes else QuestionState.DENIED
    guards = [
        messages.unchanged(given),
        questions.answer_guard(question, state, given.person.id, given.now),
    ]
    commands = [one.command for one in question.calls]
    audits = [audit.answered(one, given.person.id, state, given.now) for one in commands]
    if not yes:
        text = say("question_denied", given.locale, called=question.called)
        return Decided(text=text, audits=audits, guards=guards, answered=state)
    if question.asks.code:
        if not said.code:
            raise UnclearError("no code", say="needs_code", ref=question.ref)
        # By when it was said: a code waits in no queue for so long that it would be no code.
        at = given.envelope.received_at
        guards.append(codes.check(given.person.id, said.code, at))
    granted = grants.granted(question, given.envelope, given.person.id, given.now)
    audits += [audit.intent(one, given.now) for one in granted]
    return Decided(granted=granted, audits=audits, guards=guards, answered=state)


def _meant(given: Message) -> Question:
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
        listing = "\n".join(f"- `{one.ref}`: {one.called}" for one in found)
        raise UnclearError("which", say="which_question", listing=listing)
    return found[0]


def _require_approver(given: Message, question: Question, *, yes: bool) -> None:
    """Raises NotAllowedError: the one place that says who may answer, however they do it."""
    asks, person = question.asks, given.person
    askers = {one.command.params.meta.actor for one in question.calls}
    if askers == {person.id} and not yes:
        return  # what one has asked for, one may take back
    if asks.four_eyes and person.id in askers:
        raise NotAllowedError("the asker", say="another_approves")
    if person.role not in asks.approvers:
        raise NotAllowedError(f"role {person.role}", say="may_not_approve")
