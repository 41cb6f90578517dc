"""`/undo`: takes back what a call did, for who asked for it or said yes to it."""

from functions.dispatch.decisions import Case, Decision, call, run
from functions.dispatch.ended import named, step_of
from switchboard.control import Word
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import refs
from switchboard.ledger.states import OpState

WORD = Word(names=("undo", "撤销"), usage="REF")


def obey(case: Case, rest: list[str]) -> Decision:
    """The tool's function checks all of this again, by what the call has saved."""
    ended = named(case, "undo", rest, {OpState.DONE})
    meta = ended.command.params.meta
    if case.person.id not in {meta.actor, meta.approver}:
        raise NotAllowedError("somebody else's call", say="not_yours_to_undo")
    if ended.undone:
        raise BadRequestError("undone", say="already_undone")
    if case.envelope.received_at > ended.undo_until:
        raise BadRequestError("too late", say="undo_over")
    planned = call(case, step_of(ended), undoes=ended.command.id)
    return run(planned, guards=(refs.undo_guard(ended, case.envelope.id),))
