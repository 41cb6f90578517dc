"""Webhooks as WhatsApp's Cloud API sends them: signed, with escapes for all but ASCII."""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from switchboard.errors import (
    BadRequestError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = {
    "app_secret": "0123456789abcdef0123456789abcdef",
    "verify_token": "an example that the operator has chosen",
    "access_token": "example-access-token",
}
SENDER = "1650555{:04d}".format
CHALLENGE = "1158201444"


def _text(one: Said) -> dict[str, Any]:
    """A message to one of the account's numbers; a chat is a number and a person."""
    said = {**head(one.number, one.now, one.user), "type": "text", "text": {"body": one.text}}
    return callback(change([said], chat=one.chat))


def _document(one: Said) -> dict[str, Any]:
    """A document with a caption; its media id is its name."""
    about = {"id": one.name, "mime_type": one.media_type}
    file = {**about, "filename": one.name, "caption": one.text}
    said = {**head(one.number, one.now, one.user), "type": "document", "document": file}
    return callback(change([said], chat=one.chat))


def head(number: int, now: float, user: int = 1) -> dict[str, Any]:
    return {"from": SENDER(user), "id": f"wamid.{number}", "timestamp": str(int(now))}


def change(said: list[Any], *, chat: int = 1, **value: Any) -> dict[str, Any]:
    found = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "15550783881",
            "phone_number_id": f"10654035{chat:04d}",
        },
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": "16505550001"}],
        "messages": said,
        **value,
    }
    return {"field": "messages", "value": found}


def callback(*changes: Any) -> dict[str, Any]:
    entry = {"id": "102290129340398", "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = webhooks.encoded(found, ascii_only=True)
    return webhooks.event("whatsapp/main", body, signature(body, values["app_secret"]))


def signature(body: bytes, secret: str) -> dict[str, str]:
    return {
        "x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    }


def handshake(token: str = VALUES["verify_token"]) -> Any:
    """What Meta asks, with a GET, before it takes an address."""
    query = {"hub.mode": "subscribe", "hub.challenge": CHALLENGE, "hub.verify_token": token}
    found = webhooks.event("whatsapp/main", b"", {}, method="GET")
    return {**found, "rawQueryString": urlencode(query)}


message = saying(_text, signed, VALUES)
file_message = saying(_document, signed, VALUES)
HEAD = head(1, 1_760_000_000.0)
TEXT = {**HEAD, "type": "text", "text": {"body": "Café 😀 你好?"}, "context": {"id": "wamid.0"}}
VOICE = {
    **HEAD,
    "type": "audio",
    "audio": {"id": "77", "mime_type": "audio/ogg; codecs=opus", "sha256": "", "voice": True},
}
DOCUMENT = {
    **HEAD,
    "type": "document",
    "document": {"id": "78", "mime_type": "application/pdf", "filename": "a.pdf", "caption": "see"},
}
BUTTON = {**HEAD, "type": "button", "button": {"payload": "/help", "text": "Help"}}
CHOSEN = {
    **HEAD,
    "type": "interactive",
    "interactive": {"type": "button_reply", "button_reply": {"id": "/help", "title": "Help"}},
}
REACTION = {**HEAD, "type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}}
STATUS = {"id": "wamid.9", "status": "delivered", "recipient_id": "16505550001"}
EVENTS = [callback(change([one])) for one in (TEXT, VOICE, DOCUMENT, BUTTON, CHOSEN)]


def of(*said: Any, chat: int = 1) -> dict[str, Any]:
    return callback(change([*said], chat=chat))


IGNORED = [
    of(REACTION),
    of(TEXT | {"type": "sticker"}),
    of(TEXT | {"type": "unsupported", "errors": [{"code": 131051}]}),
    of(TEXT | {"type": ["text"]}),
    of(TEXT | {"group_id": "G1"}),
    of(TEXT | {"text": {"body": "  "}}),
    callback(change([], statuses=[STATUS])),
    callback({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}}),
    callback(),
]
UNSIGNED = {"stale"}  # no time is signed
ODD = [
    *(of(TEXT | {"id": one}) for one in ("", 5)),
    *(of(TEXT | {"from": one}) for one in ("", None)),
    *(of(TEXT | {"text": one}) for one in ("hello", {"body": "\udfff"})),
    *(of(one) for one in (None, [], "text")),
    callback(change([TEXT], metadata={})),
    callback(change([TEXT], metadata="x")),
    callback({"field": "messages", "value": None}),
    callback({"field": "messages", "value": {"messages": {}}}),
    callback(5),
    {"object": "whatsapp_business_account", "entry": [None]},
    {"object": "whatsapp_business_account", "entry": [{"changes": 1}]},
]
MALFORMED = [b"", b"[]", {}, {"object": 5}]


def together(*found: Any) -> dict[str, Any]:
    """All of them in one webhook."""
    return {**found[0], "entry": [one for each in found for one in each["entry"]]}


CODES = {
    ClosedWindowError: [131047],
    RateLimitedError: [4, 80007, 130429, 131048, 131056],
    UnavailableError: [
        *(0, 1, 2, 3, 10, 190, 200, 299),
        *(131000, 131005, 131016, 131031, 131057, 133004),
    ],
    RejectedError: [131026, 131049, 300],
    BadRequestError: ["?"],
}
REFUSALS = [
    *((error, 400, {"error": {"code": code}}) for error, codes in CODES.items() for code in codes),
    *((RejectedError, 400, {"error": one}) for one in ({}, None)),
]
OTHERS = {
    kind: of({**TEXT, "text": {"body": YES}, "context": {kind: True}})
    for kind in ("forwarded", "frequently_forwarded")
}
