"""WeCom's intelligent bot: encrypted JSON from chats and groups.

A webhook is answered with a stream that says we are working, and the first poll for more ends it:
ingest has no table to keep an answer in, and polls end after 6 minutes, `response_url` after 60.
Source: developer.work.weixin.qq.com path 100719, 101031, 101033.
"""

from collections.abc import Mapping

from msgspec import json

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.files import attachments
from switchboard.channels.kit.wecom_crypto import (
    Opened,
    answer,
    asked,
    json_ciphertext,
    opened,
    sealed_in,
)
from switchboard.channels.wecombot.message import Callback, files_of, words_of
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Locale, Sender
from switchboard.phrases import locale_of, say

RECEIVERS = ("",)
"""An app's receiver is its company; a bot's is empty."""


class WecombotReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "token")
        self._keys = current(values, "encoding_aes_key")
        self._name = values.get("bot_name", "").strip()

    def receive(self, webhook: Webhook) -> Received:
        """A set-up request is answered with its decrypted `echostr` and nothing around it."""
        found = self._opened(webhook)
        if webhook.method == "GET":
            return Received(response=_plain(found.message.decode("utf-8", "replace")))
        callback = shape(read_json(found.message), Callback)
        if callback.msgtype == "stream":
            stream = callback.stream.id
            locale: Locale = "zh" if stream.startswith("zh-") else "en"
            return Received(response=_streamed(found, webhook, stream, locale, finish=True))
        envelope = self._envelope(callback, webhook.received_at)
        if envelope is None:
            return Received(response=_plain())
        if callback.msgtype == "event":
            return Received((envelope,), _plain())
        locale = locale_of(envelope.text)
        stream = f"{locale}-{envelope.id.hex}"
        return Received((envelope,), _streamed(found, webhook, stream, locale, finish=False))

    def _opened(self, webhook: Webhook) -> Opened:
        sealed = sealed_in(webhook, json_ciphertext)
        return opened(sealed, self._tokens, self._keys, RECEIVERS)

    def _envelope(self, callback: Callback, now: float) -> Envelope | None:
        """None for what is no message: somebody coming in, feedback."""
        text, files = words_of(callback, self._name), files_of(callback)
        if not (text or files):
            return None
        user, bot = callback.sender.userid, callback.aibotid
        chat = callback.chatid if callback.chattype == "group" else user
        known = callback.chattype in {"group", "single"}
        if not (known and callback.msgid and user and chat and bot):
            raise BadRequestError("a message without its ids")
        conversation = f"{callback.chattype}:{chat}"
        made = envelope_id("wecombot", self._account, conversation, callback.msgid)
        return Envelope(
            id=made,
            channel="wecombot",
            account=self._account,
            conversation=conversation,
            chat="direct" if callback.chattype == "single" else "group",
            sender=Sender(f"{bot}:{user}"),
            text=text,
            attachments=attachments(made, files),
            reply_to={"response_url": callback.response_url},
            received_at=now,
        )


def _plain(text: str = "") -> Response:
    return Response(200, text, "text/plain")


def _streamed(
    found: Opened, webhook: Webhook, stream: str, locale: Locale, *, finish: bool
) -> Response:
    """A piece of a stream, under the token and the key that the webhook came under."""
    piece = {"id": stream, "finish": finish, "content": say("working", locale)}
    plain = json.encode({"msgtype": "stream", "stream": piece})
    stamp, nonce = int(webhook.received_at), asked(webhook, "nonce")
    sealed, signed = answer(found, plain, str(stamp), nonce)
    body = {"encrypt": sealed, "msgsignature": signed, "timestamp": stamp, "nonce": nonce}
    return Response(200, json.encode(body).decode())


_: type[Receiver] = WecombotReceiver
