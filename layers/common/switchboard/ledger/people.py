"""Who a channel's sender is, and what they have used of a day's caps.

A sender is paired to a person by an operator or by an invitation (`identities.py`), and known by
immutable ids only. Usage is counted in the commit that uses it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import Struct, structs

from switchboard import config
from switchboard.config import Amounts
from switchboard.errors import BadRequestError
from switchboard.ledger import table, versions
from switchboard.models import ROLES, CallMeta, Envelope, Role

USAGE_KEEP_SECONDS = 40 * 86_400.0
REFUSED_SECONDS = 86_400.0
"""How seldom a stranger is told that they are one."""
COUNTERS = ("messages", "calls", "tokens", "money")
MILLIONTHS = 1_000_000
"""Money is counted in whole millionths of the configured currency."""


class StalePersonError(Exception):
    """The person's row is not the one that was decided on; read it again and decide again."""


class Person(Struct, frozen=True, kw_only=True):
    """A paired sender. `version` changes whenever anything else here does."""

    id: str
    name: str
    role: str
    timezone: str = ""
    version: int = 0


Find = Callable[[Envelope], Person | None]
STRANGER = Person(id="", name="", role="")
"""Whoever is paired to nobody."""


def person_of(envelope: Envelope) -> Person | None:
    """The person behind a message, or None for a stranger."""
    return person_at(envelope.channel, envelope.account, envelope.sender.id)


def sender_of(envelope: Envelope) -> str:
    """How rows call who wrote: `channel/account/id`."""
    return f"{envelope.channel}/{envelope.account}/{envelope.sender.id}"


def is_at_least(person: Person, least: Role) -> bool:
    """Whether the person's role is `least` or higher; a role that nobody knows is the lowest."""
    rank = ROLES.index(person.role) if person.role in ROLES else 0
    return rank >= ROLES.index(least)


def as_paired(envelope: Envelope, find: Find = person_of) -> Envelope:
    """Under the id by which the person is paired, where the platform has named them anew since."""
    formerly = envelope.sender.formerly
    if not formerly or find(envelope) is not None:
        return envelope
    sender = structs.replace(envelope.sender, id=formerly)
    other = structs.replace(envelope, sender=sender)
    return envelope if find(other) is None else other


def person_at(channel: str, account: str, sender: str) -> Person | None:
    """The person that a sender is paired to, or None. Raises UnreadableError."""
    row = table.read(f"sender#{channel}/{account}/{sender}", "sender")
    return versions.read(row, _person) if row and "person" in row else None


def _person(row: table.Row) -> Person:
    return Person(
        id=str(row["person"]),
        name=str(row["name"]),
        role=str(row["role"]),
        timezone=str(row["timezone"]),
        version=table.whole(row["version"]),
    )


def within(person: Person, channel: str, account: str) -> Person:
    """The person with no higher a role than their account may have; an unknown role stays."""
    most = config.load().channels.get(f"{channel}/{account}", config.Account()).role
    higher = ROLES[ROLES.index(most) + 1 :]
    return structs.replace(person, role=most) if person.role in higher else person


def zone_of(person: Person) -> str:
    """The person's own time zone, else the workspace's."""
    return person.timezone or config.load().workspace.timezone


def pair(channel: str, account: str, sender: str, person: Person) -> None:
    """Let a sender act as `person` from now on, whoever they were."""
    name, before = f"{channel}/{account}/{sender}", person_at(channel, account, sender)
    items = [one.item for one in pair_guards(name, person)]
    if before is not None and before.id != person.id:
        items.append(table.delete(table.key("people", f"{before.id}#{name}"), ""))
    table.transact(items)


def unpair(channel: str, account: str, sender: str, now: float) -> None:
    """The sender is a stranger from now on; what they asked for and has not begun is not run."""
    before = person_at(channel, account, sender)
    if before is not None:
        guards = leave_guards(before.id, f"{channel}/{account}/{sender}", now)
        table.transact([one.item for one in guards])


def pair_guards(sender: str, person: Person, *, new: bool = False) -> list[table.Guard]:
    """Guards of `commit`: the sender is this person from now on; if `new`, who was nobody."""
    row: table.Row = {
        "person": person.id,
        "name": person.name,
        "role": person.role,
        "timezone": person.timezone,
    }
    # The row may be that of who has left, who is forgotten after a while; a person never is.
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in row)
    change += " REMOVE refused_at, expires_at ADD #version :one"
    free = "attribute_not_exists(person)" if new else ""
    where = table.key(f"sender#{sender}", "sender")
    listed: table.Row = {"pk": "people", "sk": f"{person.id}#{sender}", "person": person.id}
    listed |= {"role": person.role, "sender": sender}
    items = [table.upsert(where, change, free, **row, one=1), table.put(listed, new=False)]
    return [table.Guard(item, StalePersonError) for item in items]


