"""Rocket.Chat's webhooks: JSON with the token of an outgoing integration."""

import json
from collections.abc import Mapping
from typing import Any

from switchboard.errors import RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = {
    "token": "ExampleTokenOfIntegration",
    "user_id": "botUserIdExample1",
    "api": "https://rocketchat.example.com",
    "auth_token": "an example token of the bot",
}
SENDER = "aobEdbYhXfu5hk{:03}".format

UNSIGNED = {"stale", "missing", "twice", "flipped"}
"""Nothing is signed: a secret is shown, in the body, and no header but its type is needed."""


def said(text: str, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, Any]:
    """A message in a channel, as an integration tells it."""
    return {
        "bot": False,
        "channel_id": f"ROOM{chat}",
        "channel_name": "general",
        "message_id": f"gPWQdwzsnw8bWs{number:03}",
        "timestamp": "2025-10-09T08:53:20.000Z",
        "user_id": SENDER(user),
        "user_name": "ada",
        "text": f"!sb {text}",
        "trigger_word": "!sb",
        "siteUrl": "https://rocketchat.example.com",
    }


def uploaded(found: dict[str, Any], number: int, name: str, media_type: str) -> dict[str, Any]:
    """The event of an uploaded file: its message comes whole."""
    file = {"_id": f"file{number}", "name": name, "type": media_type, "size": 5}
    preview = {"_id": f"thumb{number}", "name": f"thumb-{name}", "type": "image/png"}
    inner = {"_id": found["message_id"], "msg": found["text"], "file": file}
    return {**found, "message": {**inner, "files": [file, preview]}}


EVENTS = [said("/help"), uploaded(said("read this"), 1, "a.pdf", "application/pdf")]
IGNORED = [
    {**said("/help"), **change}
    for change in (
        {"bot": True},
        {"bot": {"i": "integration"}},
        {"bot": "yes"},
        {"isEdited": True},
        {"user_id": VALUES["user_id"]},
        {"text": "!sb "},
        {"text": None},
    )
]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    if isinstance(found, bytes):
        return webhooks.event("rocketchat/main", found, {})
    body = json.dumps({"token": values["token"], **found}).encode()
    return webhooks.event("rocketchat/main", body, {})


def _with_file(one: Said) -> dict[str, Any]:
    return uploaded(said(one.text, *one.place), one.number, one.name, one.media_type)


message = saying(lambda one: said(one.text, *one.place), signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
MALFORMED = [{**said("/help"), one: ""} for one in ("channel_id", "user_id", "message_id")]
REFUSALS = [
    (UnavailableError, 401, {"status": "error"}),
    *((RejectedError, status, {"success": False}) for status in (200, 302, 400)),
    (RejectedError, 200, {"success": "true"}),
]
OTHERS = {
    "edited": {**said(YES), "isEdited": True},
    "quoted": said("[ ](https://example.com/x?msg=1) thanks")
    | {"message": {"msg": "thanks", "attachments": [{"text": YES}]}},
    "a bot's": {**said(YES), "bot": {"i": "integration"}},
    "our own": {**said(YES), "user_id": VALUES["user_id"]},
}
