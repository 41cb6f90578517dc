"""What WhatsApp's webhooks hold: messages, pressed buttons. Source: developers.facebook.com."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from switchboard.channels.base import shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned

FILES = ("image", "audio", "video", "document")
SUFFIXES = {"jpeg": "jpg", "mpeg": "mp3", "plain": "txt"}


class _Words(Struct):
    body: str = ""


class _Pressed(Struct):
    """A button or a line of a list: what it carries, and what it shows."""

    id: str = ""
    payload: str = ""
    title: str = ""
    text: str = ""


class _Interactive(Struct):
    button_reply: _Pressed | None = None
    list_reply: _Pressed | None = None


class _File(Struct):
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
    text: _Words | None = None
    button: _Pressed | None = None
    interactive: _Interactive | None = None
    image: _File | None = None
    audio: _File | None = None
    video: _File | None = None
    document: _File | None = None

    def written(self, now: float) -> int:
        """When it was, in seconds since 1970; `now` where that is not told."""
        stamp = self.timestamp
        told = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12  # noqa: PLR2004
        return int(stamp) if told else int(now)

    @property
    def words(self) -> str:
        """What was written, or what the button carries that was pressed."""
        inner = self.interactive or _Interactive()
        pressed = self.button or inner.button_reply or inner.list_reply
        if self.text:
            return cleaned(self.text.body)
        if pressed:
            return cleaned(pressed.payload or pressed.id or pressed.title or pressed.text)
        return cleaned(self._file.caption) if self._file else ""

    @property
    def files(self) -> tuple[Sent, ...]:
        file = self._file
        if file is None or not file.id:
            return ()
        media_type = file.mime_type.partition(";")[0].strip()
        suffix = media_type.partition("/")[2]
        name = file.filename or f"{self.type}.{SUFFIXES.get(suffix, suffix or 'bin')}"
        return (Sent({"media": file.id}, name, media_type),)

    @property
    def _file(self) -> _File | None:
        found: _File | None = getattr(self, self.type) if self.type in FILES else None
        return found


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
