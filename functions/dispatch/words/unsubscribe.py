"""`/unsubscribe`: this chat is told less, or nothing, of what happens in a place."""

from functions.dispatch import subscriptions
from functions.dispatch.decisions import Case, Decision
from switchboard.control import Word

WORD = Word(names=("unsubscribe", "退订"), usage="CHANNEL PLACE [TOPIC …]")


def obey(case: Case, rest: list[str]) -> Decision:
    return subscriptions.changed(case, "unsubscribe", rest)
