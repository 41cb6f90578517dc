"""What is decided about a message: a row of deciders, the first that is sure has it.

The same message always decides the same: deciders may read the ledger, and write nothing.
"""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

from msgspec import Struct, field

from functions.dispatch import policy, together
from functions.dispatch.planner.base import OffersError, Plan, Planner, Step, Turn, of_several
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.planner.plain import PlainPlanner
from functions.dispatch.policy import Proposed, Seen
from switchboard import config, control
from switchboard.config import Amounts
from switchboard.errors import BadRequestError, NotAllowedError, RejectedError, UnclearError
from switchboard.ledger import people
from switchboard.ledger.people import Person
from switchboard.ledger.replies import Reply
from switchboard.ledger.runs import Planned
from switchboard.ledger.table import Guard
from switchboard.models import (
    Button,
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
from switchboard.phrases import public, say
from switchboard.runtime import kept

MAX_TEXT = 32_000
"""Characters of one message; a longer one is refused with an answer, not cut."""
REFUSED = -32602


class Case(Struct, frozen=True, kw_only=True):
    """One message, and who wrote it: with the role that their account lets them have."""

    envelope: Envelope
    person: Person
    locale: Locale
    now: float
    seen: Seen = field(default_factory=Seen)
    own: frozenset[str] = frozenset()
    """The tools that they have connected themselves."""


class Decision(Struct, frozen=True, kw_only=True):
    """Commands to run, or an answer to give at once, or notices for other chats."""

    planned: tuple[Planned, ...] = ()
    answer: Result | None = None
    notices: tuple[Reply, ...] = ()
    reason: str = ""
    """Why it was refused, an error's code."""
    said: str = ""
    """The control word that was obeyed, as `stop all`."""
    used: Amounts = Amounts()
    """What the message takes of its sender's caps."""
    guards: tuple[Guard, ...] = ()
    """What is committed with it, or keeps it from being committed."""

    @property
    def commits(self) -> bool:
        """Whether anything is to be done: an event that nobody subscribed to leaves nothing."""
        return bool(self.planned or self.answer or self.notices)

    @property
    def outcome(self) -> str:
        """What it came to, as metrics name it."""
        done = "planned" if self.planned else "told" if self.notices else "answered"
        return self.reason or (done if self.commits else "ignored")


Decider = Callable[[Case], Decision | None]


def decide(case: Case) -> Decision:
    """What the first decider that is sure decides; a refusal when it raises one."""
    try:
        return next(found for one in DECIDERS if (found := one(case)) is not None)
    except (BadRequestError, NotAllowedError) as error:
        return refused(case, error)


def spoken(case: Case, text: str, buttons: tuple[Button, ...] = ()) -> Result:
    """An answer in words of our own, so not tainted.

    Buttons only repeat words: where files came with the message, they would be left behind.
    """
    buttons = () if case.envelope.attachments else buttons
    return Result(id=case.envelope.id, result=Outcome(text=text, tainted=False, buttons=buttons))


def refused(case: Case, error: RejectedError) -> Decision:
    """The message is answered with why nothing is done; it counts as one."""
    text = public(error, case.locale)
    if isinstance(error, UnclearError):
        answer = spoken(case, text, error.buttons if isinstance(error, OffersError) else ())
    else:
        answer = Result(id=case.envelope.id, error=Fault(REFUSED, text))
    return Decision(answer=answer, reason=error.code, used=Amounts(messages=1))


def run(*planned: Planned, tokens: int = 0, guards: tuple[Guard, ...] = ()) -> Decision:
    """These calls are made, and their prices count towards the sender's caps."""
    catalogue = config.catalogue()
    prices = [
        catalogue[one.command.params.meta.tool].operations[one.command.method].price
        for one in planned
    ]
    used = Amounts(messages=1, calls=len(planned), tokens=tokens, money=sum(prices))
    return Decision(planned=planned, used=used, guards=guards)


def call(  # noqa: PLR0913  what is called, and what it is to an earlier call
    case: Case,
    step: Step,
    *,
    index: int = 0,
    repeats: Command | None = None,
    looks: UUID | None = None,
    undoes: UUID | None = None,
) -> Planned:
    """One step's command, with the key of the call that it `repeats`. Raises NotAllowedError."""
    envelope, person, first = case.envelope, case.person, repeats and repeats.params.meta
    proposed = Proposed(step, envelope, bool(looks), index, case.seen, bool(undoes))
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
        locale=case.locale,
        timezone=people.zone_of(person),
        attachments=envelope.attachments if config.catalogue()[step.tool].attachments else (),
        trace=envelope.trace,
        sender=people.sender_of(envelope),
        asked_at=envelope.received_at,
        repeats=repeats.key if repeats else None,
        looks=looks,
        own=first.own if first else step.tool in case.own,
        undoes=undoes,
        asks=policy.require(person, proposed, case.locale),
        tainted=case.seen.tainted,
        began_at=first.first_asked_at if first else 0.0,
    )
    id_ = op_id(envelope.id, index, step.tool, step.operation, step.arguments)
    params = Params(arguments=step.arguments, meta=meta)
    command = Command(id=id_, method=step.operation, params=params)
    return Planned(command, policy.has_a_turn(proposed, meta.asks))


