"""Subscriptions: which chats are told what happens in a place of a channel that tells of events.

    /subscribe CHANNEL[/ACCOUNT] PLACE [TOPIC …]
    /unsubscribe CHANNEL[/ACCOUNT] PLACE [TOPIC …]

One chat is one subscriber of a place, whoever asks in it.
"""

import re

from msgspec import Struct, structs

from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.channels import registry
from switchboard.config import Amounts
from switchboard.errors import BadRequestError, UnclearError
from switchboard.ledger import subscriptions
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT, Subscriber, Subscriptions
from switchboard.models import Locale
from switchboard.phrases import say

ACCOUNT = re.compile(r"([a-z][a-z0-9]{1,30})(?:/([a-z][a-z0-9]{1,30}))?")


class Wish(Struct, frozen=True):
    """What is to be told, or not any more."""

    source: str
    """`<channel>/<account>/<place>`, which is the lane of its events."""
    topics: frozenset[str]


def changed(case: Case, word: str, rest: list[str]) -> Decision:
    """What `word`, subscribe or unsubscribe, makes of the subscribers.

    Raises BadRequestError when the wish is not understood, when this chat takes nothing but
    answers, or when the place has its most subscribers.
    """
    wish = wish_of(word, rest, case.locale)
    before = subscriptions.read(wish.source)
    mine = next((one for one in before.subscribers if one.lane == case.envelope.lane), None)
    had = frozenset(mine.topics if mine else ())
    if word == "subscribe":
        _require_room(case, before, mine)
        topics, to = had | wish.topics, _subscriber(case)
    else:
        # Who only wants less stays where they were told so far, and for whom.
        topics, to = had - wish.topics, mine or _subscriber(case)
    after = [one for one in before.subscribers if one is not mine]
    after += [structs.replace(to, topics=tuple(sorted(topics)))] if topics else []
    return Decision(
        answer=spoken(case, _said(wish, topics, case.locale)),
        said=word,
        used=Amounts(messages=1),
        guards=(subscriptions.change_guard(before, tuple(after)),),
    )


def wish_of(word: str, rest: list[str], locale: Locale) -> Wish:
    account = ACCOUNT.fullmatch(rest[0].lower()) if rest else None
    place = rest[1].lower() if len(rest) > 1 else ""
    source = registry.sources().get(account[1]) if account else None
    if account is None or source is None or not re.fullmatch(source.places, place, re.ASCII):
        raise _not_understood(word, account[1] if account else "", locale)
    topics = frozenset(topic.lower() for topic in rest[2:]) or frozenset(source.topics)
    if not topics <= set(source.topics):
        raise _not_understood(word, account[1], locale)
    return Wish(f"{account[1]}/{account[2] or 'main'}/{place}", topics)


def _not_understood(word: str, channel: str, locale: Locale) -> UnclearError:
    """How the wish is written, for this channel or for the first that tells of events."""
    sources = registry.sources()
    named = channel if channel in sources else min(sources)
    topics = ", ".join(f"`{topic}`" for topic in sources[named].topics)
    example = f"/{word} {named} {say(f'place_{named}', locale)}"
    return UnclearError("wish", say="subscribe_usage", example=example, topics=topics)


def _require_room(case: Case, now: Subscriptions, mine: Subscriber | None) -> None:
    send = registry.channel(case.envelope.channel).send
    if send is None or send.limits.window or send.limits.answers:
        raise BadRequestError("no push", say="subscribe_elsewhere")
    if mine is None and len(now.subscribers) >= SUBSCRIBER_LIMIT:
        raise BadRequestError("subscribers", say="subscribers_full", limit=SUBSCRIBER_LIMIT)


def _subscriber(case: Case) -> Subscriber:
    envelope = case.envelope
    return Subscriber(
        channel=envelope.channel,
        account=envelope.account,
        sender=envelope.sender.id,
        lane=envelope.lane,
        reply_to=envelope.reply_to,
        locale=case.locale,
        topics=(),
    )


def _said(wish: Wish, topics: frozenset[str], locale: Locale) -> str:
    where = wish.source.split("/", 2)[2]
    if not topics:
        return say("unsubscribed", locale, where=where)
    told = ", ".join(say(f"topic_{topic}", locale) for topic in sorted(topics))
    return say("subscribed", locale, where=where, topics=told)
