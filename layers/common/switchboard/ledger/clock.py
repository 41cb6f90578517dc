"""Clocks: when each scheduled function last ran, so that a missed run is noticed."""

from switchboard.ledger import table

PATIENCE = 3
"""Periods without a run that count as missed."""


def last_tick(name: str) -> float:
    """When `name` last ran, in seconds since 1970; 0 when it never has."""
    row = table.read(f"clock#{name}", "clock")
    return table.number(row["latest"]) if row else 0.0


def record_tick(name: str, period: float, now: float) -> float:
    """Note a run of `name`, due every `period` seconds; for how many seconds it had not run."""
    row = table.write(
        table.upsert(
            table.key(f"clock#{name}", "clock"),
            "SET earlier = if_not_exists(latest, :now), latest = :now",
            "",
            now=now,
        )
    )
    gap = now - table.number(row["earlier"])
    return gap if gap > PATIENCE * period else 0.0
