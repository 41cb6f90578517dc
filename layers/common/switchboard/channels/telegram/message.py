"""What Telegram's updates hold: messages to us, pressed buttons.

Source: core.telegram.org/bots/api. A bot may see what a group says to others: what names us,
answers us, or is a command that names nobody is said to us (bots/features#commands, #privacy-mode).
"""

import re
from functools import cache
from typing import Any

from msgspec import Struct, field

from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned, naming, quoted

GROUPS = {"group", "supergroup", "channel"}
QUOTES = {"blockquote", "expandable_blockquote"}
_NAMED = re.compile(r"/[^\s@]*@\w")
"""A command that says which bot is meant."""
_ANY = re.compile(r"^(?:(/[^\s@]*)@\S+|@\S+\s*)")


class _From(Struct):
    id: int
    is_bot: bool = False
    language_code: str = ""


class _Named(Struct):
    username: str = ""


class _Chat(Struct):
    id: int
    type: str = "private"


class _Entity(Struct):
    type: str = ""
    offset: int = 0


class _File(Struct):
    """A document, a voice, an audio, a video, or one size of a photo."""

    file_id: str
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0


class _Answered(Struct):
    message_id: int = 0
    sender: _Named | None = field(name="from", default=None)


class Message(Struct):
    message_id: int
    chat: _Chat
    sender: _From | None = field(name="from", default=None)
    text: str = ""
    caption: str = ""
    entities: list[_Entity] = []
    caption_entities: list[_Entity] = []
    message_thread_id: int = 0
    is_topic_message: bool = False
    reply_to_message: _Answered | None = None
    forward_origin: Any = None
    forward_date: Any = None
    """Of servers that do not know `forward_origin` yet (before Bot API 7.0)."""
    via_bot: Any = None
    photo: list[_File] = []
    """The same picture in several sizes, the largest last."""
    document: _File | None = None
    voice: _File | None = None
    audio: _File | None = None
    video: _File | None = None

    @property
    def thread(self) -> str:
        """A plain reply in a group has a thread id too, and no such thread (tdlib/telegram-bot-api
        issue 447).
        """
        return str(self.message_thread_id) if self.is_topic_message else ""

    @property
    def words(self) -> str:
        return self.text or self.caption

    @property
    def is_others(self) -> bool:
        """Whether the words are somebody else's: forwarded, of another bot, or quoted."""
        marks = [one for one in (*self.entities, *self.caption_entities) if not one.offset]
        return bool(
            self.forward_origin
            or self.forward_date
            or self.via_bot
            or any(one.type in QUOTES for one in marks)
        )


class Press(Struct):
    id: str
    sender: _From = field(name="from")
    data: str = ""
    message: Message | None = None
    """The one with the button; its sender is the bot."""


class Update(Struct):
    update_id: int
    message: Message | None = None
    callback_query: Press | None = None


class Said(Struct, frozen=True):
    """What is common to messages and presses."""

    message: Message
    """The one that is answered."""
    name: str
    """The same when the same is said again."""
    sender: _From
    text: str
    files: tuple[Sent, ...] = ()


def said_in(update: Update, us: str) -> Said | None:
    """What a person says to us, whose name is `us`; when it is not known, we are whom the text
    begins with. None when nothing. To be named and nothing else is something.
    """
    press, message = update.callback_query, update.message
    if press is not None and press.message is not None:
        found = press.message
        said = Said(found, f"{found.message_id}:{press.id}", press.sender, press.data)
        return said if press.data and not press.sender.is_bot else None
    if message is None or message.sender is None or message.sender.is_bot:
        return None
    text, files = _to_us(message, us), tuple(_files(message))
    if text is None or not (message.words or files):
        return None
    return Said(message, str(message.message_id), message.sender, text, files)


def _to_us(message: Message, us: str) -> str | None:
    """The words without our name; None when they are meant for others."""
    in_group, text = message.chat.type in GROUPS, cleaned(message.words)
    if message.is_others:
        return None if in_group and us else quoted(text)
    if not us:
        return cleaned(text, _ANY)
    pattern, called = _called(us)
    own = cleaned(cleaned(text, naming(us)), pattern)
    if _NAMED.match(own):
        return None
    meant = own.startswith("/") or called.search(text) or _answers(message, us)
    return own if meant or not in_group else None


@cache
def _called(us: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A command that names us, and our name wherever it stands."""
    name = rf"@{re.escape(us)}(?!\w)"
    patterns = (rf"^(/[^\s@]*){name}", rf"(?<!\w){name}")
    command, anywhere = (re.compile(one, re.IGNORECASE) for one in patterns)
    return command, anywhere


def _answers(message: Message, us: str) -> bool:
    """Whether it is a reply to us. What begins a topic is answered by all that is said in it."""
    answered = message.reply_to_message
    if answered is None or answered.sender is None:
        return False
    begins = message.is_topic_message and answered.message_id == message.message_thread_id
    return answered.sender.username.lower() == us.lower() and not begins


def _files(message: Message) -> list[Sent]:
    found = (
        ("photo.jpg", "image/jpeg", message.photo[-1] if message.photo else None),
        ("document", "", message.document),
        ("voice.ogg", "audio/ogg", message.voice),
        ("audio.mp3", "audio/mpeg", message.audio),
        ("video.mp4", "video/mp4", message.video),
    )
    return [
        Sent({"file": one.file_id}, one.file_name or name, one.mime_type or kind, one.file_size)
        for name, kind, one in found
        if one is not None
    ]
