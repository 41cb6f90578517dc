"""The second factor of a person: how often it was tried, and what it was last right with.

A try is reserved before anything is compared, in one conditional write that counts it: so as many
guesses are evaluated as the limit allows, however many come at once. Five wrong ones in a row lock
it for a quarter of an hour, the next five for twice as long, and after a hundred it is disabled
(NIST SP 800-63B, 5.2.2). The row holds no secret that is not sealed.
"""

import math
from enum import StrEnum
from typing import Any

from msgspec import Struct

from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import conditions, table, versions

ROUND = 5
"""Wrong codes in a row that lock it."""
LOCK_SECONDS, LONGEST_LOCK_SECONDS = 900.0, 86_400.0
MOST = 100
"""Wrong codes in a row that disable it, until the person is enrolled anew."""


class NotReadyError(BadRequestError):
    """No code is taken now, whatever it is: nothing was counted or compared."""


class FactorState(StrEnum):
    """PENDING until the first right code shows that the person's app has the seed."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"


class Factor(Struct, frozen=True, kw_only=True):
    """A person's factor as its row was read."""

    person: str
    state: str
    sealed: str
    """The seed, and what recovery codes are hashed with; another one for each enrolment."""
    last_step: int
    """The time step of the last right code: only a later one's is taken."""
    fails: int
    """Tries since the last right code."""
    locked_until: float
    recovery: tuple[str, ...]
    """The recovery codes' hashes; empty where one was used."""
    enrolled_at: float

    @property
    def left(self) -> int:
        """Tries before it is locked."""
        return ROUND - self.fails % ROUND


def find(person: str) -> Factor | None:
    """The person's factor, if there is one. Raises UnreadableError."""
    row = table.read(*_key(person))
    return versions.read(row, factor_of) if row else None


def ready(person: str, state: FactorState, now: float) -> Factor:
    """The person's factor, in that state and neither locked nor disabled.

    Raises NotReadyError, which says what is to be done.
    """
    found = find(person)
    if found is None or found.state != state.value:
        raise none_of(person)
    if error := refusal(found, now):
        raise NotReadyError(error.detail, say=error.say, **error.values)
    return found


def none_of(person: str) -> NotReadyError:
    """What is said of a factor that is not there, or not in the state that it must be in."""
    return NotReadyError("no such factor", say="no_factor", person=person)


def refusal(factor: Factor, now: float) -> BadRequestError | None:
    """What is said of a factor that takes no code now."""
    if factor.fails >= MOST:
        facts = {"limit": MOST, "person": factor.person}
        return BadRequestError("factor disabled", say="factor_disabled", **facts)
    if factor.locked_until > now:
        minutes = math.ceil((factor.locked_until - now) / 60)
        return BadRequestError("factor locked", say="factor_locked", count=minutes)
    return None


def reserve(factor: Factor, now: float) -> Factor | None:
    """Count a try, and lock what it might be the last of; None: somebody else tried since.

    The lock is there before the code is looked at, and gone with a right one.
    """
    fails = factor.fails + 1
    try:
        row = table.write(
            table.update(
                table.key(*_key(factor.person)),
                "SET fails = :fails, locked_until = :until",
                "fails = :before AND locked_until <= :now AND sealed = :sealed",
                fails=fails,
                until=_locked_until(fails, now),
                before=factor.fails,
                now=now,
                sealed=factor.sealed,
            )
        )
    except AwsError as error:
        if not error.condition_failed:
            raise
        return None
    return versions.read(row, factor_of)


def step_guard(factor: Factor, step: int, error: Exception) -> table.Guard:
    """A guard of `commit`: the code of this step was right, and none of it or later was before."""
    return _accepted(factor, "last_step = :step", "last_step < :step", error, step=step)


def recovery_guard(factor: Factor, place: int, error: Exception) -> table.Guard:
    """A guard of `commit`: the recovery code in this place was right, and is used up."""
    entry = f"recovery[{place}]"
    given = factor.recovery[place]
    return _accepted(factor, f"{entry} = :used", f"{entry} = :hash", error, used="", hash=given)


def begin(person: str, sealed: str, now: float, *, proved: str = "") -> bool:
    """Let the person have a PENDING factor, instead of another; False: theirs is ACTIVE.

    One that is ACTIVE gives way if it is what is sealed in `proved`, whose code was just used up.
    """
    change = (
        "SET #state = :pending, sealed = :sealed, enrolled_at = :now, last_step = :none, "
        "fails = :none, locked_until = :none, recovery = :unknown"
    )
    facts: table.Row = {"pending": FactorState.PENDING.value, "active": FactorState.ACTIVE.value}
    facts |= {"sealed": sealed, "now": now, "none": 0, "unknown": [], "proved": proved}
    free = "#state <> :active OR sealed = :proved"
    item = table.upsert(table.key(*_key(person)), change, free, **facts)
    return conditions.holds(item)


def activate_guard(factor: Factor, step: int, recovery: list[str], error: Exception) -> table.Guard:
    """A guard of a transaction: it is ACTIVE with its first right code."""
    return _accepted(
        factor,
        "last_step = :step, recovery = :recovery, #state = :active",
        "last_step < :step AND #state = :pending",
        error,
        step=step,
        recovery=recovery,
        active=FactorState.ACTIVE.value,
        pending=FactorState.PENDING.value,
    )


def renew_recovery(factor: Factor, recovery: list[str]) -> bool:
    """Let these be its recovery codes' hashes; False: it is not what it was."""
    where = table.key(*_key(factor.person))
    values: table.Row = {"recovery": recovery, "sealed": factor.sealed}
    return conditions.holds(
        table.update(where, "SET recovery = :recovery", "sealed = :sealed", **values)
    )


def remove(person: str) -> None:
    """The person has none from now on."""
    table.transact([remove_item(person)])


def remove_item(person: str) -> dict[str, Any]:
    """The transaction's part after which the person has none, if they had one."""
    return table.delete(table.key(*_key(person)), "")


def factor_of(row: table.Row) -> Factor:
    recovery = row["recovery"]
    return Factor(
        person=str(row["pk"]).partition("#")[2],
        state=str(row["state"]),
        sealed=str(row["sealed"]),
        last_step=table.whole(row["last_step"]),
        fails=table.whole(row["fails"]),
        locked_until=table.number(row["locked_until"]),
        recovery=tuple(recovery) if isinstance(recovery, list) else (),
        enrolled_at=table.number(row["enrolled_at"]),
    )


def _key(person: str) -> tuple[str, str]:
    return f"factor#{person}", "factor"


def _locked_until(fails: int, now: float) -> float:
    """Until when the factor is locked by a try, if that is the last of a round."""
    rounds, rest = divmod(fails, ROUND)
    return 0.0 if rest else now + min(LOCK_SECONDS * 2 ** (rounds - 1), LONGEST_LOCK_SECONDS)


def _accepted(
    factor: Factor, change: str, condition: str, error: Exception, **values: table.Value
) -> table.Guard:
    return table.Guard(_accept(factor, change, condition, **values), lambda: error)


def _accept(factor: Factor, change: str, condition: str, **values: table.Value) -> dict[str, Any]:
    """The transaction's part that a right code makes: no try counts any more."""
    return table.update(
        table.key(*_key(factor.person)),
        f"SET fails = :none, locked_until = :none, {change}",
        f"sealed = :sealed AND {condition}",
        none=0,
        sealed=factor.sealed,
        **values,
    )
