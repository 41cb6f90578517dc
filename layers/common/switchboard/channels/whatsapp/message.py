"""What a webhook of WhatsApp holds about messages. Source: developers.facebook.com, webhooks."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from switchboard.channels.base import shape
from switchboard.models import Attachment

FILES = ("image", "audio", "video", "document")
SUFFIXES = {"jpeg": "jpg", "mpeg": "mp3", "plain": "txt"}


class Words(Struct):
    body: str = ""


class Pressed(Struct):
    """A button or a line of a list: what it carries, and what it shows."""

    id: str = ""
    payload: str = ""
    title: str = ""
    text: str = ""


class Interactive(Struct):
    button_reply: Pressed | None = None
    list_reply: Pressed | None = None


class File(Struct):
    id: str
    mime_type: str = ""
    caption: str = ""
    filename: str = ""


class Message(Struct):
    id: str
    type: str
    sender: str = field(name="from", default="")
    timestamp: str = ""
    """Seconds since 1970."""
    text: Words | None = None
    button: Pressed | None = None
    interactive: Interactive | None = None
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None

    def written(self, now: float) -> int:
        """When it was, in seconds since 1970; `now` where that is not told."""
        stamp = self.timestamp
        told = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12  # noqa: PLR2004
        return int(stamp) if told else int(now)

    @property
    def file(self) -> File | None:
        found: File | None = getattr(self, self.type) if self.type in FILES else None
        return found

    @property
    def pressed(self) -> Pressed | None:
        inner = self.interactive or Interactive()
        return self.button or inner.button_reply or inner.list_reply


class _Phone(Struct):
    phone_number_id: str = ""


class _Value(Struct):
    metadata: _Phone | None = None
    messages: list[dict[str, Any]] = []


class _Change(Struct):
    field: str
    value: dict[str, Any]


class _Entry(Struct):
    changes: list[_Change] = []


class _Webhook(Struct):
    object: str
    entry: list[_Entry] = []


TAKEN = ("text", "button", "interactive", *FILES)
"""Everything else (reactions, stickers, places, what was unsent) says nothing to us."""


def messages_in(found: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """Each message to us, with the number's id that it was sent to.

    Not those of groups, which are answered in another way, nor what became of our own answers.
    """
    for entry in shape(found, _Webhook).entry:
        for change in entry.changes:
            if change.field != "messages":
                continue
            value = shape(change.value, _Value)
            phone = value.metadata.phone_number_id if value.metadata else ""
            for one in value.messages:
                if one.get("type") in TAKEN and not one.get("group_id"):
                    yield phone, shape(one, Message)


def text_of(message: Message) -> str:
    """What was written, or what the button carries that was pressed."""
    if message.text:
        return message.text.body.strip()
    if message.pressed:
        pressed = message.pressed
        return (pressed.payload or pressed.id or pressed.title or pressed.text).strip()
    return message.file.caption.strip() if message.file else ""


def attachments_of(message: Message, envelope: UUID) -> tuple[Attachment, ...]:
    file = message.file
    if file is None or not file.id:
        return ()
    media_type = file.mime_type.partition(";")[0].strip()
    suffix = media_type.partition("/")[2]
    return (
        Attachment(
            key=f"uploads/{envelope}/0",
            name=file.filename or f"{message.type}.{SUFFIXES.get(suffix, suffix or 'bin')}",
            media_type=media_type,
            size=0,
            source={"media": file.id},
        ),
    )
