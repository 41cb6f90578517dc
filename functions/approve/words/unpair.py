"""`/unpair`: this sender, or for an admin whoever is named, is nobody from now on."""

from functions.approve import messages
from functions.approve.messages import Decided, Message
from switchboard.control import Word
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import identities, people
from switchboard.ledger.identities import Identity
from switchboard.phrases import say

WORD = Word(names=("unpair", "解除配对"), usage="[NAME | CHANNEL/ACCOUNT/ID]", guarded=True)


def obey(given: Message) -> Decided:
    """With the last identity the person is forgotten."""
    person, own, rest = given.person, people.sender_of(given.envelope), given.rest
    if not rest or rest[0] == own:
        found = [Identity(person.id, person.role, own)]
    elif not people.is_at_least(person, "admin"):
        raise NotAllowedError("not an admin", say="only_own_pairing")
    else:
        found = [one for one in identities.listed() if rest[0].lower() in {one.person, _low(one)}]
    if not found:
        raise BadRequestError("nobody", say="nobody_is", name=rest[0][:80])
    gone = found[: identities.PARTED]
    guards = [
        guard for one in gone for guard in people.leave_guards(one.person, one.sender, given.now)
    ]
    left = {one.sender for one in identities.listed(gone[0].person)} - {one.sender for one in gone}
    if not left:
        guards += identities.forget_guards(gone[0].person, given.now)
    if own not in {one.sender for one in gone}:
        guards.append(messages.unchanged(given))
    listed = "\n".join(f"- `{one.sender}`" for one in gone)
    phrase = "parted" if left else "forgotten"
    text = say(phrase, given.locale, name=gone[0].person, listed=listed)
    return messages.obeyed(given, text, f"unpair {gone[0].person}", guards)


def _low(one: Identity) -> str:
    return one.sender.lower()
