"""What an event of Feishu holds about a message. Source: open.feishu.cn, im.message.receive_v1."""

import re
from typing import Any

from msgspec import Struct

from switchboard.channels.base import read_json, shape


class Message(Struct):
    message_id: str
    chat_id: str
    message_type: str
    content: str
    chat_type: str = "p2p"
    mentions: list[dict[str, Any]] = []


class Ids(Struct):
    open_id: str


class Sender(Struct):
    sender_type: str
    sender_id: Ids | None = None
    tenant_key: str = ""


class Event(Struct):
    sender: Sender
    message: Message


class _Words(Struct):
    text: str = ""


class _Post(Struct):
    """A rich text: lines of runs, of which some are words."""

    title: str = ""
    content: list[list[_Words]] = []


def words_of(message: Message) -> str:
    """The words of a text or a rich text, without the mentions' placeholders."""
    if message.message_type == "text":
        text = shape(read_json(message.content.encode()), _Words).text
    elif message.message_type == "post":
        post = shape(read_json(message.content.encode()), _Post)
        lines = ["".join(run.text for run in line) for line in post.content]
        text = "\n".join([post.title, *lines] if post.title else lines)
    else:
        text = ""
    return re.sub(r"@_(user_\d+|all)\s*", "", text).strip()
