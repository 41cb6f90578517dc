"""Destructive calls that a person asked for in the last hour, counted where a rule wants it."""

from uuid import UUID

from msgspec import Struct

from switchboard.ledger import table
from switchboard.ledger.people import StalePersonError

SECONDS = 3600.0


class Recent(Struct, frozen=True):
    """What is known of a person's last hour: the runs that asked, each as often as it did."""

    version: int = 0
    runs: tuple[tuple[float, str], ...] = ()

    def count(self, run: UUID, now: float) -> int:
        """Those of other runs: a message that comes again is counted once."""
        return sum(1 for at, one in self.runs if at > now - SECONDS and one != str(run))


def read(person: str) -> Recent:
    row = table.read(f"usage#{person}", "recent") or {}
    entries = row.get("destructive", [])
    words = [str(one).split() for one in entries] if isinstance(entries, list) else []
    return Recent(
        version=table.whole(row.get("version", 0)),
        runs=tuple((float(at), run) for at, run in words),
    )


def count_guard(person: str, seen: Recent, run: UUID, number: int, at: float) -> table.Guard:
    """A guard of `commit`: nothing was counted since it was `seen`, and `number` more now is."""
    kept = [one for one in seen.runs if one[0] > at - SECONDS and one[1] != str(run)]
    entries = [f"{when!r} {one}" for when, one in [*kept, *[(at, str(run))] * number]]
    condition = "#version = :seen" if seen.version else "attribute_not_exists(#version)"
    values: table.Row = {"entries": entries, "version": seen.version + 1}
    values |= {"expires": table.expiry(at, SECONDS)}
    if seen.version:
        values["seen"] = seen.version
    change = "SET destructive = :entries, #version = :version, expires_at = :expires"
    where = table.key(f"usage#{person}", "recent")
    return table.Guard(table.upsert(where, change, condition, **values), StalePersonError)
