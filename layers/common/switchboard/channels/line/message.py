"""What LINE's callbacks hold: messages, pressed buttons. Source: developers.line.biz."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.channels.kit.files import UNKNOWN, Sent
from switchboard.channels.kit.words import US, addressed, cleaned
from switchboard.errors import BadRequestError

PLACES = ("user", "group", "room")
FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "audio": ("voice.m4a", "audio/x-m4a"),
    "video": ("video.mp4", "video/mp4"),
    "file": ("file", UNKNOWN),
}
"""What a message's content is called until it has been fetched."""


class _Mentioned(Struct, rename="camel"):
    index: int = 0
    length: int = 0
    is_self: bool = False


class _Mention(Struct):
    mentionees: list[_Mentioned] = []


class _Provider(Struct):
    type: str = "line"


class _Message(Struct, rename="camel"):
    id: str
    type: str
    text: str = ""
    quote_token: str = ""
    file_name: str = ""
    file_size: int = 0
    content_provider: _Provider | None = None
    mention: _Mention | None = None


class _Postback(Struct):
    data: str


class _Source(Struct, rename="camel"):
    type: str
    user_id: str = ""
    group_id: str = ""
    room_id: str = ""


class WebhookEvent(Struct, rename="camel"):
    webhook_event_id: str
    source: _Source
    timestamp: float = 0
    """Milliseconds since 1970."""
    message: _Message | None = None
    postback: _Postback | None = None

    @property
    def is_private(self) -> bool:
        return self.source.type == "user"

    @property
    def chat(self) -> str:
        """Where it was written, by what the place is said to be; empty where that is not told."""
        source = self.source
        if self.is_private:
            return source.user_id
        return source.group_id if source.type == "group" else source.room_id

    @property
    def quote(self) -> str:
        """What makes an answer show the message that it answers, where others talk as well."""
        return self.message.quote_token if self.message and not self.is_private else ""

    @property
    def text(self) -> str:
        """What was written without the mention of the bot, or what a button carries."""
        if self.message is None:
            return cleaned(self.postback.data) if self.postback else ""
        units, name = self.message.text.encode("utf-16-le"), b""  # which a mention counts in
        for one in sorted(self._mentions, key=lambda one: -one.index):
            start, end = 2 * max(one.index, 0), 2 * max(one.index + one.length, 0)
            name = units[start:end]
            units = units[:start] + US.encode("utf-16-le") + units[max(start, end) :]
        text = units.decode("utf-16-le", "replace")
        return addressed(text, name.decode("utf-16-le", "replace").removeprefix("@"))

    @property
    def is_for_us(self) -> bool:
        """A group's messages all come to the bot: those that mention it are meant for it."""
        return self.is_private or self.message is None or bool(self._mentions)

    @property
    def files(self) -> tuple[Sent, ...]:
        message = self.message
        if message is None or message.type not in FILES:
            return ()
        if message.content_provider and message.content_provider.type != "line":
            return ()  # it is somewhere on the web
        name, media_type = FILES[message.type]
        named = message.file_name or name
        return (Sent({"message": message.id}, named, media_type, message.file_size),)

    @property
    def _mentions(self) -> list[_Mentioned]:
        mention = self.message.mention if self.message else None
        return [one for one in mention.mentionees if one.is_self] if mention else []


def event_in(found: Any) -> WebhookEvent | None:
    """The message to us in an event; None when there is none. Raises BadRequestError: malformed."""
    if not isinstance(found, dict):
        raise BadRequestError("no event")
    event = _to_us(found)
    if event is None:
        return None
    if not (event.webhook_event_id and event.chat):
        raise BadRequestError("an event without its ids")
    return event if event.text or event.files else None


def _to_us(found: Mapping[str, Any]) -> WebhookEvent | None:
    """A message or a pressed button, of somebody who may be known, in a chat that we answer in."""
    if found.get("mode") != "active" or found.get("type") not in ("message", "postback"):
        return None
    event = shape(found, WebhookEvent)
    known = event.source.user_id and event.source.type in PLACES
    return event if known and event.is_for_us else None
