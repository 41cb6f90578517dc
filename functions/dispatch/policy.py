"""Who may run what, and how much of it in a day. What is not listed is denied."""

from datetime import datetime
from importlib import import_module
from zoneinfo import ZoneInfo

from msgspec import Struct, field, structs

from functions.dispatch.planner.base import Step
from switchboard import config, rules
from switchboard.config import Amounts
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import people, recent
from switchboard.ledger.people import Person
from switchboard.ledger.recent import Recent
from switchboard.ledger.table import Guard
from switchboard.models import Ask, Envelope, Locale
from switchboard.phrases import say
from switchboard.rules import Ruling
from switchboard.sdk.manifest import Operation, Risk


class Seen(Struct):
    """What rules have looked at that may be otherwise by the time of the commit."""

    recent: Recent | None = None
    tainted: bool = False
    """Whether words of third parties were read before the call was planned."""


class Proposed(Struct, frozen=True):
    """One step as rules may look at it, and the message that proposes it."""

    step: Step
    envelope: Envelope
    looks: bool = False
    """Whether it only looks for what an earlier call did, which is a read."""
    index: int = 0
    """How many calls of the same message come before it."""
    seen: Seen = field(default_factory=Seen)
    undoes: bool = False
    """Whether it takes back what an earlier call did: nobody is asked about that."""

    @property
    def operation(self) -> Operation:
        """What it does: where it only looks, it reads."""
        found = config.catalogue()[self.step.tool].operations[self.step.operation]
        return structs.replace(found, risk=Risk.READ) if self.looks else found


def decide(person: Person, proposed: Proposed) -> Ruling:
    """What policy says about this step of this person's."""
    step = proposed.step
    verdict = rules.verdict(step.tool, step.operation, looks=proposed.looks)
    ruling = rules.by_role(verdict, person.id, person.role)
    if ruling is None:
        # Cedar takes longer to import than all the rest: only where a rule needs it (adr/0027).
        judging = import_module("functions.dispatch.judging")
        ruling = judging.judge(person, proposed, verdict.needs)
    tainted = proposed.seen.tainted
    return rules.secured(ruling, proposed.operation, person.role, tainted=tainted)


def require(person: Person, proposed: Proposed, locale: Locale) -> Ask | None:
    """How the call is to be approved before it runs; None when it may run at once.

    Raises NotAllowedError when it may not run at all.
    """
    ruling = decide(person, proposed)
    if ruling.effect == "deny":
        raise NotAllowedError(f"rule {ruling.rule}", say="denied", why=ruling.why(locale))
    if ruling.effect == "allow" or proposed.undoes:
        return None
    return Ask(approvers=ruling.approvers, code=ruling.code, four_eyes=ruling.four_eyes)


def has_a_turn(proposed: Proposed, asks: Ask | None) -> bool:
    """Whether the call waits in its conversation's lane."""
    return not proposed.looks and bool(asks or proposed.operation.changes)


def charge_guard(envelope: Envelope, person: Person, used: Amounts, now: float) -> Guard:
    """What `commit` needs for the message to be charged. Raises BadRequestError when it is over."""
    return people.charge_guard(person.id, _day(envelope), used, config.load().caps.day, now)


def over_cap(envelope: Envelope, person: Person, used: Amounts, locale: Locale) -> BadRequestError:
    """Which cap a refused message was over, and when it is lifted."""
    caps = config.load().caps.day
    name = people.exceeded(person.id, _day(envelope), used, caps)
    limit = f"{getattr(caps, name):g}"
    values = {"what": say(f"cap_{name}", locale), "limit": limit, "zone": _zone()}
    return BadRequestError(f"over the cap of {name}", say="over_cap", **values)


def recent_guards(envelope: Envelope, person: Person, seen: Seen, destructive: int) -> list[Guard]:
    """What `commit` needs where a rule has looked at the person's last hour: that it still is so,
    and these calls count."""
    if seen.recent is None or not destructive:
        return []
    at = envelope.received_at
    return [recent.count_guard(person.id, seen.recent, envelope.id, destructive, at)]


def local_time(at: float, person: Person) -> datetime:
    """The time that the person's clocks show."""
    return datetime.fromtimestamp(at, ZoneInfo(people.zone_of(person)))


def _day(envelope: Envelope) -> str:
    """The day that a message counts for: whoever plans it, and whenever, it is the same."""
    return datetime.fromtimestamp(envelope.received_at, ZoneInfo(_zone())).date().isoformat()


def _zone() -> str:
    return config.load().workspace.timezone
