"""Dead letters: queue messages that could not be handled, kept until an operator redrives them."""

from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct

from switchboard.errors import AppError
from switchboard.ledger import table, versions

PARTITION = "dead"


class DeadLetter(Struct, frozen=True):
    """A queue message that was received too often; `id` is its run's, or else the queue's."""

    id: str
    body: str
    at: float
    """When it was buried, in seconds since 1970."""


def bury_guard(letter: DeadLetter) -> table.Guard:
    """A guard of `commit` that keeps a dead letter with what its sender is told."""
    return table.Guard(_put(letter), partial(AppError, "a move that always holds"))


def keep(letter: DeadLetter) -> None:
    """Keep a dead letter of which nobody knows whom to tell."""
    table.transact([_put(letter)])


def forget(letter: DeadLetter) -> None:
    """An operator has redriven it, or does not want it any more."""
    table.remove(table.key(PARTITION, letter.id))


def list_all(limit: int = 1_000) -> list[DeadLetter]:
    """The dead letters, in the order of their ids."""
    return versions.readable(table.query("pk = :pk", limit=limit, pk=PARTITION), _letter)


def redriven_name(run: UUID) -> str:
    """The name from which a redriven message's new id is made, always the same one."""
    return f"redriven {run}"


def _letter(row: table.Row) -> DeadLetter:
    return DeadLetter(str(row["sk"]), str(row["body"]), table.number(row["buried_at"]))


def _put(letter: DeadLetter) -> dict[str, Any]:
    row: table.Row = {
        "pk": PARTITION,
        "sk": letter.id,
        "body": letter.body,
        "buried_at": letter.at,
        "expires_at": table.expiry(letter.at),
    }
    return table.put(row, new=False)
