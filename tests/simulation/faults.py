"""What may go wrong on either side of one call, by what is called."""

import random
from dataclasses import dataclass

from switchboard.cloud.aws import AwsError
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.net.http import HttpResponse
from tests.kit.ports import When, dropped, refused, throttled

CONFLICT = {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}
CHANGING = ("desk.title.set", "desk.notes.add", "desk.notes.post", "desk.letters.send")
"""Calls whose effect at the vendor must not happen twice."""
KINDS = ("crash", "error", "overlap", "delay")
WEIGHTS = ((3, 4, 5, 2), (3, 3, 4, 8))
"""Before a worker's effect and after it: who is slow then meets those who take over."""
LOST = (5, 12, 2, 6)
"""In the moment of the effect, whose answer gets lost."""
TIMES, TRIES = (1, 2, 3, 7), (2, 2, 3)
"""How often a call fails in a row; and after a lost answer, as often as it is tried again."""
WEIGHTS_OF = {
    **dict.fromkeys(CHANGING, 1.5),
    "desk.notes.list": 3.0,
    "desk.find": 3.0,
    "dynamodb.TransactWriteItems": 2.0,
    "dynamodb.Query": 0.1,  # of a sweep: there are many, and one that dies takes up nothing
    "sqs.ReceiveMessage": 0.05,
    "sqs.DeleteMessage": 25.0,  # of a dead letter: there are few
}
WAITS = (1.0, 40.0, 90.0, 300.0, 2_000.0)
"""Seconds that a vendor asks for."""
TOO_LONG = 450_000
"""Characters that no row has room for."""
DELAYS = (0.5, 5.0, 25.0, 25.0, 50.0, 100.0, 400.0)
LONG = (25.0, 100.0, 400.0, 400.0, 1_000.0)
REPLIES = (
    HttpResponse(429, {"retry-after": "2"}, {"ok": False, "code": 1}),
    HttpResponse(429, {"retry-after": "40"}, {"ok": False, "code": 1}),
    HttpResponse(500, {}, {}),
    HttpResponse(502, {}, {"ok": False}),
)
GONE = HttpResponse(
    400, {}, {"ok": False, "code": 230_002, "description": "Bad Request: chat not found"}
)
"""The chat is closed to us: Telegram's way and Feishu's."""

UNFIT = HttpResponse(400, {}, {"ok": False, "code": 230_099, "description": "can't parse it"})
"""The chat is there, and does not take what the message holds."""
NOT_SHOWN = "The answer is there, and this chat did not take its content."
"""How the sentence begins that every chat takes."""


@dataclass(frozen=True)
class Mood:
    """How much goes wrong in one seed."""

    chance: float
    """Of something at either side of each call."""
    reply: float
    """Of a platform that answers badly."""
    calm: bool
    """Calls may overlap and messages double, but nothing fails, is lost or takes long."""


CALM = Mood(0.12, 0.0, calm=True)
MOODS = tuple(Mood(chance, 0.15, calm=False) for chance in (0.03, 0.06, 0.1, 0.15))


def weight(operation: str, when: When) -> float:
    """How often a call is disturbed, on one side of it, compared to others."""
    found = WEIGHTS_OF.get(operation, 1.0)
    return 8 * found if when == "after" and operation in CHANGING else found


def before(operation: str, rng: random.Random) -> BaseException:
    """An error instead of the call's effect."""
    service = operation.partition(".")[0]
    if service == "desk":
        return _vendors(rng)
    if service == "chat":
        return dropped()
    kind = rng.randrange(6)
    if kind == 0:
        return throttled()
    if kind == 1:
        return AwsError("InternalServerError", 500, {})
    if kind == 2 and operation == "dynamodb.TransactWriteItems":
        return AwsError("TransactionCanceledException", 400, CONFLICT)
    if kind >= 4:
        return refused("AccessDeniedException", 403)
    return dropped()


def after(operation: str, rng: random.Random) -> BaseException:
    """The call took effect, and its caller does not hear of it."""
    if operation.startswith("desk.") and rng.random() < 0.7:
        return UnavailableError("the vendor's answer was lost")
    return dropped()


def reply(mood: Mood, rng: random.Random) -> tuple[HttpResponse | None, bool]:
    """A platform's bad answer, if any, and whether it took the post all the same."""
    if rng.random() >= mood.reply:
        return None, True
    if rng.random() < 0.1:
        return GONE, False
    bad = rng.choice(REPLIES)
    return bad, bad.status >= 500 and rng.random() < 0.5


def _vendors(rng: random.Random) -> BaseException:
    kind = rng.randrange(5)
    if kind == 0:
        return RejectedError("the vendor refuses")
    if kind == 1:
        return RateLimitedError("slower", retry_after=rng.choice(WAITS))
    return dropped() if kind == 2 else UnavailableError("the vendor is down")
