"""Calls that ended, as a person names them by their refs."""

from collections.abc import Collection

from functions.dispatch.decisions import Case
from functions.dispatch.planner.base import Step
from switchboard import config
from switchboard.errors import BadRequestError, UnclearError
from switchboard.ledger import refs
from switchboard.ledger.refs import Ended
from switchboard.sdk.manifest import Effect


def named(
    case: Case, word: str, rest: list[str], states: Collection[str] = refs.REPEATABLE
) -> Ended:
    """The call whose ref follows `word`, which ended in one of the `states`.

    Raises UnclearError when there is none.
    """
    if not rest:
        raise UnclearError("no ref", say="which_ref", word=word)
    ended = refs.find(case.envelope.lane, rest[0])
    known = ended is not None and ended.command.params.meta.tool in config.catalogue()
    if ended is None or not known or ended.state not in states:
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
    undoes = ended.command.params.meta.undoes
    return operation.undo or Effect.ONCE if undoes else operation.effect
