"""Feishu and Lark: encrypted events, the challenge, replies. Source: open.feishu.cn."""

import hashlib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, json

from switchboard.channels import http, tokens
from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    envelope_id,
    fresh,
    header,
    read_json,
    same,
    shape,
)
from switchboard.channels.feishu_event import Event, words_of
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Envelope, ReplyTo, Sender

WINDOW_SECONDS = 3600
"""Retries come after up to 6 h but are signed when sent; the vendor names no window."""
REFRESH_SECONDS = 1800
"""The vendor issues a new token only when less than this is left of the old one."""
TOKEN_INVALID = {99991661, 99991663, 99991664}
TOO_FAST = {99991400, 230020, 11232}


class _Sealed(Struct):
    encrypt: str


class _Done(Struct):
    """What every answer says; 0 is success."""

    code: int = -1


class _Token(_Done):
    tenant_access_token: str = ""
    expire: int = 0


class Feishu:
    methods = ("POST",)
    inbound = ("encrypt_key", "verification_token")
    outbound = ("app_id", "app_secret")
    content_types = ("application/json",)
    limits = Limits(text=25_000, units="bytes")  # a card carries 30 KB with its wrapping
    takes_files = False
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._key = values.get("encrypt_key", "").encode()
        self._api = values.get("api", "https://open.feishu.cn")

    def verify(self, webhook: Webhook) -> None:
        """Signed bytes, then our token inside; only the challenge comes without a signature."""
        signed = "x-lark-signature" in webhook.headers
        if signed:
            self._verify_signature(webhook)
        event = self._open(webhook)
        token = _object(event, "header").get("token") or event.get("token") or ""
        if not same(str(token), self._values["verification_token"]):
            raise BadSignatureError("token")
        if not signed and event.get("type") != "url_verification":
            raise BadSignatureError("unsigned")

    def handshake(self, webhook: Webhook) -> Response | None:
        event = self._open(webhook)
        if event.get("type") != "url_verification":
            return None
        challenge = str(event.get("challenge", ""))[:1000]
        return Response(200, json.encode({"challenge": challenge}).decode())

    def parse(self, webhook: Webhook) -> list[Envelope]:
        body = self._open(webhook)
        if _object(body, "header").get("event_type") != "im.message.receive_v1":
            return []
        event = shape(body.get("event"), Event)
        message, sender = event.message, event.sender
        if sender.sender_type != "user":
            return []
        if message.chat_type == "group" and not message.mentions:
            return []
        open_id = sender.sender_id.open_id if sender.sender_id else ""
        if not (message.message_id and message.chat_id and open_id):
            raise BadRequestError("an event without its ids")
        return [
            Envelope(
                id=envelope_id("feishu", self._account, message.chat_id, message.message_id),
                channel="feishu",
                account=self._account,
                conversation=message.chat_id,
                sender=Sender(f"{sender.tenant_key}:{open_id}"),
                text=words_of(message),
                reply_to={"message_id": message.message_id},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown  # a card of schema 2.0 takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        card = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": part.text}]}}
        payload = {
            "msg_type": "interactive",
            "content": json.encode(card).decode(),
            "uuid": part.key[:50],
        }
        url = f"{self._api}/open-apis/im/v1/messages/{reply_to['message_id']}/reply"
        bearer = {"authorization": f"Bearer {self._token()}"}
        reply = http.post(url, payload, bearer)
        code = shape(reply.body, _Done).code
        if code in TOKEN_INVALID:
            tokens.forget(f"feishu/{self._account}")
            raise UnavailableError("token refused")
        if code in TOO_FAST:
            raise RateLimitedError(str(code), retry_after=http.retry_after(reply))
        if code != 0:
            raise RejectedError(str(code))

    def _verify_signature(self, webhook: Webhook) -> None:
        stamp = header(webhook, "x-lark-request-timestamp")
        nonce = header(webhook, "x-lark-request-nonce")
        fresh(stamp, webhook.received_at, WINDOW_SECONDS)
        # A plain hash, not an HMAC: that is the vendor's scheme.
        signed = stamp.encode() + nonce.encode() + self._key + webhook.body
        if not same(header(webhook, "x-lark-signature"), hashlib.sha256(signed).hexdigest()):
            raise BadSignatureError("digest")

    def _open(self, webhook: Webhook) -> dict[str, Any]:
        """The decrypted body. One error for all that can be wrong with a ciphertext."""
        from switchboard.channels import cipher  # noqa: PLC0415  a library only this channel needs

        try:
            sealed = shape(read_json(webhook.body), _Sealed).encrypt
            return read_json(cipher.unseal(self._key, sealed))
        except (ValueError, BadRequestError) as error:
            raise BadSignatureError("ciphertext") from error

    def _token(self) -> str:
        return tokens.held(f"feishu/{self._account}", self._new_token)

    def _new_token(self) -> tuple[str, float]:
        payload = {"app_id": self._values["app_id"], "app_secret": self._values["app_secret"]}
        url = f"{self._api}/open-apis/auth/v3/tenant_access_token/internal"
        reply = http.post(url, payload)
        found = shape(reply.body, _Token)
        if found.code != 0 or not found.tenant_access_token:
            raise UnavailableError(f"no tenant token: {found.code}")
        return found.tenant_access_token, found.expire - REFRESH_SECONDS


def _object(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}
