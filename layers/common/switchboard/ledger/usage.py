"""Usage: what a person has used of a day's caps, counted in the commit that uses it."""

from switchboard.config import Amounts
from switchboard.errors import BadRequestError
from switchboard.ledger import table

KEEP_SECONDS = 40 * 86_400.0
COUNTERS = ("messages", "calls", "tokens", "money")
MILLIONTHS = 1_000_000
"""Money is counted in whole millionths of the configured currency."""


def charge_guard(person: str, day: str, used: Amounts, caps: Amounts, now: float) -> table.Guard:
    """A guard of `commit`: the message fits into the day's caps, and has used this much of them.

    Exact under parallel workers: whoever would be over is refused, and uses nothing. Raises
    BadRequestError at once when one message alone is over.
    """
    spent = {name: amount for name in COUNTERS if (amount := _whole(used, name))}
    room = {name: _whole(caps, name) - amount for name, amount in spent.items()}
    error = BadRequestError("over a cap", say="over_cap")
    if min(room.values(), default=0) < 0:
        raise error
    adds = ", ".join(f"{name} :{name}" for name in spent)
    move = table.update(
        table.key(f"usage#{person}", day),
        f"SET expires_at = :expires ADD {adds}",
        " AND ".join(f"(attribute_not_exists({name}) OR {name} <= :room_{name})" for name in room),
        expires=now + KEEP_SECONDS,
        **spent,
        **{f"room_{name}": left for name, left in room.items()},
    )
    return table.Guard(move, error)


def exceeded(person: str, day: str, used: Amounts, caps: Amounts) -> str:
    """Which cap a refused charge was over."""
    row = table.read(f"usage#{person}", day) or {}
    for name in COUNTERS:
        spent = _whole(used, name)
        if spent and table.whole(row.get(name, 0)) + spent > _whole(caps, name):
            return name
    return COUNTERS[0]


def _whole(caps: Amounts, name: str) -> int:
    value: float = getattr(caps, name)
    return round(value * MILLIONTHS) if name == "money" else int(value)
