"""Webhooks as LINE sends them, signed with the secret of the vendor's example."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from switchboard.errors import RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import NOW, YES, Said, saying

VALUES = {
    "channel_secret": "8c570fa6dd201bb328f1c1eac23a96d8",
    "channel_token": "example-channel-token",
}
SENDER = "U{:032x}".format
BOT = "@bot "


def _mention(one: Said) -> dict[str, Any]:
    """A mention of the bot in a group."""
    mention = {"mentionees": [{"index": 0, "length": 4, "type": "user", "isSelf": True}]}
    words = {"type": "text", "text": f"{BOT}{one.text}", "mention": mention}
    source = {"type": "group", "groupId": f"C{one.chat:032x}", "userId": SENDER(one.user)}
    said = {"id": str(one.number), **words}
    return callback(event(said, source, number=one.number, now=one.now))


def _file(one: Said) -> dict[str, Any]:
    """A file to the bot alone; it has no words, and its content is asked for by its id."""
    said = {"id": str(one.number), "type": "file", "fileName": one.name, "fileSize": 5}
    source = {"type": "user", "userId": SENDER(one.user)}
    return callback(event(said, source, number=one.number, now=one.now))


def event(said: Any, source: Any, *, number: int, now: float) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(now * 1000),
        "replyToken": "example-reply-token",
        "webhookEventId": f"01FZ{number:022d}",
        "deliveryContext": {"isRedelivery": False},
        "source": source,
        "message": said,
    }


def callback(*events: Any) -> dict[str, Any]:
    return {"destination": "U8e742f61d673b39c7fff3cecb7536ef0", "events": list(events)}


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = webhooks.encoded(found)
    return webhooks.event("line/main", body, signature(body, values["channel_secret"]))


def signature(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.digest(secret.encode(), body, "sha256")
    return {"x-line-signature": base64.b64encode(digest).decode()}


message = saying(_mention, signed, VALUES)
file_message = saying(_file, signed, VALUES)
PERSON = {"type": "user", "userId": SENDER(1)}
GROUP = {"type": "group", "groupId": "Ca56f94637cc4347f90a25382909b24b9", "userId": SENDER(1)}
TEXT: dict[str, Any] = {
    "id": "444573844083572737",
    "type": "text",
    "quoteToken": "example-quote-token",
    "text": "@bot こんにちは 😀",
    "mention": {"mentionees": [{"index": 0, "length": 4, "type": "user", "isSelf": True}]},
}
PICTURE = {"id": "5", "type": "image", "contentProvider": {"type": "line"}}
POSTBACK = {
    "type": "postback",
    "mode": "active",
    "webhookEventId": "01FZ4",
    "source": PERSON,
    "postback": {"data": "/help"},
}
EVENTS = [
    callback(event(TEXT, GROUP, number=1, now=NOW)),
    callback(event(PICTURE, PERSON, number=2, now=NOW)),
    callback(POSTBACK),
]


def of(said: Any = TEXT, source: Any = GROUP, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A message, in a group unless it is said otherwise, of which some is perhaps otherwise."""
    return callback({**event(said, source, number=number, now=NOW), **fields})


IGNORED = [
    callback(),  # the console's "Verify"
    callback({"type": "follow", "mode": "active", "webhookEventId": "01FZ5", "source": PERSON}),
    callback({}),
    of(mode="standby"),
    of({**TEXT, "mention": None}),
    of({**TEXT, "mention": {"mentionees": [{"isSelf": False, "type": "all"}]}}),
    of({**TEXT, "text": "@bot"}),
    of(PICTURE),
    of(PICTURE, {"type": "room", "roomId": "R1", "userId": "U1"}),
    of({"id": "6", "type": "sticker", "packageId": "1"}, PERSON),
    of({**PICTURE, "contentProvider": {"type": "external"}}, PERSON),
    of(source={"type": "group", "groupId": "C1"}),
    of(source={**GROUP, "type": "square"}),
    of(type="unsend"),
]
UNSIGNED = {"stale"}  # no time is signed
ODD = [
    of(webhookEventId=""),
    of(source={"type": "group", "userId": "U1"}),
    of({**TEXT, "id": 7}),
    of({**TEXT, "text": ["/help"]}),
    of(timestamp="now"),
    callback(None),
]
MALFORMED = [b"", b"[]", b"null", {}, {"events": {}}]


def together(*found: Any) -> dict[str, Any]:
    """All their events in one callback."""
    return callback(*(one for each in found for one in each["events"]))


REFUSALS = [
    *((UnavailableError, status, {"message": "refused"}) for status in (401, 403)),
    *((RejectedError, status, {"message": "refused"}) for status in (400, 404)),
]
OTHERS = {
    "quoted": of({**TEXT, "text": "@bot thanks", "quotedMessageId": "4"}),
    "taken back": of({**TEXT, "text": YES}, type="unsend"),
    "edited": of({**TEXT, "text": YES}, type="messageEdited"),
}
