"""The frame around every tool: claim, check, run, keep, close. Tools have none of it."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs
from pydantic import ValidationError

from switchboard import config, observe, queues, storage
from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RejectedError,
    UnavailableError,
)
from switchboard.frame.faults import FAILED, REJECTED, UNKNOWN, fault, unfinished
from switchboard.frame.package import Tool
from switchboard.ledger import lanes, ops, refs
from switchboard.ledger.states import OpState
from switchboard.models import Command, Hint, Params, Result, op_id
from switchboard.sdk.adapter import Answer, Call
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Effect, Operation

MAX_ATTEMPTS = 3
LEASE_MARGIN = 15.0
"""Seconds that a lease outlives the function's timeout."""
RETRY_SECONDS = 30.0
LOOK_SECONDS = 600.0
"""After how long the vendor is asked once more about a call whose outcome is unknown."""
LOOK_STEP = 500
"""What is added to a call's step to name the call that looks for it."""

Ended = tuple[Result | None, OpState]
"""What to close a claim with; no result means that it is to be tried again."""


def handler_for(name: str, *, adapter: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The Lambda handler of the tool `name`, whose adapter is the class `module:Class`."""
    tool = Tool(name, adapter)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if event.get("method") == "rpc.discover":
            return {"jsonrpc": "2.0", "id": event.get("id"), "result": tool.discover()}
        command = msgspec.convert(event, Command)
        if command.params.meta.tool != tool.name:
            raise BadRequestError(f"a command for {command.params.meta.tool} came to {tool.name}")
        state = run(tool, command)
        return {"jsonrpc": "2.0", "id": str(command.id), "result": {"state": state}}

    return handler


def run(tool: Tool, command: Command) -> str:
    """Run one command as often as its effect class allows; the state it is in afterwards.

    Rejections become answers. Anything unforeseen is raised: its lease runs out and the sweep
    tries again, at most MAX_ATTEMPTS times in all.
    """
    began = time.time()
    changes, lease = tool.changes(command), tool.manifest.timeout + LEASE_MARGIN
    try:
        claim = ops.claim(command, changes=changes, lease=lease, now=began)
    except ops.StoppedError:
        return _stopped(tool, command, "stopped", began)
    except ops.UnpairedError:
        return _stopped(tool, command, "unpaired", began)
    if claim is None:
        observe.log("not our turn", tool=tool.name, op_id=str(command.id))
        return "SKIPPED"
    if claim.command.method != command.method:
        raise BadRequestError("the hint names another operation than was committed")
    result, state = _attempt(tool, claim, began)
    if result is None:
        ops.release(claim, due_at=time.time() + RETRY_SECONDS)
    else:
        now = time.time()
        if ops.close(claim, result, state, now, then=_look(tool, claim.command, state, now)):
            _hint(claim.command, changes=changes)
    took, what = (time.time() - began) * 1000, f"{tool.name} {command.method} {state}"
    observe.count("call", units="Milliseconds", dimension=what, took=took)
    return state


def _stopped(tool: Tool, command: Command, why: str, now: float) -> str:
    """It may not start any more: it ends, and is told `why`. What may have begun is UNKNOWN."""
    op = ops.find_open(Hint(command.params.meta.run, command.params.meta.step))
    if op is None:
        return "SKIPPED"
    if op.attempt:
        result, state = unfinished(op.command, op.attempt, changes=True)
    else:
        result, state = fault(op.command, REJECTED, why, tool.say), OpState.STOPPED
    if not ops.end(op.command, op.attempt, result, state, now, changes=True):
        return "SKIPPED"
    _hint(op.command, changes=True)
    return state


def _attempt(tool: Tool, claim: ops.Claim, now: float) -> Ended:
    command = claim.command
    try:
        operation = tool.operation(command.method)
    except BadRequestError as error:
        return fault(command, REJECTED, error.say, tool.say, **error.values), OpState.FAILED
    if claim.attempt > 1 and _effect(operation, command) is Effect.ONCE:
        return unfinished(command, claim.attempt, changes=True)
    if claim.attempt > MAX_ATTEMPTS:
        return unfinished(command, claim.attempt, changes=claim.changes)
    if claim.changes and _is_stale(command, now):
        return unfinished(command, claim.attempt - 1, changes=True)
    return _tried(tool, operation, claim)


def _tried(tool: Tool, operation: Operation, claim: ops.Claim) -> Ended:
    command = claim.command
    try:
        _require_grant(operation, command)
        return _answer(tool, operation, claim), OpState.DONE
    except RejectedError as error:
        doubt = error.say == "unknown_outcome"
        code, state = (UNKNOWN, OpState.UNKNOWN) if doubt else (REJECTED, OpState.FAILED)
        return fault(command, code, error.say, tool.say, **error.values), state
    except UnavailableError as error:
        observe.log("vendor unavailable", tool=tool.name, detail=error.detail)
        effect = _effect(operation, command)
        if effect is Effect.READ:
            return fault(command, FAILED, error.say, tool.say, **error.values), OpState.FAILED
        if effect is Effect.ONCE or claim.attempt >= MAX_ATTEMPTS:
            return unfinished(command, claim.attempt, changes=True)
        return None, OpState.PLANNED


def _answer(tool: Tool, operation: Operation, claim: ops.Claim) -> Result:
    command = claim.command
    meta = command.params.meta
    with tempfile.TemporaryDirectory() as folder:
        workdir = Path(folder)
        arguments = _validated(tool, operation, command)
        files = storage.bring(meta.attachments, workdir) if tool.manifest.attachments else ()
        call = Call(
            key=command.key,
            operation=command.method,
            locale=meta.locale,
            timezone=meta.timezone,
            workdir=workdir,
            files=files,
            say=lambda name, /, **values: tool.say(name, meta.locale, **values),
        )
        with observe.segment(tool.name):
            answer = _asked(tool, operation, claim, call, arguments)
        return Result(id=command.id, result=storage.keep(command, answer))


def _asked(
    tool: Tool, operation: Operation, claim: ops.Claim, call: Call, arguments: Arguments
) -> Answer:
    meta = claim.command.params.meta
    if meta.looks:
        return _looked(tool, call, arguments, meta.looks)
    again = claim.attempt > 1 or meta.repeats is not None
    try:
        found = None
        if again and operation.effect is Effect.QUERYABLE:
            found = _found(tool, call, arguments)
        return tool.adapter.run(call, arguments) if found is None else found
    except RejectedError as error:
        if again and operation.changes:
            raise RejectedError("an earlier try may be why", say="unknown_outcome") from error
        raise


def _found(tool: Tool, call: Call, arguments: Arguments) -> Answer | None:
    """What an earlier try of this same call did, where the vendor can be asked."""
    find: Callable[[Call, Arguments], Answer | None] = getattr(tool.adapter, "find")  # noqa: B009
    return find(call, arguments)


def _looked(tool: Tool, call: Call, arguments: Arguments, wanted: UUID) -> Answer:
    """Whether the call whose outcome is unknown had its effect."""
    found = _found(tool, call, arguments)
    values = {"operation": call.operation, "ref": refs.ref_of(wanted)}
    if found is None:
        return Answer(text=call.say("did_not_happen", tool=tool.name, **values), tainted=False)
    text = call.say("did_happen", tool=tool.name, answer=found.text, **values)
    return replace(found, text=text)


def _look(tool: Tool, command: Command, state: OpState, now: float) -> Command | None:
    """A call that ended UNKNOWN and can be looked for is: once more, by itself, a while later."""
    offered = tool.manifest.operations.get(command.method)
    if state is not OpState.UNKNOWN or not offered or offered.effect is not Effect.QUERYABLE:
        return None
    meta, arguments = command.params.meta, command.params.arguments
    step = meta.step + LOOK_STEP
    looking = structs.replace(
        meta, step=step, repeats=command.key, looks=command.id, asked_at=now + LOOK_SECONDS
    )
    return Command(
        id=op_id(meta.run, step, meta.tool, command.method, arguments),
        method=command.method,
        params=Params(arguments=arguments, meta=looking),
    )


def _validated(tool: Tool, operation: Operation, command: Command) -> Arguments:
    try:
        return tool.model(operation).model_validate(command.params.arguments)
    except ValidationError as error:
        lines = [
            f"- `{'.'.join(str(part) for part in problem['loc'])}`: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise BadRequestError("arguments", say="bad_arguments", problems="\n".join(lines)) from None


def _require_grant(operation: Operation, command: Command) -> None:
    """No grant can be given yet, so what needs one is refused: here too, not only in dispatch."""
    needed = config.load().security.second_factor.required_for
    if operation.risk in needed and not command.params.meta.looks:
        raise NotAllowedError("no grant", say="needs_approval")


def _effect(operation: Operation, command: Command) -> Effect:
    return Effect.READ if command.params.meta.looks else operation.effect


def _is_stale(command: Command, now: float) -> bool:
    """Asked for so long ago that the person must be asked again."""
    asked_at = command.params.meta.asked_at
    return bool(asked_at) and now - asked_at > config.load().caps.run.seconds


def _hint(command: Command, *, changes: bool) -> None:
    """Both hints may be lost; a failure to give one is no reason to fail what has been done."""
    meta = command.params.meta
    try:
        queues.push(Hint(meta.run, meta.step), meta.lane)
        following = lanes.head_of(meta.lane) if changes else None
        if following is not None:
            queues.next_in_lane(following, meta.lane)
    except AppError as error:
        observe.log("hint failed", detail=error.detail)
