"""The frame around every tool: claim, check, run, keep, close. Tools have none of it."""

import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from switchboard import config, hints, ledger, manifest, observe, phrases, secret, storage
from switchboard.adapter import Adapter, Answer, Call, Connection
from switchboard.arguments import Arguments
from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RejectedError,
    UnavailableError,
)
from switchboard.manifest import Effect, Operation
from switchboard.models import Command, Fault, Hint, Locale, Result
from switchboard.settings import Settings

MAX_ATTEMPTS = 3
LEASE_MARGIN = 15.0
"""Seconds that a lease outlives the function's timeout."""
RETRY_SECONDS = 30.0

# JSON-RPC 2.0, section 5.1, and its range for implementations
REJECTED, FAILED, UNKNOWN = -32602, -32000, -32001


class ToolSettings(Settings, frozen=True):
    tool_parameter: str
    """The encrypted parameter with this tool's secrets."""


class Tool:
    """One tool: its manifest, its arguments' models and, once it is needed, its adapter."""

    def __init__(self, name: str, adapter: str) -> None:
        self.name = name
        self._module, _, self._class = adapter.partition(":")
        package = self._module.rpartition(".")[0]
        self.folder = Path(str(import_module(package).__file__)).parent
        self.manifest = manifest.load(self.folder)
        self._models = import_module(f"{package}.models")

    @cached_property
    def adapter(self) -> Adapter:
        values = dict(config.load().tools.get(self.name, {}))
        values |= secret.parameter(ToolSettings.load().tool_parameter).get("connection", {})
        made: Adapter = getattr(import_module(self._module), self._class)(Connection(values))
        return made

    def operation(self, name: str) -> Operation:
        found = self.manifest.operations.get(name)
        if found is None:
            raise BadRequestError("operation", say="unknown_operation", name=name, near="")
        return found

    def changes(self, command: Command) -> bool:
        """Whether the call has a place in its lane; what is not offered here may have one too."""
        known = self.manifest.operations.get(command.method)
        return ledger.in_lane(command) if known is None else known.changes

    def model(self, operation: Operation) -> type[Arguments]:
        found: type[Arguments] = getattr(self._models, operation.arguments)
        return found

    def say(self, name: str, locale: Locale, values: Mapping[str, object]) -> str:
        """A phrase of this tool's, else one of everybody's."""
        own = self.manifest.phrases.get(name)
        if own is None:
            return phrases.say(name, locale, **values)
        return (own.zh if locale == "zh" else own.en).format(**values)

    def discover(self) -> dict[str, Any]:
        """The manifest with the JSON Schemas of the arguments, as `rpc.discover` answers."""
        made: dict[str, Any] = msgspec.to_builtins(self.manifest)
        for name, operation in self.manifest.operations.items():
            made["operations"][name]["schema"] = self.model(operation).model_json_schema()
        return made


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
    lease = tool.manifest.timeout + LEASE_MARGIN
    claim = ledger.start(command, changes=tool.changes(command), lease=lease, now=began)
    if claim is None:
        observe.log("not our turn", tool=tool.name, op_id=str(command.id))
        return "SKIPPED"
    if claim.command.method != command.method:
        raise BadRequestError("the hint names another operation than was committed")
    result, state = _attempt(tool, claim)
    if result is None:
        ledger.release(claim, due_at=time.time() + RETRY_SECONDS)
    elif ledger.close(claim, result, state, time.time()):
        _hint(claim)
    took, what = (time.time() - began) * 1000, f"{tool.name} {command.method} {state}"
    observe.count("call", units="Milliseconds", dimension=what, took=took)
    return state


def _attempt(tool: Tool, claim: ledger.Claim) -> tuple[Result | None, str]:
    """What to close the claim with; no result means that it is to be tried again."""
    try:
        operation = tool.operation(claim.command.method)
    except BadRequestError as error:
        return _fault(tool, claim.command, REJECTED, error.say, error.values), "FAILED"
    return _tried(tool, operation, claim)


