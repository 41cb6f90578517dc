"""`/start`: what Telegram says for whoever begins; what may follow it is nothing of ours."""

from functions.dispatch.decisions import Case, Decision, spoken
from functions.dispatch.planner import guide
from switchboard import config
from switchboard.config import Amounts
from switchboard.control import Word

WORD = Word(names=("start", "开始"))


def obey(case: Case, rest: list[str]) -> Decision:
    catalogue = config.catalogue()
    text = guide.overview(catalogue, case.locale)
    answer = spoken(case, text, guide.opening(catalogue))
    return Decision(answer=answer, used=Amounts(messages=1))