def leave_guards(person: str, sender: str, now: float) -> list[table.Guard]:
    """Guards of `commit`: the sender is nobody from now on.

    Its row is kept for a while, for the version: who is remembered with an earlier is not the one
    whom it may be next.
    """
    change = "SET expires_at = :expires REMOVE person, #name, #role, #timezone ADD #version :one"
    where, expires = table.key(f"sender#{sender}", "sender"), table.expiry(now)
    gone = table.update(where, change, "person = :person", person=person, expires=expires, one=1)
    unlisted = table.delete(table.key("people", f"{person}#{sender}"), "")
    return [table.Guard(item, StalePersonError) for item in (gone, unlisted)]


def still_item(meta: CallMeta) -> dict[str, Any]:
    """The transaction's part that fails unless the call's sender is still the same person.

    So it does when their role is lower than the one that the call was allowed with.
    """
    enough = ROLES[ROLES.index(meta.role) :] if meta.role in ROLES else (meta.role,)
    names = [f":role{at}" for at in range(len(enough))]
    either = " OR ".join(f"#role = {name}" for name in names)
    return table.check(
        table.key(f"sender#{meta.sender}", "sender"),
        f"person = :actor AND ({either})",
        actor=meta.actor,
        **{name[1:]: role for name, role in zip(names, enough, strict=True)},
    )


def same_item(sender: str, person: str) -> dict[str, Any]:
    """The transaction's part that fails unless the sender is this person."""
    where = table.key(f"sender#{sender}", "sender")
    return table.check(where, "person = :person", person=person)


def unchanged_guard(envelope: Envelope, person: Person) -> table.Guard:
    """A guard of `commit`: the person is still who was decided on, at no further call."""
    where = table.key(_key(envelope), "sender")
    check = table.check(where, "version = :version", version=person.version)
    return table.Guard(check, StalePersonError)


def first_refusal_guards(envelope: Envelope, now: float) -> list[table.Guard]:
    """Guards of `commit`: this stranger has not been answered today yet, and now has.

    In a row of its own, as whoever refuses strangers may write no sender's.
    """
    where = table.key(f"stranger#{sender_of(envelope)}", "stranger")
    change = "SET refused_at = :now, expires_at = :expires"
    rarely = "attribute_not_exists(refused_at) OR refused_at <= :before"
    before, expires = now - REFUSED_SECONDS, table.expiry(now)
    noted = table.upsert(where, change, rarely, now=now, before=before, expires=expires)
    still = table.check(table.key(_key(envelope), "sender"), "attribute_not_exists(person)")
    return [table.Guard(item, StalePersonError) for item in (noted, still)]


def charge_guard(person: str, day: str, used: Amounts, caps: Amounts, now: float) -> table.Guard:
    """A guard of `commit`: the message fits into the day's caps, and has used this much of them.

    Exact under parallel workers: whoever would be over is refused, and uses nothing. Raises
    BadRequestError at once when one message alone is over.
    """
    spent = {name: amount for name in COUNTERS if (amount := _whole(used, name))}
    room = {f"room_{name}": _whole(caps, name) - amount for name, amount in spent.items()}
    if min(room.values(), default=0) < 0:
        raise _over_cap()
    change, condition = _charge(tuple(spent))
    expires, where = table.expiry(now, USAGE_KEEP_SECONDS), table.key(f"usage#{person}", day)
    move = table.upsert(where, change, condition, expires=expires, **spent, **room)
    return table.Guard(move, _over_cap)


def exceeded(person: str, day: str, used: Amounts, caps: Amounts) -> str:
    """Which cap a refused charge was over."""
    row = table.read(f"usage#{person}", day) or {}
    for name in COUNTERS:
        spent = _whole(used, name)
        if spent and table.whole(row.get(name, 0)) + spent > _whole(caps, name):
            return name
    return COUNTERS[0]


def _key(envelope: Envelope) -> str:
    return f"sender#{sender_of(envelope)}"


@cache
def _charge(names: tuple[str, ...]) -> tuple[str, str]:
    """What adds to these counters, and the condition that there is room in them."""
    adds = ", ".join(f"{name} :{name}" for name in names)
    fits = [f"(attribute_not_exists({name}) OR {name} <= :room_{name})" for name in names]
    return f"SET expires_at = :expires ADD {adds}", " AND ".join(fits)


def _over_cap() -> BadRequestError:
    return BadRequestError("over a cap", say="over_cap")


def _whole(caps: Amounts, name: str) -> int:
    value: float = getattr(caps, name)
    return round(value * MILLIONTHS) if name == "money" else int(value)
