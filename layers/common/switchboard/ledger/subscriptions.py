"""Who is told what happens in a repository: one row for each, so that its limit is exact."""

from functools import partial

from msgspec import Struct, json

from switchboard.errors import AppError
from switchboard.ledger import table
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


def read(source: str) -> Subscriptions:
    row = table.read(_key(source), "subscriptions")
    if row is None:
        return Subscriptions(source=source)
    found = row["subscribers"]
    return Subscriptions(
        source=source,
        version=table.whole(row["version"]),
        subscribers=tuple(
            json.decode(one, type=Subscriber) for one in (found if isinstance(found, list) else [])
        ),
    )


def change_guard(before: Subscriptions, subscribers: tuple[Subscriber, ...]) -> table.Guard:
    """A guard of `commit`: the subscribers are still those that were read, and now are these."""
    condition = "version = :before" if before.version else "attribute_not_exists(pk)"
    values: table.Row = {"before": before.version} if before.version else {}
    values |= {
        "after": before.version + 1,
        "subscribers": [json.encode(one).decode() for one in subscribers],
    }
    where = table.key(_key(before.source), "subscriptions")
    change = "SET subscribers = :subscribers, version = :after"
    item = table.update(where, change, condition, **values)
    changed = "the subscribers changed while the message was planned"
    return table.Guard(item, partial(AppError, changed))


def _key(source: str) -> str:
    return f"subscriptions#{source}"
