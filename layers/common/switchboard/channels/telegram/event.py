"""What Telegram's updates hold: messages, pressed buttons. Source: core.telegram.org/bots/api."""

import re

from msgspec import Struct, field

from switchboard.channels.base import Webhook, envelope_id, read_json, shape
from switchboard.channels.kit.files import Sent, attachments
from switchboard.models import Envelope, Sender


class _From(Struct):
    id: int
    is_bot: bool = False
    language_code: str = ""


class _Chat(Struct):
    id: int


class _File(Struct):
    """A document, a voice, an audio, a video, or one size of a photo."""

    file_id: str
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0


class _Message(Struct):
    message_id: int
    chat: _Chat
    sender: _From | None = field(name="from", default=None)
    text: str = ""
    caption: str = ""
    message_thread_id: int = 0
    is_topic_message: bool = False
    photo: list[_File] = []
    """The same picture in several sizes, the largest last."""
    document: _File | None = None
    voice: _File | None = None
    audio: _File | None = None
    video: _File | None = None


class _Press(Struct):
    id: str
    sender: _From = field(name="from")
    data: str = ""
    message: _Message | None = None
    """The one with the button; its sender is the bot."""


class _Update(Struct):
    update_id: int
    message: _Message | None = None
    callback_query: _Press | None = None


def envelopes(webhook: Webhook, account: str) -> list[Envelope]:
    """New messages and presses of people; edits and everything else are ignored."""
    update = shape(read_json(webhook.body), _Update)
    press, message = update.callback_query, update.message
    if press is not None and press.message is not None:
        found, sender = press.message, press.sender
        name, text, files = f"{found.message_id}:{press.id}", press.data, []
    elif message is not None and message.sender is not None:
        found, sender, name = message, message.sender, str(message.message_id)
        text, files = found.text or found.caption, _files(found)
    else:
        return []
    if sender.is_bot or not (text or files):
        return []
    chat = str(found.chat.id)
    made = envelope_id("telegram", account, chat, name)
    # A plain reply in a group has a thread id too, and no such thread (tdlib/telegram-bot-api
    # issue 447).
    thread = str(found.message_thread_id) if found.is_topic_message else ""
    return [
        Envelope(
            id=made,
            channel="telegram",
            account=account,
            conversation=chat,
            sender=Sender(str(sender.id), locale=sender.language_code),
            text=text if press else _without_mention(text),
            attachments=attachments(made, files),
            reply_to={"chat": chat, "message": str(found.message_id), "thread": thread},
            received_at=webhook.received_at,
        )
    ]


def pressed(webhook: Webhook) -> str:
    """The id of the press in this update, or nothing: its button waits for a word of us."""
    press = shape(read_json(webhook.body), _Update).callback_query
    return press.id if press is not None else ""


def _files(message: _Message) -> list[Sent]:
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


def _without_mention(text: str) -> str:
    """`/help@the_bot github` and `@the_bot /help` are how a bot is addressed in a group."""
    return re.sub(r"^(?:(/[^\s@]*)@\S+|@\S+\s*)", r"\1", text)
