"""The frame around every tool: claim the call, try it, close it. Tools have none of it."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from switchboard import observe, queues
from switchboard.errors import AppError, BadRequestError, NotAllowedError
from switchboard.frame import approval, look, undo
from switchboard.frame.attempt import Again, attempt
from switchboard.frame.faults import REJECTED, fault, only_asks, unfinished
from switchboard.frame.package import Tool
from switchboard.ledger import lanes, ops
from switchboard.ledger.claims import Claim
from switchboard.ledger.states import OpState
from switchboard.models import Command, Hint, Result
from switchboard.runtime import kept

LEASE_MARGIN = 15.0
"""Seconds that a lease outlives the function's timeout."""


def handler_for(name: str, *, adapter: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The Lambda handler of the tool `name`, whose adapter is the class `module:Class`."""
    tool = Tool(name, adapter)

    @observe.stage("tool")
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if event.get("method") == "rpc.discover":
            return {"jsonrpc": "2.0", "id": event.get("id"), "result": tool.discover()}
        command = msgspec.convert(event, Command)
        meta = command.params.meta
        observe.bind(run=meta.run, op=command.id, channel=meta.channel, tool=meta.tool)
        observe.bind(trace=meta.trace)
        if command.params.meta.tool != tool.name:
            raise BadRequestError(f"a command for {command.params.meta.tool} came to {tool.name}")
        state = run(tool, command)
        if tool.guard.is_spoiled:
            observe.warn("environment ended", detail="a thread goes on")
            leave()()
        return {"jsonrpc": "2.0", "id": str(command.id), "result": {"state": state}}

    return handler


@kept
def leave() -> Callable[[], None]:
    """How the process ends where a call has left something that nobody can take away.

    The answer is written and its hint given. Lambda starts a new environment; if it tries this
    invocation again, that finds the call closed.
    """
    return lambda: os._exit(1)


def run(tool: Tool, command: Command) -> str:
    """Run one command as often as its effect class allows; the state it is in afterwards.

    Rejections become answers. Anything unforeseen ends a read; in a change it is raised: its lease
    runs out and the sweep tries again, at most MAX_ATTEMPTS times in all.
    """
    began = time.time()
    changes, lease = tool.changes(command), tool.manifest.timeout + LEASE_MARGIN
    try:
        claim = ops.claim(
            command,
            changes=changes,
            lease=lease,
            now=began,
            permit=lambda op: approval.permit(tool, op, began),
            wary=lambda committed: approval.is_wary(tool, committed),
        )
    except NotAllowedError as error:
        if error.say in {"grant_unfit", "cannot_undo"}:
            observe.count("grant refused", {"grants_refused": 1}, detail=error.detail)
        return _stopped(tool, command, error.say, began)
    if claim is None:
        observe.log("not our turn")
        return "SKIPPED"
    committed = claim.command
    if committed.method != command.method or tool.changes(committed) != claim.changes:
        # A change that is hinted as a read would start without its turn, its grant or a look at
        # its taint: the sweep hints what was committed.
        raise BadRequestError("the hint names another call than was committed")
    state = _closed(tool, claim, began)
    took = (time.time() - began) * 1000
    observe.count("call", {"call_ms": took}, operation=command.method, outcome=state)
    return state


def _closed(tool: Tool, claim: Claim, began: float) -> str:
    """Try the claimed call, and write down what came of it."""
    tried = attempt(tool, claim, began)
    if isinstance(tried, Again):
        ops.release(claim, due_at=tried.due_at, refused=tried.refused)
        return OpState.PLANNED
    now = time.time()
    told, state = tried
    undoable = None
    if isinstance(told, Result):
        told, undoable = undo.offered(tool, claim.command, told, state, now)
    then = look.planned(tool, claim.command, state, now)
    ready = ops.close(claim, told, state, now, then or undoable)
    if ready is not None:
        _hint(claim.command, ready, changes=claim.changes)
    return state


def _stopped(tool: Tool, command: Command, why: str, now: float) -> str:
    """It may not start any more: it ends, and is told `why`. What may have begun is UNKNOWN."""
    op = ops.find_open(Hint(command.params.meta.run, command.params.meta.step))
    if op is None:
        return "SKIPPED"
    if op.attempt and not only_asks(op.command):
        result, state = unfinished(op.command, op.attempt, changes=True)
    else:
        result, state = fault(op.command, REJECTED, why, tool.say), OpState.STOPPED
    ready = ops.end(op.command, op.attempt, result, state, now, place=0)
    if ready is None:
        return "SKIPPED"
    _hint(op.command, ready, changes=True)
    return state


def _hint(command: Command, ready: Sequence[Hint], *, changes: bool) -> None:
    """All hints may be lost; a failure to give one is no reason to fail what has been done."""
    meta = command.params.meta
    try:
        for one in ready:
            queues.push(one, meta.lane)
        following = lanes.head_of(meta.lane) if changes else None
        if following is not None:
            queues.next_in_lane(following, meta.lane)
    except AppError as error:
        observe.warn("hint failed", detail=error.detail)
