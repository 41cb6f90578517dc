"""Stops: while one stands, no change of its conversation, or of the whole workspace, starts.

A conversation's stop is in its lane's row. The workspace's stands in SHARDS rows at once, so that
not every call of the workspace reads the same one.
"""

import zlib
from functools import partial
from typing import Any

from switchboard.errors import AppError
from switchboard.ledger import table

NOT_STOPPED = "attribute_not_exists(stopped_at)"
SHARDS = 16
ALWAYS_HOLDS = partial(AppError, "a move that always holds")


def stop_guards(lane: str, now: float) -> list[table.Guard]:
    """Guards of `commit` that stop one conversation; an empty `lane` is the whole workspace."""
    return _all(lane, "SET stopped_at = :now", now=now)


def resume_guards(lane: str) -> list[table.Guard]:
    """Guards of `commit` that lift a stop."""
    return _all(lane, "REMOVE stopped_at")


def not_stopped_item(lane: str) -> dict[str, Any]:
    """The transaction's part that fails while the workspace is stopped."""
    return table.check(table.key(_shard_of(lane), "stop"), NOT_STOPPED)


def is_stopped(lane: str) -> bool:
    """Whether a stop stands for this conversation."""
    rows = (table.read(f"lane#{lane}", "lane"), table.read(_shard_of(lane), "stop"))
    return any(row is not None and "stopped_at" in row for row in rows)


def is_workspace_stopped() -> bool:
    """Whether the workspace is stopped; all shards say the same."""
    row = table.read("stop#0", "stop")
    return row is not None and "stopped_at" in row


def _all(lane: str, change: str, **values: table.Value) -> list[table.Guard]:
    return [
        table.Guard(
            table.upsert(one, change, "", **values), partial(AppError, "a move that always holds")
        )
        for one in _rows(lane)
    ]


def _rows(lane: str) -> list[dict[str, Any]]:
    if lane:
        return [table.key(f"lane#{lane}", "lane")]
    return [table.key(f"stop#{shard}", "stop") for shard in range(SHARDS)]


def _shard_of(lane: str) -> str:
    return f"stop#{zlib.crc32(lane.encode()) % SHARDS}"
