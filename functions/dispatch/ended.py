"""Calls that ended without being known to be done, as a person names them by their refs."""

from functions.dispatch.decisions import Case
from functions.dispatch.planner.base import Step
from switchboard import config
from switchboard.errors import BadRequestError, UnclearError
from switchboard.ledger import refs
from switchboard.ledger.refs import Ended
from switchboard.sdk.manifest import Effect


def named(case: Case, word: str, rest: list[str]) -> Ended:
    """The call whose ref follows `word`. Raises UnclearError when there is none."""
    if not rest:
        raise UnclearError("no ref", say="which_ref", word=word)
    ended = refs.find(case.envelope.lane, rest[0])
    if ended is None or ended.command.params.meta.tool not in config.catalogue():
        raise UnclearError("ref", say="unknown_ref", name=rest[0][:40])
    return ended


def step_of(ended: Ended) -> Step:
    """The step that plans the call again."""
    command = ended.command
    return Step(command.params.meta.tool, command.method, command.params.arguments)


def effect_of(ended: Ended) -> Effect:
    """What the call does. Raises BadRequestError when it is not offered any more."""
    manifest = config.catalogue()[ended.command.params.meta.tool]
    operation = manifest.operations.get(ended.command.method)
    if operation is None:
        called = {"tool": manifest.name, "name": ended.command.method, "near": ""}
        raise BadRequestError("operation", say="unknown_operation", **called)
    return operation.effect
