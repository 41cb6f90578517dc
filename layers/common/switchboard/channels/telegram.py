"""Telegram: the secret token, replies. Source: core.telegram.org/bots/api."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from switchboard.channels import http
from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender


class _From(Struct):
    id: int
    is_bot: bool = False
    language_code: str = ""


class _Chat(Struct):
    id: int


class _Message(Struct):
    message_id: int
    chat: _Chat
    sender: _From | None = field(name="from", default=None)
    text: str = ""
    caption: str = ""
    message_thread_id: int = 0
    is_topic_message: bool = False


class _Update(Struct):
    update_id: int
    message: _Message | None = None


class Telegram:
    methods = ("POST",)
    inbound = ("secret_token",)
    outbound = ("bot_token",)
    content_types = ("application/json",)
    limits = Limits(text=4_000, units="utf-16")  # of 4,096
    takes_files = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret_token")
        self._token = values.get("bot_token", "")
        self._api = values.get("api", "https://api.telegram.org")

    def verify(self, webhook: Webhook) -> None:
        if not any_same(header(webhook, "x-telegram-bot-api-secret-token"), self._secrets):
            raise BadSignatureError("secret token")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """New messages of people; edits and everything else are ignored."""
        message = shape(read_json(webhook.body), _Update).message
        if message is None or message.sender is None or message.sender.is_bot:
            return []
        chat, text = str(message.chat.id), message.text or message.caption
        if not text:
            return []
        # A plain reply in a group has a thread id too, and no such thread (tdlib/telegram-bot-api
        # issue 447).
        thread = str(message.message_thread_id) if message.is_topic_message else ""
        return [
            Envelope(
                id=envelope_id("telegram", self._account, chat, str(message.message_id)),
                channel="telegram",
                account=self._account,
                conversation=chat,
                sender=Sender(str(message.sender.id), locale=message.sender.language_code),
                text=_without_mention(text),
                reply_to={"chat": chat, "message": str(message.message_id), "thread": thread},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200)

    def render(self, markdown: str) -> str:
        from switchboard.channels import markup  # noqa: PLC0415  ingest renders nothing

        return markup.to_html(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        payload = {
            "chat_id": int(reply_to["chat"]),
            "text": part.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_parameters": {
                "message_id": int(reply_to["message"]),
                "allow_sending_without_reply": True,
            },
        }
        if reply_to.get("thread"):
            payload["message_thread_id"] = int(reply_to["thread"])
        reply = http.post(f"{self._api}/bot{self._token}/sendMessage", payload)
        if reply.body.get("ok") is True:
            return
        if reply.status in {401, 404}:  # the token is wrong: an operator can mend that
            raise UnavailableError(f"telegram answered {reply.status}")
        raise RejectedError(f"telegram answered {reply.status}")


def _without_mention(text: str) -> str:
    """`/help@the_bot github` and `@the_bot /help` are how a bot is addressed in a group."""
    return re.sub(r"^(?:(/[^\s@]*)@\S+|@\S+\s*)", r"\1", text)
