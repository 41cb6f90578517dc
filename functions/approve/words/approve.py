"""`/approve`: a yes to a question."""

from functions.approve import answers
from functions.approve.messages import Decided, Message
from switchboard.control import Word

WORD = Word(names=("approve", "批准", "同意"), usage="REF [CODE]", guarded=True)


def obey(given: Message) -> Decided:
    return answers.decide(given)
