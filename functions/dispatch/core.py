"""What is to be done about one message; pure, so that the same message always decides the same."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from functions.dispatch import policy
from functions.dispatch.planner.base import Plan, Planner, Step, Turn
from switchboard import config
from switchboard.config import Amounts
from switchboard.errors import AppError, BadRequestError, NotAllowedError
from switchboard.ledger.ops import Planned
from switchboard.ledger.people import Person
from switchboard.ledger.table import Guard
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
from switchboard.sdk.manifest import Risk

MAX_TEXT = 32_000
"""Characters of one message; a longer one is refused with an answer, not cut."""
REFUSED = -32602


class Decision(Struct, frozen=True):
    """Commands to run, or an answer to give at once."""

    locale: Locale
    planned: tuple[Planned, ...] = ()
    answer: Result | None = None
    reason: str = ""
    """Why it was refused, an error's code."""
    said: str = ""
    """The word that was obeyed, as `stop all`."""
    used: Amounts = Amounts()
    """What the message takes of its sender's caps."""
    guards: tuple[Guard, ...] = ()
    """What is committed with it, or keeps it from being committed."""


def decide(envelope: Envelope, person: Person, planners: Sequence[Planner]) -> Decision:
    """All or nothing: one refused step refuses the message."""
    locale = locale_of(envelope.text, envelope.sender.locale)
    turn = Turn(text=envelope.text, locale=locale, role=person.role)
    try:
        if envelope.attachments and not turn.text.strip():
            raise BadRequestError("a file alone", say="file_alone")
        plan = _plan(turn, planners)
        if plan.say:
            used = Amounts(messages=1, tokens=plan.tokens)
            return Decision(locale, answer=spoken(envelope.id, plan.say), used=used)
        planned = tuple(
            planned_for(envelope, person, locale, step, index=index)
            for index, step in enumerate(plan.steps)
        )
    except (BadRequestError, NotAllowedError) as error:
        return refused(envelope, error, locale)
    return Decision(locale, planned, used=used_by(*planned, tokens=plan.tokens))


def used_by(*planned: Planned, tokens: int = 0) -> Amounts:
    """What a message with these calls takes of its sender's caps."""
    catalogue = config.catalogue()
    prices = [
        catalogue[one.command.params.meta.tool].operations[one.command.method].price
        for one in planned
    ]
    return Amounts(messages=1, calls=len(planned), tokens=tokens, money=sum(prices))


def refused(envelope: Envelope, error: AppError, locale: Locale) -> Decision:
    """The message is answered with why nothing is done; it counts as one."""
    answer = refusal(envelope.id, error, locale)
    return Decision(locale, answer=answer, reason=error.code, used=Amounts(messages=1))


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


def planned_for(  # noqa: PLR0913  all that makes a command
    envelope: Envelope,
    person: Person,
    locale: Locale,
    step: Step,
    *,
    index: int = 0,
    repeats: UUID | None = None,
    looks: UUID | None = None,
) -> Planned:
    """The command for one step, if this person may run it. Raises NotAllowedError."""
    tool = config.catalogue()[step.tool]
    operation = tool.operations[step.operation]
    _allow(person, step, Risk.READ if looks else operation.risk)
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
        attachments=envelope.attachments if tool.attachments else (),
        trace=envelope.trace,
        sender=f"{envelope.channel}/{envelope.account}/{envelope.sender.id}",
        asked_at=envelope.received_at,
        repeats=repeats,
        looks=looks,
    )
    command = Command(
        id=op_id(envelope.id, index, step.tool, step.operation, step.arguments),
        method=step.operation,
        params=Params(arguments=step.arguments, meta=meta),
    )
    return Planned(command, operation.changes and looks is None)


def _allow(person: Person, step: Step, risk: Risk) -> None:
    try:
        policy.check(person, risk)
    except NotAllowedError as error:
        error.values = {"tool": step.tool, "operation": step.operation}
        raise


def _plan(turn: Turn, planners: Sequence[Planner]) -> Plan:
    if len(turn.text) > MAX_TEXT:
        raise BadRequestError("text", say="too_long", limit=MAX_TEXT)
    plan = next((plan for one in planners if (plan := one.plan(turn)) is not None), None)
    if plan is None:
        raise BadRequestError("no planner", say="not_a_command")
    limit = config.load().caps.run.steps
    if len(plan.steps) > limit:
        raise BadRequestError("steps", say="too_many_steps", steps=len(plan.steps), limit=limit)
    return plan
