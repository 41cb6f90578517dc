"""`/help`, or a slash alone: what there is, from the manifests and the control words."""

from functions.dispatch.decisions import Case, Decision, spoken
from functions.dispatch.planner import guide
from switchboard import config
from switchboard.config import Amounts
from switchboard.control import Word

WORD = Word(names=("help", "帮助"), usage="[TOOL [OPERATION]]")


def obey(case: Case, rest: list[str]) -> Decision:
    catalogue = config.catalogue()
    text = guide.about(rest, catalogue, case.locale)
    buttons = () if rest else guide.opening(catalogue)
    return Decision(answer=spoken(case, text, buttons), used=Amounts(messages=1))
