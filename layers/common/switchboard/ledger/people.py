"""Who a channel's sender is: paired to a person by an operator, known by immutable ids only."""

from typing import Any

from msgspec import Struct

from switchboard.ledger import table
from switchboard.models import Envelope


class StalePersonError(Exception):
    """The person's row is not the one that was decided on; read it again and decide again."""


class Person(Struct, frozen=True, kw_only=True):
    """A paired sender. `version` changes whenever anything else here does."""

    id: str
    name: str
    role: str
    timezone: str = ""
    version: int = 0


def person_of(envelope: Envelope) -> Person | None:
    """The person behind a message, or None for a stranger."""
    return person_at(envelope.channel, envelope.account, envelope.sender.id)


def person_at(channel: str, account: str, sender: str) -> Person | None:
    """The person that a sender is paired to, or None."""
    row = table.read(f"sender#{channel}/{account}/{sender}", "sender")
    if row is None or "person" not in row:
        return None
    return Person(
        id=str(row["person"]),
        name=str(row["name"]),
        role=str(row["role"]),
        timezone=str(row["timezone"]),
        version=table.whole(row["version"]),
    )


def pair(channel: str, account: str, sender: str, person: Person) -> None:
    """Let a sender act as `person` from now on."""
    row: table.Row = {
        "person": person.id,
        "name": person.name,
        "role": person.role,
        "timezone": person.timezone,
    }
    names = {f"#{name}": name for name in (*row, "version")}
    # The row may be a refused stranger's, who is forgotten after a while; a person never is.
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in row)
    change += " REMOVE refused_at, expires_at ADD #version :one"
    where = table.key(f"sender#{channel}/{account}/{sender}", "sender")
    move = table.update(where, change, "", **row, one=1)
    move["Update"]["ExpressionAttributeNames"] = names
    table.write(move)


def unpair(channel: str, account: str, sender: str) -> None:
    """The sender is a stranger from now on; what they asked for and has not begun is not run."""
    table.remove(table.key(f"sender#{channel}/{account}/{sender}", "sender"))


def paired_item(sender: str) -> dict[str, Any]:
    """The transaction's part that fails when `channel/account/id` is nobody any more."""
    return table.check(table.key(f"sender#{sender}", "sender"), "attribute_exists(person)")


def unchanged_guard(envelope: Envelope, person: Person) -> table.Guard:
    """A guard of `commit`: the person is still who was decided on, at no further call."""
    where = table.key(_key(envelope), "sender")
    check = table.check(where, "version = :version", version=person.version)
    return table.Guard(check, StalePersonError())


def first_refusal_guard(envelope: Envelope, now: float) -> table.Guard:
    """A guard of `commit`: this sender has not been answered yet, and now has."""
    row: table.Row = {"pk": _key(envelope), "sk": "sender", "refused_at": now}
    return table.Guard(
        table.put(row | {"expires_at": now + table.KEEP_SECONDS}), StalePersonError()
    )


def _key(envelope: Envelope) -> str:
    return f"sender#{envelope.channel}/{envelope.account}/{envelope.sender.id}"
