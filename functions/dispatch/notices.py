"""What is said without a plan: that a message cannot be read, and events to those who subscribed.

    /subscribe github OWNER/REPOSITORY [issues|reviews|failures ...]
    /unsubscribe github OWNER/REPOSITORY [issues|reviews|failures ...]

Pure: `app` reads the rows and commits. An event's words are other people's, so a notice is tainted.
"""

import re
from collections.abc import Sequence
from uuid import uuid5

from msgspec import Struct, structs

from switchboard.errors import BadRequestError
from switchboard.ledger.replies import Reply
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT, Subscriber, Subscriptions
from switchboard.models import Envelope, Locale, Outcome, Result
from switchboard.phrases import locale_of, say

SUBSCRIBE, UNSUBSCRIBE = "/subscribe", "/unsubscribe"
TOPICS = ("issues", "reviews", "failures")
SOURCE = re.compile(r"github(?:/([a-z][a-z0-9]{1,30}))?")
REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
MIN_WORDS = 3


class Wish(Struct, frozen=True):
    """What a person wants to be told, or not any more."""

    wanted: bool
    source: str
    topics: tuple[str, ...]


class Change(Struct, frozen=True):
    """The subscribers after a wish, and what is said about it; the same ones need no write."""

    subscribers: tuple[Subscriber, ...]
    text: str


def wish_of(text: str) -> Wish | None:
    """The wish in a message, or None when it is about something else.

    Raises BadRequestError when it is about subscriptions but not understood.
    """
    words = text.split()
    if not words or words[0].lower() not in {SUBSCRIBE, UNSUBSCRIBE}:
        return None
    topics = tuple(sorted({word.lower() for word in words[3:]})) or tuple(sorted(TOPICS))
    source = SOURCE.fullmatch(words[1].lower()) if len(words) >= MIN_WORDS else None
    if source is None or not REPOSITORY.fullmatch(words[2]) or not set(topics) <= set(TOPICS):
        raise BadRequestError("subscription", say="subscribe_usage", word=words[0].lower())
    where = f"github/{source[1] or 'main'}/{words[2].lower()}"
    return Wish(words[0].lower() == SUBSCRIBE, where, topics)


def change_of(envelope: Envelope, wish: Wish, now: Subscriptions, *, pushes: bool) -> Change:
    """What the wish makes of the subscribers; one chat is one of them, whoever asks in it.

    `pushes`: whether the chat takes more than answers. Raises BadRequestError when it does not, or
    when the source has its most subscribers.
    """
    locale = locale_of(envelope.text, envelope.sender.locale)
    mine = next((one for one in now.subscribers if one.lane == envelope.lane), None)
    others = tuple(one for one in now.subscribers if one is not mine)
    before = set(mine.topics) if mine else set()
    left = before | set(wish.topics) if wish.wanted else before - set(wish.topics)
    if wish.wanted and not pushes:
        raise BadRequestError("no push", say="subscribe_elsewhere")
    if wish.wanted and mine is None and len(others) >= SUBSCRIBER_LIMIT:
        raise BadRequestError("subscribers", say="subscribers_full", limit=SUBSCRIBER_LIMIT)
    where = wish.source.split("/", 2)[2]
    if not left:
        return Change(others, say("unsubscribed", locale, where=where))
    topics = tuple(sorted(left))
    me = Subscriber(
        channel=envelope.channel,
        account=envelope.account,
        sender=envelope.sender.id,
        lane=envelope.lane,
        reply_to=envelope.reply_to,
        locale=locale,
        topics=topics,
    )
    told = ", ".join(say(f"topic_{topic}", locale) for topic in topics)
    # Who only wants less stays where they were told so far, and for whom.
    kept = structs.replace(mine, topics=topics) if mine and not wish.wanted else me
    return Change((*others, kept), say("subscribed", locale, where=where, topics=told))


def told(envelope: Envelope, subscribers: Sequence[Subscriber]) -> list[Reply]:
    """The notices of an event, in the order of their steps: one for each chat that wants it."""
    wanting = [one for one in subscribers if envelope.topic in one.topics][:SUBSCRIBER_LIMIT]
    return [_notice(envelope, step, one) for step, one in enumerate(wanting)]


def unreadable(envelope: Envelope) -> tuple[Locale, Result]:
    """The answer to a message that is encrypted, and not for us."""
    locale = locale_of(envelope.text, envelope.sender.locale)
    text = say("unreadable", locale)
    return locale, Result(id=envelope.id, result=Outcome(text=text, tainted=False))


def _notice(envelope: Envelope, step: int, to: Subscriber) -> Reply:
    who = envelope.sender.name or envelope.sender.id
    text = say(f"event_{envelope.topic}", to.locale, who=who, what=envelope.text)
    return Reply(
        channel=to.channel,
        account=to.account,
        lane=to.lane,
        reply_to=to.reply_to,
        locale=to.locale,
        # Its own id: platforms drop a second message with the key of the first, wherever it goes.
        result=Result(id=uuid5(envelope.id, f"notice {step}"), result=Outcome(text=text)),
    )
