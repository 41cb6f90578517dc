"""Interactions as Discord sends them, signed with the key of RFC 8032, 7.1, test 2."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from switchboard.errors import BadRequestError, ClosedWindowError, RejectedError
from tests.kit import webhooks
from tests.signers.saying import NOW, YES, Said, saying

SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
VALUES = {"public_key": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"}
SENDER = "5390823250618{:04d}".format
FILES = "https://cdn.discordapp.com"


def _asked(one: Said, resolved: Any = None) -> dict[str, Any]:
    """`/ask text:…` in a channel of a server."""
    option = {"name": "text", "type": 3, "value": one.text}
    asked: dict[str, Any] = {"id": "1", "name": "ask", "type": 1, "options": [option]}
    if resolved:
        asked["resolved"] = resolved
    return interaction(asked, number=one.number, chat=one.chat, user=one.user)


def _with_file(one: Said) -> dict[str, Any]:
    """A command with a file that the account's `api`, or else the platform, has."""
    url = f"{one.values.get('api', FILES)}/files/{quote(one.name)}"
    file = {"id": "99", "url": url, "filename": one.name, "content_type": one.media_type, "size": 5}
    return _asked(one, {"attachments": {"99": file}})


def interaction(
    asked: Any, *, number: int = 1, chat: int = 1, user: int = 1, kind: int = 2
) -> dict[str, Any]:
    return {
        "id": f"78705308{number:010d}",
        "application_id": "7870530800",
        "type": kind,
        "token": f"example-token-{chat}-{number}",
        "version": 1,
        "guild_id": "290926798626357999",
        "channel_id": f"64515594{chat:010d}",
        "locale": "en-GB",
        "member": {"user": {"id": SENDER(user), "username": "ada"}, "roles": []},
        "data": asked,
    }


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = webhooks.encoded(found)
    return webhooks.event("discord/main", body, signature(body, now))


def signature(body: bytes, now: float, seed: bytes = SEED) -> dict[str, str]:
    stamp = str(int(now))
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return {
        "x-signature-ed25519": key.sign(stamp.encode() + body).hex(),
        "x-signature-timestamp": stamp,
    }


message = saying(_asked, signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
PING = {"id": "787053080478613555", "token": "example-token", "type": 1, "version": 1}
FILE = {
    "id": "99",
    "url": f"{FILES}/attachments/1/99/a.png",
    "filename": "a.png",
    "content_type": "image/png",
    "size": 123,
}
OPTIONS = [
    {"name": "text", "type": 3, "value": "hello"},
    {"name": "file", "type": 11, "value": "99"},
]
COMMAND = {
    "id": "1",
    "name": "ask",
    "type": 1,
    "options": OPTIONS,
    "resolved": {"attachments": {"99": FILE}},
}
OF_A_MESSAGE = {
    "id": "2",
    "name": "Ask about it",
    "type": 3,
    "target_id": "42",
    "resolved": {
        "messages": {
            "42": {
                "id": "42",
                "content": "/help\nyou",
                "author": {"id": "7", "username": "eve"},
                "attachments": [FILE],
            }
        }
    },
}
BUTTON = {"component_type": 2, "custom_id": "/help github"}
EVENTS = [
    interaction(COMMAND),
    interaction(OF_A_MESSAGE, number=2),
    interaction(BUTTON, number=3, kind=3),
]
BOT = {"user": {"id": SENDER(1), "bot": True}}
IGNORED = [
    *(interaction(COMMAND, kind=kind) for kind in (4, 5, 99)),
    interaction({"id": "1", "name": "Ask", "type": 3, "target_id": "9"}),
    interaction({"component_type": 2, "custom_id": ""}, kind=3),
    {**interaction(COMMAND), "member": BOT},
]
HANDSHAKES = [signed(PING, now=NOW)]
MALFORMED = [
    interaction(COMMAND) | fields
    for fields in (
        {"guild_id": ""},
        {"member": None},
        {"member": None, "user": {"id": "7"}},
        {"member": None, "guild_id": ""},
        {"member": {"user": {"id": ""}}},
        *({name: ""} for name in ("id", "application_id", "token", "channel_id")),
    )
]
REFUSALS = [
    *((ClosedWindowError, 404, {"code": code}) for code in (10008, 10015, 10062, 50027)),
    (RejectedError, 400, {"code": 50035, "message": "Invalid Form Body"}),
    (BadRequestError, 400, {"code": ["?"]}),
]
ELSEWHERE = [
    {"url": f"https://{host}/attachments/1/2/a.png"}
    for host in ("example.com", "cdn.discordapp.com.example.com", "cdn.discordapp.com:8443")
]
HOLDS = 300


def _asked_about(author):
    """Somebody chose our command in the menu of another's message."""
    found = json.loads(json.dumps(OF_A_MESSAGE))
    found["resolved"]["messages"]["42"] |= {"content": YES, "author": author}
    return interaction(found)


OTHERS = {
    "somebody else's": _asked_about({"id": "7", "username": "eve"}),
    "a bot's": {**interaction(COMMAND), "member": BOT},
    "what a bot said": _asked_about({"id": "9", "username": "us", "bot": True}),
}
