"""Feishu and Lark: encrypted events and the challenge. Source: open.feishu.cn."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, json

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.feishu import sign
from switchboard.channels.feishu.message import Said, said_in
from switchboard.channels.kit.files import attachments
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender
from switchboard.net import cipher

WINDOW_SECONDS = 3600
"""Retries come after up to 6 h but are signed when sent; the vendor names no window."""
MAX_CHALLENGE = 1000


class _Sealed(Struct):
    encrypt: str


class FeishuReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._keys = [key.encode() for key in current(values, "encrypt_key")]
        self._tokens = current(values, "verification_token")
        self._us = values.get("bot_open_id", "").strip()

    def receive(self, webhook: Webhook) -> Received:
        event = self._proven(webhook)
        if event.get("type") == "url_verification":
            answer = {"challenge": str(event.get("challenge", ""))[:MAX_CHALLENGE]}
            return Received(response=Response(200, json.encode(answer).decode()))
        said = said_in(event, self._us)
        envelopes = (self._envelope(said, webhook.received_at),) if said else ()
        return Received(envelopes, Response(200, "{}"))

    def _proven(self, webhook: Webhook) -> dict[str, Any]:
        """Signed bytes, then our token inside; only the challenge comes without a signature."""
        signed = "x-lark-signature" in webhook.headers
        if signed:
            self._verify(webhook)
        event = self._opened(webhook.body)
        if not any_same(token_of(event), self._tokens):
            raise BadSignatureError("token")
        if not signed and event.get("type") != "url_verification":
            raise BadSignatureError("unsigned")
        return event

    def _verify(self, webhook: Webhook) -> None:
        stamp = header(webhook, "x-lark-request-timestamp")
        nonce = header(webhook, "x-lark-request-nonce")
        fresh(stamp, webhook.received_at, WINDOW_SECONDS)
        expected = [sign.of_event(stamp, nonce, key, webhook.body) for key in self._keys]
        if not any_same(header(webhook, "x-lark-signature"), expected):
            raise BadSignatureError("digest")

    def _opened(self, body: bytes) -> dict[str, Any]:
        """The decrypted event; one error for all that can be wrong with a ciphertext."""
        for key in self._keys:
            try:
                sealed = shape(read_json(body), _Sealed).encrypt
                return read_json(cipher.unseal(key, sealed))
            except (ValueError, BadRequestError):
                continue
        raise BadSignatureError("ciphertext")

    def _envelope(self, said: Said, now: float) -> Envelope:
        made = envelope_id("feishu", self._account, said.chat, said.id)
        return Envelope(
            id=made,
            channel="feishu",
            account=self._account,
            conversation=said.chat,
            chat="direct" if said.alone else "group",
            sender=Sender(said.sender),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to={"message_id": said.message},
            received_at=now,
        )


def token_of(event: Mapping[str, Any]) -> str:
    """The verification token of an event of either version, or nothing."""
    head = event.get("header")
    token = head.get("token") if isinstance(head, dict) else None
    return str(token or event.get("token") or "")


_: type[Receiver] = FeishuReceiver
