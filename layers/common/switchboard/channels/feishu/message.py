"""What Feishu's events hold: messages, pressed buttons. Source: open.feishu.cn."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.channels.feishu import content
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import US, addressed, name_of
from switchboard.errors import BadRequestError

_MENTION = re.compile(r"(@_(?:user_\d+|all))(\s*)")
"""Stands wherever somebody is mentioned."""
_EVERYBODY = "@_all"


class _Mention(Struct):
    key: str = ""
    id: Any = None
    """Ids by their kinds; a text, or nothing, of who has none."""
    name: str = ""

    @property
    def open_id(self) -> str:
        return str(self.id.get("open_id", "")) if isinstance(self.id, dict) else ""


class _Message(Struct):
    message_id: str
    chat_id: str
    message_type: str
    content: str
    chat_type: str = ""
    mentions: list[_Mention] = []

    def ours(self, us: str) -> set[str]:
        """What stands for us, whose id is `us`; when it is not known, we are the first of all."""
        people = [one for one in self.mentions if one.key != _EVERYBODY]
        return {one.key for one in (people if us else people[:1]) if us in {"", one.open_id}}

    def said(self, text: str, us: str) -> str:
        """The text without us, and with the names of others."""
        names = {_EVERYBODY: "all", **{one.key: one.name for one in self.mentions}}
        ours = self.ours(us)

        def shown(found: re.Match[str]) -> str:
            key, blank = found.groups()
            name = name_of(names.get(key, ""))
            return f"{US}{blank}" if key in ours else f"@{name}{blank}" if name else ""

        us = next((names[key] for key in ours), "")
        return addressed(_MENTION.sub(shown, text), name_of(us))


class _Ids(Struct):
    open_id: str


class _Sender(Struct):
    sender_type: str
    sender_id: _Ids | None = None
    tenant_key: str = ""


class _Event(Struct):
    sender: _Sender
    message: _Message


class _Operator(Struct):
    open_id: str
    tenant_key: str = ""


class _Action(Struct):
    value: Any = None


class _Context(Struct):
    open_message_id: str
    open_chat_id: str


class _Press(Struct):
    operator: _Operator
    action: _Action
    context: _Context


class Said(Struct):
    """What is common to messages and presses."""

    id: str
    chat: str
    message: str
    sender: str
    text: str
    files: tuple[Sent, ...] = ()
    alone: bool = False
    """Whether nobody else reads it; of a press it is not known."""


def said_in(event: Mapping[str, Any], us: str) -> Said | None:
    """The message in a decrypted event; None when it is none to us, whose id is `us` if it is
    known. Raises BadRequestError.
    """
    head = event.get("header")
    kind = head.get("event_type") if isinstance(head, dict) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    return read(event, us) if read is not None else None


def _message(body: Mapping[str, Any], us: str) -> Said | None:
    event = shape(body.get("event"), _Event)
    message, sender = event.message, event.sender
    if sender.sender_type != "user":
        return None
    if message.chat_type != "p2p" and not message.ours(us):
        return None
    open_id = sender.sender_id.open_id if sender.sender_id else ""
    if not (message.message_id and message.chat_id and open_id and sender.tenant_key):
        raise BadRequestError("an event without its ids")
    text, files = content.read(message.message_id, message.message_type, message.content)
    return Said(
        id=message.message_id,
        chat=message.chat_id,
        message=message.message_id,
        sender=f"{sender.tenant_key}:{open_id}",
        text=message.said(text, us),
        files=tuple(files),
        alone=message.chat_type == "p2p",
    )


def _press(body: Mapping[str, Any], _: str) -> Said | None:
    """A button says what its value is, in the name of whoever pressed it."""
    press = shape(body.get("event"), _Press)
    value = press.action.value
    text = value.get("text") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text:
        return None
    context, operator = press.context, press.operator
    event_id = body["header"].get("event_id")
    ids = (event_id, context.open_chat_id, operator.open_id, operator.tenant_key)
    if not all(isinstance(one, str) and one for one in ids):
        raise BadRequestError("a button without its ids")
    return Said(
        id=f"{context.open_message_id}:{event_id}",
        chat=context.open_chat_id,
        message=context.open_message_id,
        sender=f"{operator.tenant_key}:{operator.open_id}",
        text=text,
    )


_KINDS: dict[str, Callable[[Mapping[str, Any], str], Said | None]] = {
    "im.message.receive_v1": _message,
    "card.action.trigger": _press,
}
