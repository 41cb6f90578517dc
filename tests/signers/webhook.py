"""Messages of any system that signs them by Standard Webhooks."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from tests.kit import webhooks
from tests.signers.saying import Said, saying

VALUES = {
    # the example of the specification's libraries, and plain words
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "signing_secret": "whsec_" + b64encode(b"an example secret of 32 letters!").decode(),
    "url": "https://hooks.example.com/switchboard",
}
SENDER = "user-{}".format


def signed(
    found: Any, *, now: float, values: Mapping[str, str] = VALUES, message: str = "msg_1"
) -> Any:
    body = webhooks.encoded(found)
    return webhooks.event("webhook/main", body, headers_of(body, message, now, values["secret"]))


def headers_of(body: bytes, message: str, now: float, secret: str) -> dict[str, str]:
    stamp, key = str(int(now)), b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def _words(one: Said) -> tuple[dict[str, str], str]:
    found = {"text": one.text, "sender": SENDER(one.user), "conversation": f"chat-{one.chat}"}
    return found, f"msg_{one.number}"


def _numbered(found: tuple[Any, str], *, now: float, values: Mapping[str, str]) -> Any:
    return signed(found[0], now=now, values=values, message=found[1])


message = saying(_words, _numbered, VALUES)
EVENTS = [{"text": "hello", "sender": "user-1", "conversation": "chat-1", "id": "order-17"}]
MALFORMED = [
    *({**EVENTS[0], name: ""} for name in ("text", "sender", "conversation")),
    {**EVENTS[0], "text": " "},
    {**EVENTS[0], "sender": "u" * 201},
]
HOLDS = 300
OTHERS = {}
"""Another system: it is nobody's yes, whatever it says."""
