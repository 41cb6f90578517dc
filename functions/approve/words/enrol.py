"""`/enrol`: a link to the page where the sender enrols."""

from functions.approve import messages
from functions.approve.messages import Decided, Message
from functions.approve.settings import ApproveSettings
from switchboard.control import Word
from switchboard.credentials import enrolling
from switchboard.errors import BadRequestError
from switchboard.ledger import people
from switchboard.phrases import say

WORD = Word(names=("enrol", "enroll", "绑定"), guarded=True)


def obey(given: Message) -> Decided:
    """Nobody but the sender may read the answer: whoever opens its link enrols as them.

    Raises BadRequestError where others may.
    """
    if given.envelope.chat != "direct":
        raise BadRequestError("a group", say="enrol_directly")
    url, sender = ApproveSettings.load().public_url, people.sender_of(given.envelope)
    address, guard = enrolling.link(url, given.person.id, sender, given.now)
    text = say("enrol_link", given.locale, url=address)
    return messages.obeyed(given, text, enrolling.PURPOSE, [messages.unchanged(given), guard])
