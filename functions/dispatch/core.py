"""What is to be done about one message; pure, so that the same message always decides the same."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from functions.dispatch import policy
from functions.dispatch.planner.base import Planner, Step, Turn
from switchboard import config
from switchboard.errors import AppError, BadRequestError, NotAllowedError
from switchboard.ledger import Person, Planned
from switchboard.models import (
    CallMeta,
    Command,
    Envelope,
    Fault,
    Locale,
    Outcome,
    Params,
    Result,
    op_id,
)
from switchboard.phrases import locale_of, public, say

MAX_TEXT = 32_000
"""Characters of one message; a longer one is refused with an answer, not cut."""
REFUSED = -32602


class Decision(Struct, frozen=True):
    """Commands to run, or an answer to give at once; `reason` is why it was refused."""

    locale: Locale
    planned: tuple[Planned, ...] = ()
    answer: Result | None = None
    reason: str = ""


def decide(envelope: Envelope, person: Person, planners: Sequence[Planner]) -> Decision:
    """All or nothing: one refused step refuses the message."""
    locale = locale_of(envelope.text, envelope.sender.locale)
    turn = Turn(text=envelope.text, locale=locale, role=person.role)
    steps: tuple[Step, ...] = ()
    try:
        if len(envelope.text) > MAX_TEXT:
            raise BadRequestError("text", say="too_long", limit=MAX_TEXT)
        plan = next((plan for one in planners if (plan := one.plan(turn)) is not None), None)
        if plan is None:
            raise BadRequestError("no planner", say="not_a_command")
        if plan.say:
            return Decision(locale, answer=spoken(envelope.id, plan.say))
        steps = plan.steps
        planned = tuple(
            _planned(envelope, person, locale, index, step) for index, step in enumerate(steps)
        )
    except (BadRequestError, NotAllowedError) as error:
        return Decision(locale, answer=refusal(envelope.id, error, locale), reason=error.code)
    return Decision(locale, planned)


def stranger(envelope: Envelope) -> Decision:
    """The one polite refusal."""
    locale = locale_of(envelope.text, envelope.sender.locale)
    text = say("unknown_sender", locale, sender=envelope.sender.id)
    answer = Result(id=envelope.id, error=Fault(REFUSED, text))
    return Decision(locale, answer=answer, reason="unknown_sender")


def refusal(run: UUID, error: AppError, locale: Locale) -> Result:
    return Result(id=run, error=Fault(REFUSED, public(error, locale)))


def spoken(run: UUID, text: str) -> Result:
    """Words of our own, so not tainted."""
    return Result(id=run, result=Outcome(text=text, tainted=False))


def _planned(envelope: Envelope, person: Person, locale: Locale, index: int, step: Step) -> Planned:
    operation = config.catalogue()[step.tool].operations[step.operation]
    try:
        policy.check(person, operation)
    except NotAllowedError as error:
        error.values = {"tool": step.tool, "operation": step.operation}
        raise
    meta = CallMeta(
        tool=step.tool,
        actor=person.id,
        role=person.role,
        run=envelope.id,
        step=index,
        lane=envelope.lane,
        channel=envelope.channel,
        account=envelope.account,
        reply_to=envelope.reply_to,
        locale=locale,
        timezone=person.timezone or config.load().workspace.timezone,
        attachments=envelope.attachments,
        trace=envelope.trace,
    )
    command = Command(
        id=op_id(envelope.id, index, step.tool, step.operation, step.arguments),
        method=step.operation,
        params=Params(arguments=step.arguments, meta=meta),
    )
    return Planned(command, operation.changes)
