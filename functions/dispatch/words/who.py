"""`/who`: for admins, who is paired, with which role and by which ids."""

from itertools import groupby

from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.ledger import identities
from switchboard.phrases import say

WORD = Word(names=("who", "谁"), least="admin")


def obey(case: Case, rest: list[str]) -> Decision:
    found = sorted(identities.listed(), key=lambda one: one.person)
    lines = [say("who", case.locale)]
    for person, group in groupby(found, key=lambda one: one.person):
        ones = list(group)
        roles = "/".join(say(role, case.locale) for role in sorted({one.role for one in ones}))
        lines.append(f"- **{person}** ({roles}): " + ", ".join(f"`{one.sender}`" for one in ones))
    return Decision(answer=spoken(case, "\n".join(lines)), used=Amounts(messages=1))
