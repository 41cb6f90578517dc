"""Webhooks as API Gateway hands them over (payload 2.0), signed as each platform signs them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ACCOUNTS: dict[str, dict[str, str]] = {
    "web/main": {"session_secret": "a secret of the web, long enough"},
    "slack/main": {"signing_secret": "slack's secret", "bot_token": "xoxb-1"},
    "telegram/main": {"secret_token": "telegram's secret", "bot_token": "1:bot"},
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


def web(text: str, *, message: UUID, now: float, sub: str = "ada", **fields: Any) -> Any:
    """A message from the chat page, under a session of `sub`'s."""
    body = json.dumps({"id": str(message), "text": text, **fields}).encode()
    token = session(sub, int(now) + 3600)
    return event("web/main", body, {"authorization": f"Bearer {token}"})


def session(sub: str, expires: int, secret: str = "") -> str:
    secret = secret or ACCOUNTS["web/main"]["session_secret"]
    claims = {"sub": sub, "aud": "switchboard-web", "exp": expires}
    parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
    signed = ".".join(parts)
    digest = hmac.digest(secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{_base64(digest)}"


def slack(text: str, *, ts: str, now: float, user: str = "U1", channel: str = "D1") -> Any:
    """A direct message to the bot."""
    message = {"type": "message", "channel_type": "im", "user": user, "text": text}
    callback = {"type": "event_callback", "team_id": "T1"}
    body = json.dumps({**callback, "event": {**message, "ts": ts, "channel": channel}}).encode()
    stamp = str(int(now))
    secret = ACCOUNTS["slack/main"]["signing_secret"].encode()
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, "sha256").hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    return event("slack/main", body, headers)


def telegram(text: str, *, message: int, user: int = 7, chat: int = 7) -> Any:
    """A message to the bot in a private chat."""
    sender = {"id": user, "is_bot": False, "language_code": "en"}
    update = {"message_id": message, "from": sender, "chat": {"id": chat}, "text": text}
    body = json.dumps({"update_id": message, "message": update}).encode()
    token = ACCOUNTS["telegram/main"]["secret_token"]
    return event("telegram/main", body, {"x-telegram-bot-api-secret-token": token})


def feishu(text: str, *, message: str, now: float, user: str = "ou_1", chat: str = "oc_1") -> Any:
    """A private message to the app, encrypted and signed."""
    values = ACCOUNTS["feishu/main"]
    sender = {"sender_id": {"open_id": user}, "sender_type": "user", "tenant_key": "t1"}
    said = {
        "message_id": message,
        "chat_id": chat,
        "chat_type": "p2p",
        "message_type": "text",
        "content": json.dumps({"text": text}),
    }
    header = {"event_type": "im.message.receive_v1", "token": values["verification_token"]}
    plain = json.dumps({"header": header, "event": {"sender": sender, "message": said}}).encode()
    body = json.dumps({"encrypt": _encrypted(plain, values["encrypt_key"])}).encode()
    stamp, nonce = str(int(now)), "nonce"
    signed = stamp.encode() + nonce.encode() + values["encrypt_key"].encode() + body
    headers = {
        "x-lark-request-timestamp": stamp,
        "x-lark-request-nonce": nonce,
        "x-lark-signature": hashlib.sha256(signed).hexdigest(),
    }
    return event("feishu/main", body, headers)


def _encrypted(plain: bytes, key: str) -> str:
    vector = bytes(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    algorithm = algorithms.AES(hashlib.sha256(key.encode()).digest())
    encryptor = Cipher(algorithm, modes.CBC(vector)).encryptor()
    return base64.b64encode(vector + encryptor.update(padded) + encryptor.finalize()).decode()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
