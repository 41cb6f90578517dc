"""What WhatsApp's webhooks hold: messages, pressed buttons. Source: developers.facebook.com."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from switchboard.channels.base import shape
from switchboard.channels.kit.batches import several
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned, quoted
from switchboard.errors import BadRequestError

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


class _Context(Struct, frozen=True):
    forwarded: bool = False
    frequently_forwarded: bool = False


class Message(Struct):
    id: str
    type: str
    number: str = field(name="from", default="")
    """Of the person's phone; left out for who has taken a username instead."""
    user_id: str = field(name="from_user_id", default="")
    """Who it is for our business, whatever number or username they have (business-scoped user
    ids)."""
    context: _Context = _Context()
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
        """What was written, or what the button carries that was pressed; what was forwarded is
        somebody else's.
        """
        inner = self.interactive or _Interactive()
        pressed = self.button or inner.button_reply or inner.list_reply
        if self.text:
            words = cleaned(self.text.body)
            others = self.context.forwarded or self.context.frequently_forwarded
            return quoted(words) if others else words
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


TAKEN = ("text", "button", "interactive", *FILES)
"""Everything else (reactions, stickers, places, what was unsent) says nothing to us."""


def parts_in(found: Mapping[str, Any]) -> Iterator[Any]:
    """Each message, with what is told of the number that it was sent to; none of what became of our
    own answers. What is no message is one that cannot be read. Raises BadRequestError.
    """
    if not isinstance(found.get("object"), str):
        raise BadRequestError("no webhook of Meta's")
    for entry in several(found, "entry"):
        for change in several(entry, "changes"):
            of_messages = not isinstance(change, dict) or change.get("field") == "messages"
            value = change.get("value") if isinstance(change, dict) else None
            metadata = value.get("metadata") if isinstance(value, dict) else None
            for one in several(value, "messages") if of_messages else ():
                yield metadata, one


def message_in(part: tuple[Any, Any]) -> tuple[str, Message] | None:
    """The id of the number and the message that it was sent; None when it says nothing to us, or is
    one of a group, which is answered in another way. Raises BadRequestError when it is malformed.
    """
    metadata, one = part
    if not isinstance(one, dict):
        raise BadRequestError("no message")
    if one.get("type") not in TAKEN or one.get("group_id"):
        return None
    return shape(metadata or {}, _Phone).phone_number_id, shape(one, Message)
