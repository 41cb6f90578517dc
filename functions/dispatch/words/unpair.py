"""`/unpair`: this sender, or for an admin whoever is named, is nobody from now on."""

from functions.dispatch import policy
from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import credentials, identities, people
from switchboard.ledger.identities import Identity
from switchboard.phrases import say

WORD = Word(names=("unpair", "解除配对"), usage="[NAME | CHANNEL/ACCOUNT/ID]")
MOST = 20
"""Identities that one transaction parts."""


def obey(case: Case, rest: list[str]) -> Decision:
    """With the last identity the person is forgotten."""
    asker, own = case.person, policy.sender_of(case.envelope)
    if not rest or rest[0] == own:
        found = [Identity(asker.id, asker.role, own)]
    elif not policy.is_at_least(asker, "admin"):
        raise NotAllowedError("not an admin", say="only_own_pairing")
    else:
        found = [one for one in identities.listed() if rest[0].lower() in {one.person, _low(one)}]
    if not found:
        raise BadRequestError("nobody", say="nobody_is", name=rest[0][:80])
    gone = found[:MOST]
    guards = [
        guard for one in gone for guard in people.leave_guards(one.person, one.sender, case.now)
    ]
    left = {one.sender for one in identities.listed(gone[0].person)} - {one.sender for one in gone}
    if not left:
        person = gone[0].person
        guards.append(identities.forgotten_guard(person, case.now))
        guards += credentials.remove_guards(person, credentials.tools_of(person))
    leaves = own in {one.sender for one in gone}
    listed = "\n".join(f"- `{one.sender}`" for one in gone)
    phrase = "parted" if left else "forgotten"
    text = say(phrase, case.locale, name=gone[0].person, listed=listed)
    return Decision(
        answer=spoken(case, text),
        said=f"unpair {gone[0].person}",
        used=Amounts() if leaves else Amounts(messages=1),
        guards=tuple(guards),
        changes_asker=leaves,
    )


def _low(one: Identity) -> str:
    return one.sender.lower()
