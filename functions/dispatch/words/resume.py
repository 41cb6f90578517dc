"""`/resume`: lifts a stop of this conversation, or of the whole workspace."""

from functions.dispatch.decisions import Case, Decision, spoken
from functions.dispatch.words.stop import is_for_everybody
from switchboard.control import Word
from switchboard.ledger import stops
from switchboard.phrases import say

WORD = Word(names=("resume", "恢复"), usage="[all]", least="member", urgent=True)


def obey(case: Case, rest: list[str]) -> Decision:
    """Counts towards no cap."""
    everybody = is_for_everybody(case, "resume", rest)
    return Decision(
        answer=spoken(case, say("resumed_all" if everybody else "resumed_here", case.locale)),
        said="resume all" if everybody else "resume",
        guards=tuple(stops.resume_guards("" if everybody else case.envelope.lane)),
    )
