"""Lanes: the state-changing ops of one conversation take turns, in the order of its messages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from switchboard.ledger import table
from switchboard.ledger.stops import NOT_STOPPED
from switchboard.models import CallMeta, Command, Hint

LIMIT = 50
"""Ops that may wait in one lane."""


def name_of(meta: CallMeta) -> str:
    """How a lane calls an op."""
    return f"{meta.run}/{meta.step}"


def append_item(metas: Sequence[CallMeta]) -> dict[str, Any]:
    """The transaction's part that puts the ops of one message at the end of its lane."""
    return table.upsert(
        where(metas[0].lane),
        "SET ops = list_append(if_not_exists(ops, :none), :ops)",
        "attribute_not_exists(ops) OR size(ops) <= :room",
        none=[],
        ops=[name_of(meta) for meta in metas],
        room=LIMIT - len(metas),
    )


def turn_item(meta: CallMeta) -> dict[str, Any]:
    """The transaction's part that fails unless the op is its lane's head and nobody said stop."""
    return table.check(where(meta.lane), f"ops[0] = :op AND {NOT_STOPPED}", op=name_of(meta))


def leave_item(meta: CallMeta, place: int = 0) -> dict[str, Any]:
    """The transaction's part that takes an op out of its lane; it fails when it is not there."""
    entry = f"ops[{place}]"
    return table.update(where(meta.lane), f"REMOVE {entry}", f"{entry} = :op", op=name_of(meta))


def head_of(lane: str) -> Hint | None:
    """The op whose turn it is in this lane, if any waits."""
    return next(iter(list_waiting(lane)), None)


def list_waiting(lane: str) -> list[Hint]:
    """The ops that wait or run in this lane, in their order."""
    parts = (name.partition("/") for name in _ops(lane))
    return [Hint(UUID(run), int(step)) for run, _, step in parts]


def place_of(command: Command) -> int | None:
    """How many ops of its lane are before it; None: it needs no turn."""
    meta = command.params.meta
    waiting, name = _ops(meta.lane), name_of(meta)
    return waiting.index(name) if name in waiting else None


def where(lane: str) -> dict[str, Any]:
    return table.key(f"lane#{lane}", "lane")


def _ops(lane: str) -> list[str]:
    row = table.read(f"lane#{lane}", "lane")
    ops = row.get("ops") if row else None
    return ops if isinstance(ops, list) else []
