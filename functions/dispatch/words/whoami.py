"""`/whoami`: who the sender is here, and what they may use."""

from collections import defaultdict

from functions.dispatch.decisions import Case, Decision, spoken
from switchboard import config, rules
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.ledger import credentials, identities, people
from switchboard.phrases import say

WORD = Word(names=("whoami", "我是谁"))


def obey(case: Case, rest: list[str]) -> Decision:
    person, own = case.person, people.sender_of(case.envelope)
    senders = sorted({own} | {one.sender for one in identities.listed(person.id)})
    facts = {
        "name": person.name,
        "role": say(person.role, case.locale) if person.role else "-",
        "zone": people.zone_of(person),
        "senders": ", ".join(f"`{one}`" for one in senders),
    }
    mine = sorted(credentials.tools_of(person.id))
    lines = [say("whoami_own", case.locale, listed=", ".join(mine))] if mine else []
    text = "\n".join([say("whoami", case.locale, **facts), *_uses(case), *lines])
    return Decision(answer=spoken(case, text), used=Amounts(messages=1))


def _uses(case: Case) -> list[str]:
    """What of every tool runs at once, what asks first, and what depends on the call."""
    person, lines = case.person, []
    for name, tool in config.catalogue().items():
        found = defaultdict(list)
        for verb, operation in tool.operations.items():
            ruling = rules.by_role(rules.verdict(name, verb), person.id, person.role)
            if ruling is not None:
                ruling = rules.secured(ruling, operation, person.role)
            found[ruling.effect if ruling else "depends"].append(f"`{verb}`")
        for effect in ("allow", "ask", "depends"):
            if found[effect]:
                listed = ", ".join(found[effect])
                lines.append(say(f"uses_{effect}", case.locale, tool=name, listed=listed))
    return lines