def _tried(tool: Tool, operation: Operation, claim: ledger.Claim) -> tuple[Result | None, str]:
    command = claim.command
    if claim.attempt > 1 and operation.effect is Effect.ONCE:
        return _fault(tool, command, UNKNOWN, "unknown_outcome"), "UNKNOWN"
    if claim.attempt > MAX_ATTEMPTS:
        return _given_up(tool, operation, command)
    try:
        _require_grant(operation)
        return _answer(tool, operation, claim), "DONE"
    except RejectedError as error:
        return _refused(tool, command, error)
    except UnavailableError as error:
        observe.log("vendor unavailable", tool=tool.name, detail=error.detail)
        if operation.effect is Effect.READ:
            return _fault(tool, command, FAILED, error.say, error.values), "FAILED"
        if operation.effect is Effect.ONCE:
            return _fault(tool, command, UNKNOWN, "unknown_outcome"), "UNKNOWN"
        if claim.attempt >= MAX_ATTEMPTS:
            return _given_up(tool, operation, command)
        return None, "PLANNED"


def _refused(tool: Tool, command: Command, error: RejectedError) -> tuple[Result, str]:
    doubt = error.say == "unknown_outcome"
    code, state = (UNKNOWN, "UNKNOWN") if doubt else (REJECTED, "FAILED")
    return _fault(tool, command, code, error.say, error.values), state


def _answer(tool: Tool, operation: Operation, claim: ledger.Claim) -> Result:
    command = claim.command
    meta = command.params.meta
    with tempfile.TemporaryDirectory() as folder:
        workdir = Path(folder)
        arguments = _validated(tool, operation, command)
        files = storage.bring(meta.attachments, workdir) if tool.manifest.attachments else ()
        call = Call(
            key=command.id,
            operation=command.method,
            locale=meta.locale,
            timezone=meta.timezone,
            workdir=workdir,
            files=files,
            say=lambda name, /, **values: tool.say(name, meta.locale, values),
        )
        with observe.segment(tool.name):
            answer = _asked(tool, operation, claim, call, arguments)
        return Result(id=command.id, result=storage.keep(command, answer))


def _asked(
    tool: Tool, operation: Operation, claim: ledger.Claim, call: Call, arguments: Arguments
) -> Answer:
    try:
        found = _found(tool, operation, claim, call, arguments)
        return tool.adapter.run(call, arguments) if found is None else found
    except RejectedError as error:
        if claim.attempt > 1 and operation.changes:
            raise RejectedError("an earlier try may be why", say="unknown_outcome") from error
        raise


def _found(
    tool: Tool, operation: Operation, claim: ledger.Claim, call: Call, arguments: Arguments
) -> Answer | None:
    """What an earlier try of this same call did, where the vendor can be asked."""
    if claim.attempt == 1 or operation.effect is not Effect.QUERYABLE:
        return None
    find: Callable[[Call, Arguments], Answer | None] = getattr(tool.adapter, "find")  # noqa: B009
    return find(call, arguments)


def _validated(tool: Tool, operation: Operation, command: Command) -> Arguments:
    try:
        return tool.model(operation).model_validate(command.params.arguments)
    except ValidationError as error:
        lines = [
            f"- `{'.'.join(str(part) for part in problem['loc'])}`: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise BadRequestError("arguments", say="bad_arguments", problems="\n".join(lines)) from None


def _require_grant(operation: Operation) -> None:
    """No grant can be given yet, so what needs one is refused: here too, not only in dispatch."""
    if operation.risk in config.load().security.second_factor.required_for:
        raise NotAllowedError("no grant", say="needs_approval")


def _given_up(tool: Tool, operation: Operation, command: Command) -> tuple[Result, str]:
    if operation.effect is Effect.READ:
        return _fault(tool, command, FAILED, "unavailable"), "FAILED"
    return _fault(tool, command, UNKNOWN, "unknown_outcome"), "UNKNOWN"


def _fault(
    tool: Tool, command: Command, code: int, say: str, values: Mapping[str, object] | None = None
) -> Result:
    known = {"tool": tool.name, "operation": command.method}
    text = tool.say(say, command.params.meta.locale, {**known, **(values or {})})
    return Result(id=command.id, error=Fault(code, text))


def _hint(claim: ledger.Claim) -> None:
    """Both hints may be lost; a failure to give one is no reason to fail what has been done."""
    meta = claim.command.params.meta
    try:
        hints.push(Hint(meta.run, meta.step), meta.lane)
        following = ledger.head_of(meta.lane) if claim.changes else None
        if following is not None:
            hints.next_in_lane(following, meta.lane)
    except AppError as error:
        observe.log("hint failed", detail=error.detail)
