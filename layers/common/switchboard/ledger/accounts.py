"""Accounts that could not send: what an operator should look at."""

from msgspec import Struct

from switchboard.ledger import table, versions

PARTITION = "broken#accounts"
LIMIT = 1000


class Broken(Struct, frozen=True, kw_only=True):
    """An account whose answers were refused, as `slack/main`; times are seconds since 1970."""

    account: str
    since: float
    last: float
    failures: int
    reason: str
    """The platform's code for the last one."""


def record_failure(account: str, reason: str, now: float) -> None:
    """Note that an answer of this account was refused for good."""
    where = table.key(PARTITION, account)
    move = table.upsert(
        where,
        "SET since = if_not_exists(since, :now), last_at = :now, reason = :reason, "
        "expires_at = :expires ADD failures :one",
        "",
        now=now,
        reason=reason[:200],
        expires=table.expiry(now),
        one=1,
    )
    table.write(move)


def list_broken() -> list[Broken]:
    """Every account with refused answers in the last 30 days."""
    return versions.readable(table.query("pk = :pk", limit=LIMIT, pk=PARTITION), _broken)


def _broken(row: table.Row) -> Broken:
    return Broken(
        account=str(row["sk"]),
        since=table.number(row["since"]),
        last=table.number(row["last_at"]),
        failures=table.whole(row["failures"]),
        reason=str(row["reason"]),
    )
