"""The chat page's messages, under a session."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.kit import webhooks

VALUES = webhooks.ACCOUNTS["web/main"]


def message(
    text: str,
    *,
    number: int,
    now: float,
    chat: int = 1,
    user: int = 1,
    values: Mapping[str, str] = VALUES,
) -> Any:
    """A person of the page has one conversation, so another chat is another person."""
    found = {"id": str(uuid5(NAMESPACE_URL, str(number))), "text": text}
    return webhooks.web_signed(found, now=now, sub=_sub(user, chat), values=values)


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    return webhooks.web_signed(found, now=now, values=values)


def SENDER(user: int) -> str:
    return _sub(user, 1)


def _sub(user: int, chat: int) -> str:
    return f"person{user}" if chat == 1 else f"person{user}in{chat}"


EVENTS = [{"id": str(uuid5(NAMESPACE_URL, "1")), "text": "/help", "locale": "en"}]
UNSIGNED = {"flipped", "truncated"}  # a session is shown, whatever is written under it
