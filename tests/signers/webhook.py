"""Messages of any system that signs them by Standard Webhooks."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from tests.kit import webhooks

VALUES = {
    # the example of the specification's libraries, and plain words
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "signing_secret": "whsec_" + b64encode(b"an example secret of 32 letters!").decode(),
    "url": "https://hooks.example.com/switchboard",
}
SENDER = "user-{}".format


def message(
    text: str,
    *,
    number: int,
    now: float,
    chat: int = 1,
    user: int = 1,
    values: Mapping[str, str] = VALUES,
) -> Any:
    found = {"text": text, "sender": SENDER(user), "conversation": f"chat-{chat}"}
    return signed(found, now=now, values=values, message=f"msg_{number}")


def signed(
    found: Any, *, now: float, values: Mapping[str, str] = VALUES, message: str = "msg_1"
) -> Any:
    body = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
    return webhooks.event("webhook/main", body, headers_of(body, message, now, values["secret"]))


def headers_of(body: bytes, message: str, now: float, secret: str) -> dict[str, str]:
    stamp, key = str(int(now)), b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


SIGNED_AT = 1_760_000_000.0
HANDSHAKES: list[Any] = []
EVENTS = [{"text": "hello", "sender": "user-1", "conversation": "chat-1", "id": "order-17"}]
