"""`/stop`: no change of this conversation starts, or of anybody's; what has begun goes on."""

from functions.dispatch.decisions import Case, Decision, spoken
from functions.dispatch.planner.base import OffersError
from switchboard.control import Word
from switchboard.errors import NotAllowedError
from switchboard.ledger import stops
from switchboard.models import Button
from switchboard.phrases import say
from switchboard.text import shortened

WORD = Word(names=("stop", "停止"), usage="[all]", urgent=True)
EVERYBODY = {"all", "everybody", "everything", "everyone", "全部", "所有", "所有人"}
HERE = {"", "here", "now", "这里", "此处", "本会话"}


def obey(case: Case, rest: list[str]) -> Decision:
    """Counts towards no cap."""
    everybody = is_for_everybody(case, "stop", rest)
    lane = "" if everybody else case.envelope.lane
    return Decision(
        answer=spoken(case, say("stopped_all" if everybody else "stopped_here", case.locale)),
        said="stop all" if everybody else "stop",
        guards=tuple(stops.stop_guards(lane, case.envelope.received_at)),
    )


def is_for_everybody(case: Case, word: str, rest: list[str]) -> bool:
    """Whether the whole workspace is meant. Raises NotAllowedError when only an admin may, and
    OffersError for words that may mean either."""
    said = " ".join(rest).lower()
    if said in HERE:
        return False
    everybody = said in EVERYBODY
    if everybody and case.person.role != "admin":
        raise NotAllowedError("not an admin", say="only_admins")
    if not everybody:
        offered = [f"/{word}", *([f"/{word} all"] if case.person.role == "admin" else [])]
        buttons = tuple(Button(one, one) for one in offered)
        said = shortened(said, 60)
        raise OffersError("whose", say="whose_changes", word=word, said=said, buttons=buttons)
    return everybody
