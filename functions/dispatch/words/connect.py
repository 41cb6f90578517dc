"""`/connect`: a link, good once, to the page where the sender gives a tool their own credential."""

from functions.dispatch.connecting import named
from functions.dispatch.decisions import Case, Decision, spoken
from functions.dispatch.settings import DispatchSettings
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.errors import BadRequestError
from switchboard.ledger import people, tickets
from switchboard.ledger.tickets import Ticket
from switchboard.phrases import say

WORD = Word(names=("connect", "连接"), usage="TOOL", least="member")


def obey(case: Case, rest: list[str]) -> Decision:
    """Nobody but the sender may read the link: whoever opens it connects for them."""
    if case.envelope.chat != "direct":
        raise BadRequestError("a group", say="connect_directly", word="/connect")
    tool = named(case, "connect", rest)
    ticket = Ticket(
        purpose="connect",
        person=case.person.id,
        sender=people.sender_of(case.envelope),
        data={"tool": tool},
    )
    token = tickets.token()
    url = f"{DispatchSettings.load().public_url}/connect/link#{token}"
    return Decision(
        answer=spoken(case, say("connect_link", case.locale, tool=tool, url=url)),
        said=f"connect {tool}",
        used=Amounts(messages=1),
        guards=(tickets.issue_guard(token, ticket, case.now),),
    )
