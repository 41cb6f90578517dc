"""`/myrole`: as whom the sender is known here, and what that person may do."""

from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.phrases import say

WORD = Word(names=("myrole", "我的角色"))


def obey(case: Case, rest: list[str]) -> Decision:
    text = say("myrole_said", case.locale, name=case.person.id, role=case.person.role)
    return Decision(answer=spoken(case, text), used=Amounts(messages=1))
