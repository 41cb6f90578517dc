"""Tries: how often a message that came again was begun. One that is never begun has none.

Its queue counts receives, and receives whatever waits behind a message along with it.
"""

import hashlib

from switchboard.ledger import table


def note(body: str, now: float) -> int:
    """The message is begun again; how often it was, the first time not counted."""
    move = table.upsert(
        _where(body),
        "SET expires_at = :expires ADD tries :one",
        "",
        expires=table.expiry(now),
        one=1,
    )
    return table.whole(table.write(move)["tries"])


def clear(body: str) -> None:
    """The message was handled."""
    table.write(table.update(_where(body), "SET tries = :none", "", none=0))


def count(body: str) -> int:
    """How often the message was begun again so far."""
    row = table.read(_key(body), "tries")
    return table.whole(row["tries"]) if row else 0


def _where(body: str) -> dict[str, object]:
    return table.key(_key(body), "tries")


def _key(body: str) -> str:
    """Both copies of a message are one."""
    return f"tries#{hashlib.sha256(body.encode()).hexdigest()}"
