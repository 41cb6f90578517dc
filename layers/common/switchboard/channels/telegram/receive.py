"""Telegram: messages and pressed buttons. Source: core.telegram.org/bots/api."""

from collections.abc import Mapping

from msgspec import json

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
from switchboard.channels.kit.files import attachments
from switchboard.channels.telegram.message import Press, Said, Update, said_in
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender


class TelegramReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret_token")
        self._us = values.get("bot_username", "").strip().removeprefix("@")

    def receive(self, webhook: Webhook) -> Received:
        """New messages and presses of people; edits and everything else are ignored."""
        if not any_same(header(webhook, "x-telegram-bot-api-secret-token"), self._secrets):
            raise BadSignatureError("secret token")
        update = shape(read_json(webhook.body), Update)
        said = said_in(update, self._us)
        envelopes = (self._envelope(said, webhook.received_at),) if said else ()
        return Received(envelopes, _answer(update.callback_query))

    def _envelope(self, said: Said, now: float) -> Envelope:
        message, sender = said.message, said.sender
        chat = str(message.chat.id)
        made = envelope_id("telegram", self._account, chat, said.name)
        place = {"chat": chat, "message": str(message.message_id), "thread": message.thread}
        return Envelope(
            id=made,
            channel="telegram",
            account=self._account,
            conversation=chat,
            chat="direct" if message.chat.type == "private" else "group",
            sender=Sender(str(sender.id), locale=sender.language_code),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to=place,
            received_at=now,
        )


def _answer(press: Press | None) -> Response:
    """A press is answered at once, with nothing, or its button would go on waiting."""
    if press is None:
        return Response(200)
    done = {"method": "answerCallbackQuery", "callback_query_id": press.id}
    return Response(200, json.encode(done).decode() if press.id else "")


_: type[Receiver] = TelegramReceiver
