"""Leases: what only one of many environments should do at a time."""

from switchboard.cloud.aws import AwsError
from switchboard.ledger import table


def claim(name: str, seconds: float, now: float) -> bool:
    """Whether `name` is ours to do alone until `seconds` from now; False: somebody has it."""
    move = table.upsert(
        table.key(f"lease#{name}", "lease"),
        "SET holder = :holder, lease_until = :until, expires_at = :expires",
        "attribute_not_exists(lease_until) OR lease_until < :now OR holder = :holder",
        holder=table.unique(),
        until=now + seconds,
        now=now,
        expires=table.expiry(now),
    )
    try:
        table.write(move)
    except AwsError as error:
        if error.condition_failed:
            return False
        raise
    return True
