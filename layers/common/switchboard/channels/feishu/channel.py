"""Feishu and Lark: encrypted events, the challenge, replies. Source: open.feishu.cn."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.feishu import event as feishu_event
from switchboard.channels.feishu import sign as feishu_sign
from switchboard.credentials import tokens
from switchboard.errors import BadRequestError, BadSignatureError, UnavailableError
from switchboard.models import Envelope, ReplyTo
from switchboard.net import http
from switchboard.net.http import Download

WINDOW_SECONDS = 3600
"""Retries come after up to 6 h but are signed when sent; the vendor names no window."""
REFRESH_SECONDS = 1800
"""The vendor issues a new token only when less than this is left of the old one."""


class _Sealed(Struct):
    encrypt: str


class _Token(Struct):
    code: int = -1
    """0 is success."""
    tenant_access_token: str = ""
    expire: int = 0


class Feishu:
    methods = ("POST",)
    inbound = ("encrypt_key", "verification_token")
    outbound = ("app_id", "app_secret")
    content_types = ("application/json",)
    # A card carries 30 KB with its wrapping; files as large as a tool takes.
    limits = Limits(text=25_000, units="bytes", file_bytes=20 * 2**20)
    takes_files = True
    takes_buttons = True
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._keys = [one.encode() for one in current(values, "encrypt_key")]
        self._api = values.get("api", "https://open.feishu.cn")
        self._opened: tuple[Webhook | None, dict[str, Any]] = (None, {})

    def verify(self, webhook: Webhook) -> None:
        """Signed bytes, then our token inside; only the challenge comes without a signature."""
        signed = "x-lark-signature" in webhook.headers
        if signed:
            self._verify_signature(webhook)
        event = self._open(webhook)
        if not any_same(token_of(event), current(self._values, "verification_token")):
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
        return feishu_event.envelopes(self._open(webhook), self._account, webhook.received_at)

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown  # a card of schema 2.0 takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        from switchboard.channels.feishu import push as feishu_push  # noqa: PLC0415  ingest sends nothing

        try:
            feishu_push.Push(self._api, self._token()).send(reply_to, part)
        except feishu_push.TokenRefusedError:
            tokens.forget(f"feishu/{self._account}")
            raise

    def download(self, source: Mapping[str, str]) -> Download:
        message, key = quote(source["message"], safe=""), quote(source["key"], safe="")
        path = f"/open-apis/im/v1/messages/{message}/resources/{key}?type={source['type']}"
        bearer = {"authorization": f"Bearer {self._token()}"}
        url = f"{self._api}{path}"
        return http.stream(url, bearer, hosts=(self._api,), limit=self.limits.file_bytes)

    def _verify_signature(self, webhook: Webhook) -> None:
        stamp = header(webhook, "x-lark-request-timestamp")
        nonce = header(webhook, "x-lark-request-nonce")
        fresh(stamp, webhook.received_at, WINDOW_SECONDS)
        expected = [feishu_sign.of_event(stamp, nonce, key, webhook.body) for key in self._keys]
        if not any_same(header(webhook, "x-lark-signature"), expected):
            raise BadSignatureError("digest")

    def _open(self, webhook: Webhook) -> dict[str, Any]:
        """The decrypted body; kept, because verify, handshake and parse each ask for it."""
        if self._opened[0] is not webhook:
            self._opened = (webhook, self._decrypted(webhook))
        return self._opened[1]

    def _decrypted(self, webhook: Webhook) -> dict[str, Any]:
        """One error for all that can be wrong with a ciphertext."""
        from switchboard.net import cipher  # noqa: PLC0415  a library only this channel needs

        for key in self._keys:
            try:
                sealed = shape(read_json(webhook.body), _Sealed).encrypt
                return read_json(cipher.unseal(key, sealed))
            except (ValueError, BadRequestError):
                continue
        raise BadSignatureError("ciphertext")

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


def token_of(event: Mapping[str, Any]) -> str:
    """The verification token of an event of either version, or nothing."""
    return str(_object(event, "header").get("token") or event.get("token") or "")


def _object(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


WHOLE = Feishu
