"""How fast messages go to one chat: not faster than its platform takes them."""

import time

from switchboard.channels.base import Part, Sender
from switchboard.errors import RateLimitedError
from switchboard.ledger.replies import Reply
from switchboard.runtime import kept

PATIENCE_SECONDS = 5.0
"""A longer `Retry-After` is left to the queue."""
BUDGET_SECONDS = 30.0
"""What one invocation may wait in all: the function has 60 seconds."""
MAX_CHATS = 10_000


def send(sender: Sender, reply: Reply, part: Part, until: float) -> None:
    """One push, when it is its turn.

    Raises as `Sender.send`; RateLimitedError also when the turn comes after `until`.
    """
    _wait(reply.lane, sender.can.limits.every, until)
    try:
        sender.send(reply.reply_to, part)
    except RateLimitedError as error:
        # Of a message with files some may be shown: to say that it is sent again takes a new push.
        if error.retry_after > PATIENCE_SECONDS or part.files:
            raise
        time.sleep(error.retry_after)
        sender.send(reply.reply_to, part)


def _wait(lane: str, every: float, until: float) -> None:
    if not every:
        return
    now = time.time()
    last = _last()
    turn = max(now, last.get(lane, 0.0) + every)
    if turn > max(until, now):
        raise RateLimitedError("pace", retry_after=turn - now)
    if turn > now:
        time.sleep(turn - now)
    if len(last) >= MAX_CHATS:
        last.clear()
    last[lane] = turn


@kept
def _last() -> dict[str, float]:
    """When each chat was last sent to from here; other processes' pushes the platform counts."""
    return {}
