"""Who is told what happens in a repository: one row for each, so that its limit is exact."""

from collections.abc import Collection
from functools import partial
from typing import Any

from msgspec import MsgspecError, Struct, json, to_builtins

from switchboard.errors import AppError
from switchboard.ledger import table, versions
from switchboard.models import Locale, ReplyTo

SUBSCRIBER_LIMIT = 20
"""Chats that are told of one repository: an event is committed for all of them at once."""


class Subscriber(Struct, frozen=True, kw_only=True):
    """A chat that is told, on behalf of the person who asked for it there."""

    channel: str
    account: str
    sender: str
    """The id of the sender who subscribed: they must still be somebody's when an event comes."""
    lane: str
    reply_to: ReplyTo
    locale: Locale
    topics: tuple[str, ...]


class Subscriptions(Struct, frozen=True, kw_only=True):
    """The subscribers of one source. `version` changes whenever they do; 0: there never was one."""

    source: str
    """`<channel>/<account>/<conversation>`, which is the lane of the source's events."""
    version: int = 0
    subscribers: tuple[Subscriber, ...] = ()
    texts: tuple[str, ...] = ()
    """The subscribers as the row has them, with what only another release can read."""


def read(source: str) -> Subscriptions:
    row = table.read(_key(source), "subscriptions")
    if row is None:
        return Subscriptions(source=source)
    found = row.get("subscribers", [])
    texts = tuple(found) if isinstance(found, list) else ()
    return Subscriptions(
        source=source,
        version=table.whole(row["version"]),
        subscribers=tuple(versions.readable([{**row, "one": one} for one in texts], _subscriber)),
        texts=texts,
    )


def change_guard(before: Subscriptions, subscribers: tuple[Subscriber, ...]) -> table.Guard:
    """A guard of `commit`: the subscribers are still those that were read, and now are these."""
    condition = "version = :before" if before.version else "attribute_not_exists(pk)"
    values: table.Row = {"before": before.version} if before.version else {}
    values |= {
        "after": before.version + 1,
        "subscribers": _texts(before, subscribers),
    }
    where = table.key(_key(before.source), "subscriptions")
    change = "SET subscribers = :subscribers, version = :after"
    item = table.upsert(where, change, condition, **values)
    changed = "the subscribers changed while the message was planned"
    return table.Guard(item, partial(AppError, changed))


def parted_guard(before: Subscriptions, senders: Collection[str]) -> table.Guard | None:
    """The same without what these senders, each `channel/account/id`, have subscribed to; None:
    they have not.
    """
    left = tuple(
        one
        for one in before.subscribers
        if f"{one.channel}/{one.account}/{one.sender}" not in senders
    )
    return None if left == before.subscribers else change_guard(before, left)


def _texts(before: Subscriptions, subscribers: tuple[Subscriber, ...]) -> list[str]:
    """The row's new list; what only another release can read stays in it."""
    known = {one.lane for one in before.subscribers}
    was = {_lane_of(text): text for text in before.texts}
    kept = [text for lane, text in was.items() if lane not in known]
    return kept + [
        versions.patched(was.get(one.lane, "{}"), **to_builtins(one)) for one in subscribers
    ]


def _lane_of(text: str) -> str:
    """The lane of a subscriber; of one that is no JSON, all of it."""
    try:
        return str(json.decode(text, type=dict[str, Any]).get("lane"))
    except MsgspecError:
        return text


def _subscriber(row: table.Row) -> Subscriber:
    return json.decode(str(row["one"]), type=Subscriber)


def _key(source: str) -> str:
    return f"subscriptions#{source}"
