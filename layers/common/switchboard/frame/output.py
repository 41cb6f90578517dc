"""What a call brings: its arguments read, its files brought, the adapter run, its output kept."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from switchboard import observe, phrases, storage, text
from switchboard.credentials import connections
from switchboard.errors import AppError, RejectedError, UnclearError
from switchboard.frame import undo
from switchboard.frame.look import looked
from switchboard.frame.package import Tool
from switchboard.guard import remains
from switchboard.guard.hook import ours
from switchboard.ledger import ops
from switchboard.ledger.claims import Claim
from switchboard.ledger.table import KEEP_SECONDS
from switchboard.models import Command, Locale, Outcome
from switchboard.sdk.adapter import Call, Output, preview_of, undo_of
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Effect, Operation

CLOCKS_SECONDS = 3600.0
"""By how much a vendor's clock may be behind that of whoever took the message."""
LIMITS = {
    "string_too_short": ("too_few_characters", "min_length"),
    "string_too_long": ("too_many_characters", "max_length"),
    "greater_than_equal": ("too_small", "ge"),
    "less_than_equal": ("too_large", "le"),
}
"""The phrase of a kind of error of pydantic's, and what its limit is called there."""
UNTOLD = (AppError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What goes wrong while that which has happened is put into words, or kept."""


def brought(tool: Tool, operation: Operation, claim: Claim) -> Outcome:
    """Run the call and keep its output.

    Raises RejectedError and UnavailableError as the adapter does; neither once the adapter has
    said that the effect has happened.
    """
    command, happened = claim.command, Event()
    with _begun(tool, operation, claim, happened) as (call, arguments):
        try:
            output = _asked(tool, operation, claim, call, arguments)
        except UNTOLD as error:
            if not happened.is_set():
                raise
            output = Output(text=call.say("done"), tainted=False)
            _untold(error)
        return _kept(tool, command, output, happened)


def previewed(tool: Tool, operation: Operation, claim: Claim) -> Output:
    """What the call would do, in words; it does nothing. Raises as the adapter does."""
    with _begun(tool, operation, claim, Event()) as (call, arguments):
        return tool.run(claim.command.method, call, arguments, preview_of)


@contextmanager
def _begun(
    tool: Tool, operation: Operation, claim: Claim, happened: Event
) -> Iterator[tuple[Call, Arguments]]:
    """The call as the adapter sees it: its arguments read, its files in a folder of its own."""
    command, meta = claim.command, claim.command.params.meta
    with remains.folder() as workdir:
        arguments, saved = _validated(tool, operation, command), undo.saved_of(command)
        whose = saved.own if saved else meta.actor if meta.own else ""
        files = storage.bring(meta.attachments, workdir) if tool.manifest.attachments else ()
        call = Call(
            key=command.key,
            locale=meta.locale,
            timezone=meta.timezone,
            now=datetime.fromtimestamp(time.time(), UTC),
            since=_since(command),
            workdir=workdir,
            files=files,
            connection=connections.connection_of(tool.manifest, whose),
            say=lambda name, /, **values: tool.tell(name, meta.locale, **values),
            keep=ours(lambda value: ops.keep(claim, value)),
            save=ours(lambda content: undo.save(command, content, time.time())),
            saved=saved.content if saved else b"",
            shown=meta.shown,
            happened=happened.set,
        )
        with observe.segment(tool.name):
            yield call, arguments


def _since(command: Command) -> datetime:
    """Before it, no call with the command's key can have had its effect."""
    asked_at = command.params.meta.first_asked_at or time.time() - KEEP_SECONDS
    return datetime.fromtimestamp(asked_at - CLOCKS_SECONDS, UTC)


def _asked(
    tool: Tool, operation: Operation, claim: Claim, call: Call, arguments: Arguments
) -> Output:
    name, meta = claim.command.method, claim.command.params.meta
    if meta.looks:
        return looked(tool, name, call, arguments, meta.looks)
    again = claim.attempt > 1 or meta.repeats is not None
    try:
        if meta.undoes:
            return tool.run(name, call, arguments, undo_of)
        if again and operation.effect is Effect.QUERYABLE:
            found = tool.find(name, call, arguments)
            if found is not None:
                call.happened()
                return found
        return tool.run(name, call, arguments)
    except RejectedError as error:
        if again and operation.changes:
            raise RejectedError("an earlier try may be why", say="unknown_outcome") from error
        raise


def _kept(tool: Tool, command: Command, output: Output, happened: Event) -> Outcome:
    """The stored output. Of an effect that has happened and cannot be stored, its text is kept."""
    try:
        return storage.keep(command, output)
    except UNTOLD as error:
        if not happened.is_set():
            raise
        _untold(error)
        return Outcome(text=output.text, tainted=output.tainted)


def _untold(error: Exception) -> None:
    observe.unforeseen("done, and not told in full", error)


def _validated(tool: Tool, operation: Operation, command: Command) -> Arguments:
    try:
        return tool.model(operation).model_validate(command.params.arguments)
    except ValidationError as error:
        locale, schema = command.params.meta.locale, tool.model(operation).model_json_schema()
        found = error.errors(include_url=False, include_input=False)
        problems = [_problem(one, schema["properties"], locale) for one in found]
        listed = phrases.listed(problems, locale)
        raise UnclearError("arguments", say="bad_arguments", problems=listed) from None


def _problem(problem: ErrorDetails, fields: Mapping[str, Any], locale: Locale) -> str:
    """What is wrong with an argument, in the asker's language; pydantic knows English only."""
    name = ".".join(str(part) for part in problem["loc"])
    field = fields.get(str(problem["loc"][0])) if problem["loc"] else None
    if field is None:
        return phrases.say("unknown_argument", locale, name=name, near="")
    phrase, limit = LIMITS.get(problem["type"], ("does_not_fit", ""))
    if problem["type"] == "missing":
        phrase = "missing_argument"
    summary = text.in_(field["text"], locale)
    limits = problem.get("ctx", {})
    return phrases.say(phrase, locale, name=name, limit=limits.get(limit, ""), summary=summary)
