"""`/deny`: a no to a question."""

from functions.approve import answers
from functions.approve.messages import Decided, Message
from switchboard.control import Word

WORD = Word(names=("deny", "拒绝"), usage="REF", guarded=True)


def obey(given: Message) -> Decided:
    return answers.decide(given)
