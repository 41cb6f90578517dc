"""Attempts to sign in, by whom and from where: only so many are looked at in a while.

An attempt is counted before anything is compared, in one conditional write: so as many are
evaluated as the limit allows, however many come at once.
"""

import hashlib

from switchboard.ledger import conditions, table

WINDOW_SECONDS = 900.0


def reserve(whose: str, most: int, now: float) -> bool:
    """Count an attempt of theirs; False: the `most` of this while were made already.

    What `whose` says is kept as a hash: addresses of people are nobody's to read.
    """
    digest = hashlib.sha256(f"switchboard attempts {whose}".encode()).hexdigest()
    where = table.key(f"attempts#{digest}", "attempts")
    more = table.update(
        where, "ADD #count :one", "#until > :now AND #count < :most", one=1, now=now, most=most
    )
    first = table.upsert(
        where,
        "SET #count = :one, #until = :until, expires_at = :expires",
        "attribute_not_exists(#until) OR #until <= :now",
        one=1,
        now=now,
        until=now + WINDOW_SECONDS,
        expires=table.expiry(now, WINDOW_SECONDS),
    )
    # Who began a while meanwhile has left room in it, perhaps.
    return any(conditions.holds(move) for move in (more, first, more))
