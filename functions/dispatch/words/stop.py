"""`/stop`: no change of this conversation starts, or of anybody's; what has begun goes on."""

from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.control import Word
from switchboard.errors import NotAllowedError
from switchboard.ledger import stops
from switchboard.phrases import say

WORD = Word(names=("stop", "停止"), usage="[all]", urgent=True)
EVERYBODY = {"all", "全部"}


def obey(case: Case, rest: list[str]) -> Decision:
    """Counts towards no cap."""
    everybody = is_for_everybody(case, rest)
    lane = "" if everybody else case.envelope.lane
    return Decision(
        answer=spoken(case, say("stopped_all" if everybody else "stopped_here", case.locale)),
        said="stop all" if everybody else "stop",
        guards=tuple(stops.stop_guards(lane, case.envelope.received_at)),
    )


def is_for_everybody(case: Case, rest: list[str]) -> bool:
    """Whether the whole workspace is meant. Raises NotAllowedError when only an admin may."""
    everybody = bool(rest) and rest[0].lower() in EVERYBODY
    if everybody and case.person.role != "admin":
        raise NotAllowedError("not an admin", say="only_admins")
    return everybody
