"""Grants that were used: each opens one call, however often that is tried, and no other."""

from typing import Any

from switchboard.ledger import table

KEEP_SECONDS = 86_400.0
"""Longer than any call is tried; a grant itself is good for minutes."""


def use_item(jti: str, op: str, now: float, *, first: bool) -> dict[str, Any]:
    """The transaction's part that fails when the grant was used for another call.

    The `first` try of the call uses it; a later one may start although it has expired by then.
    """
    where = table.key(f"grant#{jti}", "grant")
    change, condition = "SET op = :op, expires_at = :expires", "attribute_not_exists(pk)"
    expires = table.expiry(now, KEEP_SECONDS)
    return table.upsert(where, change, condition if first else "op = :op", op=op, expires=expires)
