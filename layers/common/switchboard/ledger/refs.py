"""Refs: the short code by which a person names an ended call, to check, repeat or undo it.

A ref is known only in the conversation that the call was asked for in.
"""

from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct

from switchboard.errors import BadRequestError
from switchboard.ledger import table, versions
from switchboard.ledger.states import OpState
from switchboard.models import Command, Hint, decode_command

REPEATABLE = frozenset({OpState.UNKNOWN, OpState.EXPIRED, OpState.STOPPED})
"""States of a call that a person may ask to be repeated."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter looks like a figure."""
_LENGTH = 6
_READ_AS = str.maketrans("ILOU", "110V")


class Ended(Struct, frozen=True):
    """A call that ended without being known to be done, or that can be taken back."""

    command: Command
    state: str
    attempt: int
    """How often it may have begun."""
    repeated: bool
    undo_until: float = 0.0
    """Until when it can be taken back; 0: it cannot."""
    undone: bool = False


class Undoable(Struct, frozen=True):
    """What is said of a call, with its end, that can be taken back."""

    until: float


def ref_of(op_id: UUID) -> str:
    """The ref of a call: always the same one."""
    bits = op_id.int >> (128 - 5 * _LENGTH)
    return "".join(_ALPHABET[bits >> (5 * place) & 31] for place in reversed(range(_LENGTH)))


def ref_item(command: Command, now: float, then: object = None) -> dict[str, Any]:
    """The transaction's part that makes the call known by its ref; `then` may be an Undoable."""
    meta = command.params.meta
    row: table.Row = {
        "pk": f"ref#{meta.lane}",
        "sk": ref_of(command.id),
        "run": str(meta.run),
        "step": meta.step,
        "expires_at": table.expiry(now),
    }
    row |= {"undo_until": then.until} if isinstance(then, Undoable) else {}
    return table.put(row, new=False)


def find(lane: str, ref: str) -> Ended | None:
    """The call of this conversation that a person means by `ref`, if it can be read."""
    code = written(ref)
    known = table.read(f"ref#{lane}", code) if code else None
    if known is None:
        return None
    hint = versions.read_or_report(known, _hint)
    row = table.read(table.run_key(hint.run), table.op_key(hint.step)) if hint else None
    until = known.get("undo_until", 0.0)
    return versions.read_or_report({"undo_until": until, **row}, _ended) if row else None


def written(ref: str) -> str:
    """A ref as it was made, however a person writes it; empty: it is none."""
    code = ref.strip("`").upper().translate(_READ_AS)
    return code if len(code) == _LENGTH and set(code) <= set(_ALPHABET) else ""


def _hint(row: table.Row) -> Hint:
    return Hint(UUID(str(row["run"])), table.whole(row["step"]))


def _ended(row: table.Row) -> Ended:
    command = decode_command(str(row["command"]))
    return Ended(
        command,
        str(row["state"]),
        table.whole(row["attempt"]),
        repeated="repeated_by" in row,
        undo_until=table.number(row["undo_until"]),
        undone="undone_by" in row,
    )


def repeat_guard(ended: Ended, run: UUID) -> table.Guard:
    """A guard of `commit`: a call is repeated by one run, and by no other."""
    return _guard(ended, "repeated", run, "already_repeated")


def undo_guard(ended: Ended, run: UUID) -> table.Guard:
    """A guard of `commit`: a call is taken back by one run, and by no other."""
    return _guard(ended, "undone", run, "already_undone")


def _guard(ended: Ended, what: str, run: UUID, say: str) -> table.Guard:
    meta = ended.command.params.meta
    move = table.update(
        table.key(table.run_key(meta.run), table.op_key(meta.step)),
        f"SET {what}_by = :run",
        f"attribute_not_exists({what}_by) AND #state = :state",
        run=str(run),
        state=ended.state,
    )
    return table.Guard(move, partial(BadRequestError, what, say=say))
