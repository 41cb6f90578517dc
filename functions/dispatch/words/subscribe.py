"""`/subscribe`: this chat is told what happens in a place of a channel that tells of events."""

from functions.dispatch import subscriptions
from functions.dispatch.decisions import Case, Decision
from switchboard.control import Word

WORD = Word(names=("subscribe", "订阅"), usage="CHANNEL PLACE [TOPIC …]", least="member")


def obey(case: Case, rest: list[str]) -> Decision:
    return subscriptions.changed(case, "subscribe", rest)
