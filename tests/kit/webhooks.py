"""Webhooks as API Gateway hands them over (payload 2.0), signed as each platform signs them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
Values = Mapping[str, str]
ACCOUNTS: dict[str, dict[str, str]] = {
    "web/main": {"session_secret": "a secret of the web, long enough"},
    "slack/main": {"signing_secret": "slack's secret of 32 characters.", "bot_token": "xoxb-1"},
    "telegram/main": {
        "secret_token": "telegram-secret-of-thirty-two-characters",
        "bot_token": "1:bot",
    },
    "feishu/main": {
        "encrypt_key": "feishu's key",
        "verification_token": "feishu's token",
        "app_id": "cli_1",
        "app_secret": "feishu's secret",
    },
}
"""What ingest and deliver are told in tests, in one parameter."""


def event(
    account: str,
    body: bytes,
    headers: Mapping[str, str],
    method: str = "POST",
    query: Mapping[str, str] | None = None,
) -> Any:
    """A request to `/webhook/<account>`."""
    return {
        "version": "2.0",
        "rawPath": f"/webhook/{account}",
        "rawQueryString": urlencode(query or {}, quote_via=quote, safe=""),
        "headers": {"content-type": JSON, **headers},
        "requestContext": {"http": {"method": method, "path": f"/webhook/{account}"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def body_of(event: Mapping[str, Any]) -> bytes:
    """The raw bytes of a request as the HTTP API hands it over."""
    return base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()


def web(text: str, *, message: UUID, now: float, sub: str = "ada", **fields: Any) -> Any:
    """A message from the chat page, under a session of `sub`'s."""
    return web_signed({"id": str(message), "text": text, **fields}, now=now, sub=sub)


def web_signed(
    found: Any, *, now: float, sub: str = "ada", values: Values = ACCOUNTS["web/main"]
) -> Any:
    token = session(sub, int(now) + 3600, values["session_secret"])
    return event("web/main", encoded(found, ascii_only=True), {"authorization": f"Bearer {token}"})


@cache
def session(sub: str, expires: int, secret: str) -> str:
    claims = {"sub": sub, "aud": "switchboard-web", "exp": expires}
    parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
    signed = ".".join(parts)
    digest = hmac.digest(secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{_base64(digest)}"


def slack(text: str, *, ts: str, now: float, user: str = "U1", channel: str = "D1") -> Any:
    """A direct message to the bot."""
    message = {"type": "message", "channel_type": "im", "user": user, "text": text}
    callback = {"type": "event_callback", "team_id": "T1"}
    return slack_signed({**callback, "event": {**message, "ts": ts, "channel": channel}}, now=now)


def slack_signed(found: Any, *, now: float, values: Values = ACCOUNTS["slack/main"]) -> Any:
    """An event, or a form when it is given as bytes."""
    body, stamp = encoded(found, ascii_only=True), str(int(now))
    secret = values["signing_secret"].encode()
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, "sha256").hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    form = {"content-type": FORM} if isinstance(found, bytes) and b"=" in found else {}
    return event("slack/main", body, {**headers, **form})


def telegram(text: str, *, message: int, user: int = 7, chat: int = 7) -> Any:
    """A message to the bot in a private chat."""
    sender = {"id": user, "is_bot": False, "language_code": "en"}
    update = {"message_id": message, "from": sender, "chat": {"id": chat}, "text": text}
    return telegram_signed({"update_id": message, "message": update})


def telegram_signed(found: Any, *, values: Values = ACCOUNTS["telegram/main"]) -> Any:
    token = {"x-telegram-bot-api-secret-token": values["secret_token"]}
    return event("telegram/main", encoded(found, ascii_only=True), token)


def feishu(text: str, *, message: str, now: float, user: str = "ou_1", chat: str = "oc_1") -> Any:
    """A private message to the app, encrypted and signed."""
    sender = {"sender_id": {"open_id": user}, "sender_type": "user", "tenant_key": "t1"}
    said = {
        "message_id": message,
        "chat_id": chat,
        "chat_type": "p2p",
        "message_type": "text",
        "content": json.dumps({"text": text}),
    }
    found = {"header": {"event_type": "im.message.receive_v1"}}
    return feishu_signed({**found, "event": {"sender": sender, "message": said}}, now=now)


def feishu_signed(found: Any, *, now: float, values: Values = ACCOUNTS["feishu/main"]) -> Any:
    """An event with our token put into it, encrypted and signed."""
    plain = found if isinstance(found, bytes) else _with_token(found, values["verification_token"])
    body = json.dumps({"encrypt": _encrypted(plain, values["encrypt_key"])}).encode()
    stamp, nonce = str(int(now)), "nonce"
    signed = stamp.encode() + nonce.encode() + values["encrypt_key"].encode() + body
    headers = {
        "x-lark-request-timestamp": stamp,
        "x-lark-request-nonce": nonce,
        "x-lark-signature": hashlib.sha256(signed).hexdigest(),
    }
    return event("feishu/main", body, headers)


def _with_token(found: Any, token: str) -> bytes:
    header = found.get("header")
    head = {"header": {**header, "token": token}} if isinstance(header, dict) else {"token": token}
    return json.dumps({**found, **head}).encode()


@cache
def _encrypted(plain: bytes, key: str) -> str:
    vector = bytes(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    algorithm = algorithms.AES(hashlib.sha256(key.encode()).digest())
    encryptor = Cipher(algorithm, modes.CBC(vector)).encryptor()
    return base64.b64encode(vector + encryptor.update(padded) + encryptor.finalize()).decode()


def encoded(found: Any, *, ascii_only: bool = False) -> bytes:
    """JSON, unless the bytes are given; some platforms escape all but ASCII."""
    return (
        found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=ascii_only).encode()
    )


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
