"""`/repeat`: makes an ended call anew, for whoever asks now."""

from functions.dispatch.decisions import Case, Decision, call, run
from functions.dispatch.ended import effect_of, named, step_of
from switchboard.control import Word
from switchboard.errors import BadRequestError
from switchboard.ledger import refs
from switchboard.ledger.states import OpState
from switchboard.sdk.manifest import Effect

WORD = Word(names=("repeat", "重做"), usage="REF")


def obey(case: Case, rest: list[str]) -> Decision:
    """Where the vendor knows calls by a key, or can be asked, it has the key of the first:

    if that one did happen, this one does not.
    """
    ended = named(case, "repeat", rest)
    if ended.repeated:
        raise BadRequestError("repeated", say="already_repeated")
    can_tell = effect_of(ended) is not Effect.ONCE
    again = ended.state == OpState.UNKNOWN and can_tell
    repeats = ended.command if again else None
    case.seen.tainted = ended.command.params.meta.tainted  # to repeat it is not to have said it
    undoes = ended.command.params.meta.undoes
    planned = call(case, step_of(ended), repeats=repeats, undoes=undoes)
    return run(planned, guards=(refs.repeat_guard(ended, case.envelope.id),))