def _stranger(case: Case) -> Decision | None:
    """The one polite refusal."""
    if case.person.id:
        return None
    said = case.envelope
    text = say("unknown_sender", case.locale, id=said.sender.id, sender=people.sender_of(said))
    answer = Result(id=case.envelope.id, error=Fault(REFUSED, text))
    return Decision(answer=answer, reason="unknown_sender")


def _unreadable(case: Case) -> Decision | None:
    if case.envelope.kind != "unreadable":
        return None
    return Decision(answer=spoken(case, say("unreadable", case.locale)))


def _too_long(case: Case) -> Decision | None:
    if len(case.envelope.text) > MAX_TEXT and not control.is_urgent(case.envelope.text):
        raise BadRequestError("text", say="too_long", limit=MAX_TEXT)
    return None


def _obeyed(case: Case) -> Decision | None:
    """A control word is obeyed by its own module, if the person's role is enough for it."""
    word, rest = control.read(case.envelope.text)
    if word is None:
        return None
    if word.guarded:
        raise UnclearError("an earlier release of ingest has sent it here", say="say_again")
    if not people.is_at_least(case.person, word.least):
        raise NotAllowedError(f"role {case.person.role}")
    module = import_module(f"functions.dispatch.words.{word.name}")
    obeyed: Decision = module.obey(case, rest)
    return obeyed


def _planned(case: Case) -> Decision | None:
    """All or nothing: one refused step refuses the message."""
    said, files = case.envelope, bool(case.envelope.attachments)
    now = policy.local_time(said.received_at, case.person)
    turn = Turn(text=said.text, locale=case.locale, role=case.person.role, now=now, files=files)
    plan = _plan(turn)
    if plan.say:
        used = Amounts(messages=1, tokens=plan.tokens)
        return Decision(answer=spoken(case, plan.say, plan.buttons), used=used)
    calls, count = [], len(plan.steps)
    for index, step in enumerate(plan.steps):
        try:
            calls.append(call(case, step, index=index))
        except NotAllowedError as error:
            named = f"/{step.tool} {step.operation}"
            raise of_several(error, named, index, count, case.locale) from error
    return run(*(together.asked_about(calls) if count > 1 else calls), tokens=plan.tokens)


def _plan(turn: Turn) -> Plan:
    plan = next(plan for one in planners() if (plan := one.plan(turn)) is not None)
    limit = config.load().caps.run.steps
    if len(plan.steps) > limit:
        raise BadRequestError("steps", say="too_many_steps", steps=len(plan.steps), limit=limit)
    return plan


@kept
def planners() -> tuple[Planner, ...]:
    """Asked in this order: the first that is sure of a turn plans it; the last always is."""
    commands = CommandPlanner(config.catalogue())
    return (commands, PlainPlanner(config.catalogue(), commands))


DECIDERS: tuple[Decider, ...] = (_stranger, _unreadable, _too_long, _obeyed, _planned)
