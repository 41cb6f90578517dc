"""Looking for a call whose outcome is unknown: once more, by itself, a while after it ended so."""

from dataclasses import replace
from uuid import UUID

from msgspec import structs

from switchboard.frame.package import Tool
from switchboard.ledger import refs, runs
from switchboard.ledger.runs import Extension
from switchboard.ledger.states import OpState
from switchboard.models import Command, Params, op_id
from switchboard.sdk.adapter import Call, Output
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Effect

LOOK_SECONDS = 600.0
"""After how long the vendor is asked once more about a call whose outcome is unknown."""


def planned(tool: Tool, command: Command, state: OpState, now: float) -> Extension | None:
    """The look to plan with the end of a call: when that is UNKNOWN and the vendor can be asked."""
    operation = tool.manifest.operations.get(command.method)
    if (
        state is not OpState.UNKNOWN
        or command.params.meta.undoes
        or operation is None
        or operation.effect is not Effect.QUERYABLE
    ):
        return None
    meta, arguments = command.params.meta, command.params.arguments
    run = runs.find(meta.run)
    if run is None:
        return None
    step = run.steps
    looking = structs.replace(
        meta,
        step=step,
        repeats=command.key,
        looks=command.id,
        asked_at=now + LOOK_SECONDS,
        began_at=meta.first_asked_at,
    )
    look = Command(
        id=op_id(meta.run, step, meta.tool, command.method, arguments),
        method=command.method,
        params=Params(arguments=arguments, meta=looking),
    )
    return Extension(run, look)


def looked(tool: Tool, operation: str, call: Call, arguments: Arguments, wanted: UUID) -> Output:
    """Whether the call `wanted`, whose outcome is unknown, had its effect."""
    found = tool.find(operation, call, arguments)
    values = {"tool": tool.name, "operation": operation, "ref": refs.ref_of(wanted)}
    if found is None:
        return Output(text=call.say("did_not_happen", **values), tainted=False)
    return replace(found, text=call.say("did_happen", answer=found.text, **values))
