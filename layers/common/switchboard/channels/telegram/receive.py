"""Telegram: messages and pressed buttons. Source: core.telegram.org/bots/api."""

import re
from collections.abc import Mapping

from msgspec import Struct, field, json

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.channels.kit.files import Sent, attachments
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender

MENTION = re.compile(r"^(?:(/[^\s@]*)@\S+|@\S+\s*)")
"""`/help@the_bot github` and `@the_bot /help` are how a bot is addressed in a group."""


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


class TelegramReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret_token")

    def receive(self, webhook: Webhook) -> Received:
        """New messages and presses of people; edits and everything else are ignored."""
        if not any_same(header(webhook, "x-telegram-bot-api-secret-token"), self._secrets):
            raise BadSignatureError("secret token")
        update = shape(read_json(webhook.body), _Update)
        envelope = self._envelope(update, webhook.received_at)
        return Received((envelope,) if envelope else (), _answer(update.callback_query))

    def _envelope(self, update: _Update, now: float) -> Envelope | None:
        press, message = update.callback_query, update.message
        if press is not None and press.message is not None:
            found, sender = press.message, press.sender
            name, text, files = f"{found.message_id}:{press.id}", press.data, []
        elif message is not None and message.sender is not None:
            found, sender, name = message, message.sender, str(message.message_id)
            text, files = found.text or found.caption, _files(found)
        else:
            return None
        if sender.is_bot or not (text or files):
            return None
        chat = str(found.chat.id)
        made = envelope_id("telegram", self._account, chat, name)
        # A plain reply in a group has a thread id too, and no such thread (tdlib/telegram-bot-api
        # issue 447).
        thread = str(found.message_thread_id) if found.is_topic_message else ""
        return Envelope(
            id=made,
            channel="telegram",
            account=self._account,
            conversation=chat,
            sender=Sender(str(sender.id), locale=sender.language_code),
            text=text if press else cleaned(text, MENTION),
            attachments=attachments(made, files),
            reply_to={"chat": chat, "message": str(found.message_id), "thread": thread},
            received_at=now,
        )


def _answer(press: _Press | None) -> Response:
    """A press is answered at once, with nothing, or its button would go on waiting."""
    if press is None:
        return Response(200)
    done = {"method": "answerCallbackQuery", "callback_query_id": press.id}
    return Response(200, json.encode(done).decode() if press.id else "")


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


_: type[Receiver] = TelegramReceiver
