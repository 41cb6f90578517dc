"""The chat page's messages, under a session."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.kit import webhooks
from tests.signers.saying import Said, saying

VALUES = webhooks.ACCOUNTS["web/main"]


def _words(one: Said) -> tuple[dict[str, str], str]:
    """A person of the page has one conversation, so another chat is another person."""
    found = {"id": str(uuid5(NAMESPACE_URL, str(one.number))), "text": one.text}
    return found, _sub(one.user, one.chat)


def _of(found: tuple[Any, str], *, now: float, values: Mapping[str, str]) -> Any:
    return webhooks.web_signed(found[0], now=now, sub=found[1], values=values)


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    return webhooks.web_signed(found, now=now, values=values)


def SENDER(user: int) -> str:
    return _sub(user, 1)


def _sub(user: int, chat: int) -> str:
    return f"person{user}" if chat == 1 else f"person{user}in{chat}"


message = saying(_words, _of, VALUES)
EVENTS = [{"id": str(uuid5(NAMESPACE_URL, "1")), "text": "/help", "locale": "en"}]
UNSIGNED = {"flipped", "truncated"}  # a session is shown, whatever is written under it
FILE = {"key": "a", "name": "b", "media_type": "c", "size": 5}
MALFORMED = [
    EVENTS[0] | change
    for change in (
        *({"id": one} for one in ("1", None)),
        *({"text": one} for one in (None, "", " \n\t", "\ud800")),
        *({"locale": 5}, {"role": "admin"}, {"sender": "bob"}),
        *({"attachments": one} for one in ({}, [{}], [FILE | {"size": "5"}], [FILE] * 11)),
        {"attachments": [FILE | {"url": "d"}]},
    )
]
OTHERS = {}
"""Our own page: what is sent is what was typed."""
