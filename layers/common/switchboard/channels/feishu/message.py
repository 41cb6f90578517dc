"""What Feishu's events hold: messages, pressed buttons. Source: open.feishu.cn."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from switchboard.channels.base import read_json, shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError

_MENTION = re.compile(r"@_(?:user_\d+|all)\s*")
"""Stands wherever somebody is mentioned."""


class _Message(Struct):
    message_id: str
    chat_id: str
    message_type: str
    content: str
    chat_type: str = ""
    mentions: list[dict[str, Any]] = []


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


class _Run(Struct):
    """Some words of a rich text, or a picture or a film in it."""

    text: str = ""
    image_key: str = ""
    file_key: str = ""


class _Content(Struct):
    """What a text, a picture, a file, a voice or a film has."""

    text: str = ""
    image_key: str = ""
    file_key: str = ""
    file_name: str = ""


class _Post(Struct):
    """A rich text: lines of runs, of which some are words."""

    title: str = ""
    content: list[list[_Run]] = []


class Said(Struct):
    """What is common to messages and presses."""

    id: str
    chat: str
    message: str
    sender: str
    text: str
    files: tuple[Sent, ...] = ()


def said_in(event: Mapping[str, Any]) -> Said | None:
    """The message in a decrypted event; None when it is none to us. Raises BadRequestError."""
    head = event.get("header")
    kind = head.get("event_type") if isinstance(head, dict) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    return read(event) if read is not None else None


def _message(body: Mapping[str, Any]) -> Said | None:
    event = shape(body.get("event"), _Event)
    message, sender = event.message, event.sender
    if sender.sender_type != "user":
        return None
    if message.chat_type != "p2p" and not message.mentions:
        return None
    open_id = sender.sender_id.open_id if sender.sender_id else ""
    if not (message.message_id and message.chat_id and open_id and sender.tenant_key):
        raise BadRequestError("an event without its ids")
    text, files = _content(message)
    return Said(
        id=message.message_id,
        chat=message.chat_id,
        message=message.message_id,
        sender=f"{sender.tenant_key}:{open_id}",
        text=cleaned(text, _MENTION),
        files=tuple(files),
    )


def _press(body: Mapping[str, Any]) -> Said | None:
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


def _content(message: _Message) -> tuple[str, list[Sent]]:
    """The words and the files; a message of another kind has neither."""
    kind = message.message_type
    if kind == "post":
        post = shape(read_json(message.content.encode()), _Post)
        runs = [run for line in post.content for run in line]
        lines = ["".join(run.text for run in line) for line in post.content]
        text = "\n".join([post.title, *lines] if post.title else lines)
        found = [_sent(message, run.image_key, run.file_key) for run in runs]
        return text, [file for file in found if file is not None]
    if kind not in {"text", "image", "file", "audio", "media"}:
        return "", []
    content = shape(read_json(message.content.encode()), _Content)
    image = content.image_key if kind == "image" else ""  # a film's picture is not asked for
    file = _sent(message, image, content.file_key, content.file_name)
    return content.text, [] if file is None else [file]


def _sent(message: _Message, image: str, file: str, name: str = "") -> Sent | None:
    source = {"message": message.message_id, "key": file or image}
    if file:
        media_type = {"audio": "audio/ogg", "media": "video/mp4"}.get(message.message_type, "")
        return Sent({**source, "type": "file"}, name or message.message_type, media_type)
    return Sent({**source, "type": "image"}, "image", "image/png") if image else None


_KINDS: dict[str, Callable[[Mapping[str, Any]], Said | None]] = {
    "im.message.receive_v1": _message,
    "card.action.trigger": _press,
}
