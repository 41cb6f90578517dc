"""`/disconnect`: the sender's own credential for a tool is gone at once."""

from functions.dispatch.connecting import named
from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.errors import BadRequestError
from switchboard.ledger import credentials
from switchboard.phrases import say

WORD = Word(names=("disconnect", "断开"), usage="TOOL")


def obey(case: Case, rest: list[str]) -> Decision:
    """What it was given at the vendor's has to be taken back there."""
    tool, person = named(case, "disconnect", rest), case.person.id
    if tool not in credentials.tools_of(person):
        raise BadRequestError("not connected", say="nothing_of_yours", tool=tool)
    return Decision(
        answer=spoken(case, say("disconnected", case.locale, tool=tool)),
        said=f"disconnect {tool}",
        used=Amounts(messages=1),
        guards=tuple(credentials.remove_guards(person, frozenset({tool}))),
    )
