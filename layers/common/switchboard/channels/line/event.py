"""What an event of LINE holds about a message. Source: developers.line.biz, webhook events."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.models import Attachment

PLACES = ("user", "group", "room")
FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "audio": ("voice.m4a", "audio/x-m4a"),
    "video": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
}
"""What a message's content is called until it has been fetched."""


class Mentioned(Struct, rename="camel"):
    index: int = 0
    length: int = 0
    is_self: bool = False


class Mention(Struct):
    mentionees: list[Mentioned] = []


class Provider(Struct):
    type: str = "line"


class Message(Struct, rename="camel"):
    id: str
    type: str
    text: str = ""
    quote_token: str = ""
    file_name: str = ""
    file_size: int = 0
    content_provider: Provider | None = None
    mention: Mention | None = None


class Postback(Struct):
    data: str


class Source(Struct, rename="camel"):
    type: str
    user_id: str = ""
    group_id: str = ""
    room_id: str = ""


class Event(Struct, rename="camel"):
    webhook_event_id: str
    source: Source
    message: Message | None = None
    postback: Postback | None = None

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
            return self.postback.data.strip() if self.postback else ""
        units = self.message.text.encode("utf-16-le")  # which is what a mention counts in
        for one in sorted(self._mentions, key=lambda one: -one.index):
            start, end = 2 * max(one.index, 0), 2 * max(one.index + one.length, 0)
            units = units[:start] + units[max(start, end) :]
        return units.decode("utf-16-le", "replace").strip()

    @property
    def is_for_us(self) -> bool:
        """A group's messages all come to the bot: those that mention it are meant for it."""
        return self.is_private or self.message is None or bool(self._mentions)

    def attachments(self, envelope: UUID) -> tuple[Attachment, ...]:
        message = self.message
        if message is None or message.type not in FILES:
            return ()
        if message.content_provider and message.content_provider.type != "line":
            return ()  # it is somewhere on the web
        name, media_type = FILES[message.type]
        return (
            Attachment(
                key=f"uploads/{envelope}/0",
                name=message.file_name or name,
                media_type=media_type,
                size=max(message.file_size, 0),
                source={"message": message.id},
            ),
        )

    @property
    def _mentions(self) -> list[Mentioned]:
        mention = self.message.mention if self.message else None
        return [one for one in mention.mentionees if one.is_self] if mention else []


def event_in(found: Mapping[str, Any]) -> Event | None:
    """A message or a pressed button, of somebody who may be known, in a chat that we answer in."""
    if found.get("mode") != "active" or found.get("type") not in ("message", "postback"):
        return None
    event = shape(found, Event)
    known = event.source.user_id and event.source.type in PLACES
    return event if known and event.is_for_us else None
