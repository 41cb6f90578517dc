"""Taking back what a call did: what it saves for that, and who may use it, once, for ten minutes.

The tool knows by what it has saved itself that there was such a call, so nobody can have anything
else done as an undo (docs/adr/0032). What is saved lies below `undo/<tool>/`, where only the tool's
own function writes and reads, and is written before the effect that it takes back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, json, structs

from switchboard import observe, phrases, storage
from switchboard.audit import digest
from switchboard.errors import AppError, NotAllowedError
from switchboard.frame.package import Tool
from switchboard.ledger import grants, refs
from switchboard.ledger.claims import OpenOp
from switchboard.ledger.refs import Undoable
from switchboard.ledger.states import OpState
from switchboard.models import Button, Command, Result

SECONDS = 600.0
"""How long a call can be taken back, from when it was begun."""
TURN_SECONDS = 120.0
"""How much longer an undo may wait for its turn, as a granted call may."""


class Saved(Struct, frozen=True, kw_only=True):
    """A call that can be taken back, and what by."""

    operation: str
    arguments: str
    """Their digest."""
    lane: str
    people: tuple[str, ...]
    """Who may take it back: who asked, and who said yes."""
    own: str
    """The person whose own connection it used, which its undo uses too; "": the workspace's."""
    at: float
    content: bytes
    """What the adapter needs for it, in its own form."""


def save(command: Command, content: bytes, now: float) -> None:
    """Store it; the first try's stays, whatever a later one says."""
    meta = command.params.meta
    saved = Saved(
        operation=command.method,
        arguments=digest(command.params.arguments),
        lane=meta.lane,
        people=(meta.actor, *([meta.approver] if meta.grant and meta.approver else [])),
        own=meta.actor if meta.own else "",
        at=now,
        content=content,
    )
    storage.save(meta.tool, command.id, json.encode(saved))


def saved_of(command: Command) -> Saved | None:
    """What the call that this one takes back has saved; None, when it takes back none."""
    meta = command.params.meta
    return _read(meta.tool, meta.undoes) if meta.undoes else None


def permit(tool: Tool, op: OpenOp, undoes: UUID, now: float) -> Sequence[dict[str, Any]]:
    """The transaction's part by which an undo is used up when it starts, whoever has planned it.

    Raises NotAllowedError when this tool did no such call, the person is neither who asked for it
    nor who approved it, or the time is over. A later try than the first is in time.
    """
    command, meta = op.command, op.command.params.meta
    operation = tool.manifest.operations.get(command.method)
    saved = _read(tool.name, undoes) if operation and operation.undo else None
    called = (command.method, digest(command.params.arguments), meta.lane)
    if saved is None or called != (saved.operation, saved.arguments, saved.lane):
        raise NotAllowedError("an undo of no such call", say="cannot_undo")
    if meta.actor not in saved.people:
        raise NotAllowedError("an undo of somebody else's call", say="not_yours_to_undo")
    if op.attempt == 0 and now > saved.at + SECONDS + TURN_SECONDS:
        raise NotAllowedError("too late", say="undo_over")
    return (grants.undo_item(str(undoes), str(command.key), now),)


def offered(
    tool: Tool, command: Command, result: Result, state: OpState, now: float
) -> tuple[Result, Undoable | None]:
    """The answer of a call, which says how it is taken back when it is done and that can be."""
    meta, operation = command.params.meta, tool.manifest.operations.get(command.method)
    kept = operation is not None and operation.undo and not (meta.undoes or meta.looks)
    if state is not OpState.DONE or not result.result or not kept:
        return result, None
    try:
        saved = _read(tool.name, command.id)
    except AppError as error:  # it is done, and that has to be told
        observe.warn("undo not offered", detail=error.detail)
        return result, None
    until = saved.at + SECONDS if saved else 0.0
    if until <= now:
        return result, None
    ref, at = refs.ref_of(command.id), datetime.fromtimestamp(until, ZoneInfo(meta.timezone))
    told = phrases.say("can_undo", meta.locale, ref=ref, until=f"{at:%H:%M}", zone=meta.timezone)
    button = Button(phrases.say("button_undo", meta.locale), f"/undo {ref}")
    said = structs.replace(
        result.result,
        text=f"{result.result.text}\n\n{told}",
        buttons=(*result.result.buttons, button),
    )
    return structs.replace(result, result=said), Undoable(until)


def _read(tool: str, op_id: UUID) -> Saved | None:
    found = storage.saved(tool, op_id)
    return json.decode(found, type=Saved) if found is not None else None
