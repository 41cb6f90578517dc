"""Grants that were used: each opens one call, however often that is tried, and no other.

The right to take a call back is used up in the same way, by the id of that call.
"""

from typing import Any

from switchboard.errors import NotAllowedError
from switchboard.ledger import table
from switchboard.models import CallMeta

KEEP_SECONDS = 86_400.0
"""Longer than any call is tried; a grant itself is good for minutes."""


def use_item(jti: str, op: str, now: float, *, first: bool) -> dict[str, Any]:
    """The transaction's part that fails when the grant was used for another call.

    The `first` try of the call uses it; a later one may start although it has expired by then.
    """
    return _use(jti, op, now, "attribute_not_exists(pk)" if first else "op = :op")


def undo_item(undone: str, key: str, now: float) -> dict[str, Any]:
    """The transaction's part that fails when the call `undone` was taken back by another call.

    One that repeats an undo, whose outcome nobody knows, has its idempotency key.
    """
    return _use(undone, key, now, "attribute_not_exists(pk) OR op = :op")


def used_error(meta: CallMeta) -> NotAllowedError:
    """Why a call does not start whose right to it another has used up."""
    return NotAllowedError("used", say="already_undone" if meta.undoes else "grant_unfit")


def _use(name: str, op: str, now: float, condition: str) -> dict[str, Any]:
    change, where = "SET op = :op, expires_at = :expires", table.key(f"grant#{name}", "grant")
    return table.upsert(where, change, condition, op=op, expires=table.expiry(now, KEEP_SECONDS))
