"""Passwords of people, as hashes that say by themselves how they were made (PHC string format)."""

from typing import Any

from msgspec import Struct

from switchboard.ledger import table, versions


class Password(Struct, frozen=True, kw_only=True):
    """A person's password as its row was read."""

    person: str
    hash: str
    """By argon2id (RFC 9106), with its salt and its costs."""
    changed_at: float


def find(person: str) -> Password | None:
    """The person's, if they have set one. Raises UnreadableError."""
    row = table.read(*_key(person))
    return versions.read(row, password_of) if row else None


def set_guard(person: str, hashed: str, now: float) -> table.Guard:
    """A guard of `commit`: from now on this is the person's, whatever was before."""
    pk, sk = _key(person)
    row: table.Row = {"pk": pk, "sk": sk, "hash": hashed, "changed_at": now}
    return table.Guard(table.put(row, new=False), AssertionError)


def remove_item(person: str) -> dict[str, Any]:
    """The transaction's part after which the person has none, if they had one."""
    return table.delete(table.key(*_key(person)), "")


def password_of(row: table.Row) -> Password:
    return Password(
        person=str(row["pk"]).partition("#")[2],
        hash=str(row["hash"]),
        changed_at=table.number(row["changed_at"]),
    )


def _key(person: str) -> tuple[str, str]:
    return f"password#{person}", "password"
