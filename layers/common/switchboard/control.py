"""Control words: what people say to the switchboard itself, before any planner looks at it."""

from switchboard.models import Envelope

WORDS = {
    "/stop": "stop",
    "/停止": "stop",
    "/resume": "resume",
    "/恢复": "resume",
    "/check": "check",
    "/核对": "check",
    "/repeat": "repeat",
    "/重做": "repeat",
}
EVERYTHING = {"all", "全部"}
_URGENT = {"stop", "resume"}


def word_of(text: str) -> tuple[str, list[str]]:
    """The control word that a message is, and what follows it; empty when it is none."""
    first, *rest = text.split(maxsplit=3) or [""]
    return WORDS.get(first.replace("／", "/").lower(), ""), rest


def lane_of(envelope: Envelope) -> str:
    """The queue's lane of a message: stop and resume overtake what waits in their conversation."""
    urgent = word_of(envelope.text)[0] in _URGENT
    return f"{envelope.lane}/control" if urgent else envelope.lane
