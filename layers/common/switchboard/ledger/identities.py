"""Which senders are which person: pairing by an invitation's code, listing, leaving.

An invitation is a row under the hash of its code, good once and for ten minutes. Whoever writes a
code is counted, in the transaction that takes the code or says that it is wrong: so what is learned
of guesses is bounded, however many come at once.
"""

import hashlib
import secrets
from collections.abc import Sequence

from msgspec import Struct

from switchboard.ledger import credentials, factors, passwords, people, table
from switchboard.ledger.people import Person, StalePersonError
from switchboard.ledger.table import Guard
from switchboard.models import Envelope

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: what looks alike is one."""
ALIKE = str.maketrans("OIL", "011", "- ")
LENGTH = 12
"""Sixty bits."""
CODE_SECONDS = GUESS_SECONDS = 600.0
GUESSES = 5
PARTED = 20
"""Identities that one transaction parts from their person."""
MOST = 1_000
"""Identities that are listed."""


class TakenError(StalePersonError):
    """A code was used, or a guess counted meanwhile: decide again."""


class Identity(Struct, frozen=True):
    """One sender who acts as a person."""

    person: str
    role: str
    sender: str


class Invitation(Struct, frozen=True, kw_only=True):
    """Who writes its code is this person; `by` is the sender of the admin who gave it, if one."""

    person: str
    name: str
    role: str
    timezone: str = ""
    by: str = ""


class Guesses(Struct, frozen=True):
    """How many codes a sender has written since their window began."""

    count: int = 0
    until: float = 0.0


def code() -> str:
    """A new code, in groups that can be read out."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(text[at : at + 4] for at in range(0, LENGTH, 4))


def is_code(text: str) -> bool:
    """Whether it may be a code: as people write one, in either case, with what looks alike."""
    plain = text.upper().translate(ALIKE)
    return len(plain) == LENGTH and all(letter in ALPHABET for letter in plain)


def invite_guard(code: str, invitation: Invitation, now: float) -> Guard:
    """A guard of `commit`: the code makes its writer this person, until it ends."""
    row: table.Row = {
        "pk": _place(code),
        "sk": "code",
        "person": invitation.person,
        "name": invitation.name,
        "role": invitation.role,
        "timezone": invitation.timezone,
        "by": invitation.by,
        "until": now + CODE_SECONDS,
        "expires_at": table.expiry(now, CODE_SECONDS),
    }
    return Guard(table.put(row), TakenError)


def find(code: str, now: float) -> Invitation | None:
    """What the code is for, while it holds and who gave it still is an admin."""
    row = table.read(_place(code), "code")
    if row is None or table.number(row["until"]) <= now:
        return None
    told = {name: str(row[name]) for name in ("person", "name", "role", "timezone", "by")}
    found = Invitation(**told)
    if found.by:
        giver = table.read(f"sender#{found.by}", "sender") or {}
        if giver.get("role") != "admin":
            return None
    return found


def guesses(envelope: Envelope) -> Guesses:
    row = table.read(_sender(envelope), "guesses") or {}
    return Guesses(table.whole(row.get("count", 0)), table.number(row.get("until", 0.0)))


def guess_guard(envelope: Envelope, seen: Guesses, now: float) -> Guard:
    """A guard of `commit`: this guess is counted, and there is room for it."""
    where = table.key(_sender(envelope), "guesses")
    if seen.until <= now:
        until = now + GUESS_SECONDS
        change = "SET #count = :one, #until = :until, expires_at = :expires"
        fresh = "attribute_not_exists(#until) OR #until <= :now"
        facts: table.Row = {"one": 1, "until": until, "expires": table.expiry(until), "now": now}
        return Guard(table.upsert(where, change, fresh, **facts), TakenError)
    room = "#until = :until AND #count < :most"
    facts = {"one": 1, "until": seen.until, "most": GUESSES}
    return Guard(table.update(where, "ADD #count :one", room, **facts), TakenError)


def redeem_guards(code: str, found: Invitation, envelope: Envelope, now: float) -> list[Guard]:
    """Guards of `commit`: the code is used up, by this sender, who is its person from now on."""
    where = table.key(_place(code), "code")
    used = table.delete(where, "attribute_exists(pk) AND #until > :now", now=now)
    sender = people.sender_of(envelope)
    person = Person(id=found.person, name=found.name, role=found.role, timezone=found.timezone)
    guards = [Guard(used, TakenError), *people.pair_guards(sender, person, new=True)]
    if found.by:
        giver = table.key(f"sender#{found.by}", "sender")
        guards.append(Guard(table.check(giver, "#role = :admin", admin="admin"), TakenError))
    return guards


def listed(person: str = "") -> list[Identity]:
    """All senders who are somebody, or this person; those paired by 0.2.0 are not listed."""
    condition, values = "pk = :pk", {"pk": "people"}
    if person:
        condition, values = condition + " AND begins_with(sk, :of)", {**values, "of": f"{person}#"}
    rows = table.query(condition, limit=MOST, **values)
    return [Identity(*(str(row[name]) for name in ("person", "role", "sender"))) for row in rows]


def timezone_guards(person: Person, own: str, others: Sequence[str], zone: str) -> list[Guard]:
    """Guards of `commit`: the person's times are this zone's, by all of these senders.

    The `own` one is still who was decided on, which no other guard may look at then.
    """
    change = "SET #timezone = :zone ADD #version :one"
    facts: table.Row = {"zone": zone, "one": 1}
    same = table.update(
        table.key(f"sender#{own}", "sender"),
        change,
        "#version = :version",
        version=person.version,
        **facts,
    )
    rest = [
        table.update(
            table.key(f"sender#{one}", "sender"),
            change,
            "person = :person",
            person=person.id,
            **facts,
        )
        for one in others
    ]
    return [Guard(item, StalePersonError) for item in (same, *rest)]


def forget_guards(person: str, now: float) -> list[Guard]:
    """Guards of `commit` with a person's last identity: all that is kept for them alone is gone.

    That is their second factor, their password, and what they let tools in with: whoever is called
    so next has none. A row says since when they are gone, by which what else is kept for them can
    be made unreadable: whatever does that belongs here.
    """
    row: table.Row = {"pk": "forgotten", "sk": person, "at": now}
    row["expires_at"] = table.expiry(now)
    items = (
        table.put(row, new=False),
        factors.remove_item(person),
        passwords.remove_item(person),
    )
    given = credentials.remove_guards(person, credentials.tools_of(person))
    return [*(Guard(item, StalePersonError) for item in items), *given]


def forget(person: str, senders: Sequence[str], now: float) -> None:
    """Nobody acts as the person from now on, and all that is kept for them alone is gone.

    What they have asked for and has not begun is not run. May be done again, as after a crash.
    """
    guards = forget_guards(person, now)
    for at in range(0, max(len(senders), 1), PARTED):
        for sender in senders[at : at + PARTED]:
            guards += people.leave_guards(person, sender, now)
        table.transact([one.item for one in guards])
        guards = []


def _place(code: str) -> str:
    plain = code.upper().translate(ALIKE)
    digest = hashlib.sha256(f"switchboard pairing {plain}".encode()).hexdigest()
    return f"code#{digest}"


def _sender(envelope: Envelope) -> str:
    return f"sender#{people.sender_of(envelope)}"
