"""One try of a claimed call: whether it may run at all, and how it ends."""

import time

from msgspec import Struct

from switchboard import config, observe, rules
from switchboard.errors import (
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnclearError,
)
from switchboard.frame import approval
from switchboard.frame.faults import FAILED, REJECTED, UNKNOWN, asked, fault, unfinished
from switchboard.frame.output import brought
from switchboard.frame.package import Tool
from switchboard.ledger.claims import Claim
from switchboard.ledger.questions import AskedCall
from switchboard.ledger.states import OpState
from switchboard.models import Ask, Command, Result
from switchboard.sdk.manifest import Effect, Operation

MAX_ATTEMPTS = 3
RETRY_SECONDS = 30.0

Ended = tuple[Result | AskedCall, OpState]
"""What to close a claim with: the answer, or what is asked, and the op's end."""


class Again(Struct, frozen=True):
    """The call is to be tried again; a vendor that `refused` to take it up did nothing of it."""

    due_at: float
    refused: bool = False


def attempt(tool: Tool, claim: Claim, now: float) -> Ended | Again:
    """Try the call once, if its effect class and its age allow it; ask, if it must be approved."""
    command = claim.command
    try:
        operation = tool.operation(command.method)
        rules.require_role(command)
    except RejectedError as error:
        return fault(command, REJECTED, error.say, tool.say, **error.values), OpState.FAILED
    if asks := approval.missing(tool, operation, claim):
        return _asking(tool, operation, claim, asks)
    if claim.attempt > 1 and _effect(operation, command) is Effect.ONCE:
        return unfinished(command, claim.attempt, changes=True)
    if claim.attempt > MAX_ATTEMPTS:
        return unfinished(command, claim.attempt, changes=claim.changes)
    if claim.changes and _is_stale(command, now):
        return unfinished(command, claim.attempt - 1, changes=True)
    return _tried(tool, operation, claim)


def _asking(tool: Tool, operation: Operation, claim: Claim, asks: Ask) -> Ended:
    """Asking changes nothing, so it is tried as a read is."""
    command, now = claim.command, time.time()
    if claim.attempt > MAX_ATTEMPTS or _is_stale(command, now):
        return unfinished(command, 0, changes=True)
    try:
        return approval.ask(tool, operation, claim, asks), OpState.ASKED
    except RejectedError as error:
        return _rejected(tool, command, error)
    except Exception as error:  # noqa: BLE001  as of a read, below
        return _failed_read(tool, command, error)


def _tried(tool: Tool, operation: Operation, claim: Claim) -> Ended | Again:
    command, effect = claim.command, _effect(operation, claim.command)
    try:
        return Result(id=command.id, result=brought(tool, operation, claim)), OpState.DONE
    except RejectedError as error:
        return _rejected(tool, command, error)
    except Exception as error:
        if effect is Effect.READ:
            return _failed_read(tool, command, error)
        if not isinstance(error, UnavailableError):
            raise
        observe.warn("vendor unavailable", detail=error.detail)
        if isinstance(error, RateLimitedError):
            return _slowed(tool, claim, error)
        if effect is Effect.ONCE or claim.attempt >= MAX_ATTEMPTS:
            return unfinished(command, claim.attempt, changes=True)
        return Again(time.time() + RETRY_SECONDS)


def _failed_read(tool: Tool, command: Command, error: Exception) -> Ended:
    """It is not tried again: the person can, and would meet what nobody foresaw again."""
    if isinstance(error, UnavailableError):
        observe.warn("vendor unavailable", detail=error.detail)
        return fault(command, FAILED, error.say, tool.say, **error.values), OpState.FAILED
    observe.count("unforeseen", {"unforeseen": 1}, **observe.whereabouts(error))
    return fault(command, FAILED, "unforeseen", tool.say), OpState.FAILED


def _rejected(tool: Tool, command: Command, error: RejectedError) -> Ended:
    """Nothing was done, or nobody knows."""
    if isinstance(error, UnclearError):
        return asked(command, error.say, tool.say, **error.values), OpState.FAILED
    doubt = error.say == "unknown_outcome"
    code, state = (UNKNOWN, OpState.UNKNOWN) if doubt else (REJECTED, OpState.FAILED)
    return fault(command, code, error.say, tool.say, **error.values), state


def _slowed(tool: Tool, claim: Claim, error: RateLimitedError) -> Ended | Again:
    """The vendor took nothing up: again when it says, unless the call is too old by then.

    An earlier try may have had its effect all the same.
    """
    command, due_at = claim.command, time.time() + error.retry_after
    if command.params.meta.asked_at and not _is_stale(command, due_at):
        return Again(due_at, refused=True)
    earlier = claim.attempt - 1 + (command.params.meta.repeats is not None)
    if earlier:
        return unfinished(command, earlier, changes=True)
    return fault(command, FAILED, error.say, tool.say, **error.values), OpState.FAILED


def _effect(operation: Operation, command: Command) -> Effect:
    meta = command.params.meta
    if meta.undoes:
        return operation.undo or Effect.ONCE
    return Effect.READ if meta.looks else operation.effect


def _is_stale(command: Command, now: float) -> bool:
    """Asked for so long ago that the person must be asked again."""
    asked_at = command.params.meta.asked_at
    return bool(asked_at) and now - asked_at > config.load().caps.run.seconds
