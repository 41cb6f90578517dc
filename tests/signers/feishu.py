"""Feishu's webhooks: private messages, with files, and buttons; encrypted and signed."""

import json
from typing import Any

from switchboard.errors import BadRequestError, GoneError, RateLimitedError, RejectedError
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = webhooks.ACCOUNTS["feishu/main"]
SENDER = "t1:ou_{}".format
signed = webhooks.feishu_signed


message = saying(lambda one: said("text", {"text": one.text}, *one.place), signed, VALUES)


def _with_file(one: Said, key: str = "") -> dict[str, Any]:
    """A picture can come with words; any other file comes alone, without its media type."""
    key = key or f"file_{one.number}"
    kind, content = "file", {"file_key": key, "file_name": one.name}
    if one.media_type.startswith("image/"):
        kind, content = "post", {"content": [[{"text": one.text}, {"image_key": key}]]}
    return said(kind, content, *one.place)


file_message = saying(_with_file, signed, VALUES)


def said(kind: str, content: Any, number: int, chat: int, user: int) -> dict[str, Any]:
    said = {
        "message_id": f"om_{number}",
        "chat_id": f"oc_{chat}",
        "chat_type": "p2p",
        "message_type": kind,
        "content": json.dumps(content),
    }
    sender = {"sender_id": {"open_id": f"ou_{user}"}, "sender_type": "user", "tenant_key": "t1"}
    header = {"event_type": "im.message.receive_v1"}
    return {"header": header, "event": {"sender": sender, "message": said}}


def otherwise(sender: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A group's message in which the bot is mentioned, of which some is otherwise."""
    found = said("text", {"text": "@_user_1 /help"}, 6, 1, 1)
    event = found["event"]
    group = {"chat_type": "group", "mentions": [{"key": "@_user_1"}]}
    return {
        **found,
        "event": {
            "sender": {**event["sender"], **(sender or {})},
            "message": {**event["message"], **group, **fields},
        },
    }


def press(value: Any) -> dict[str, Any]:
    return {
        "header": {"event_type": "card.action.trigger", "event_id": "e1"},
        "event": {
            "operator": {"open_id": "ou_2", "tenant_key": "t1"},
            "action": {"value": value, "tag": "button"},
            "context": {"open_message_id": "om_5", "open_chat_id": "oc_1"},
        },
    }


IGNORED = [
    otherwise(sender={"sender_type": "app"}),
    otherwise(sender={"sender_type": "app", "sender_id": None}),
    otherwise(mentions=[]),
    otherwise(mentions=[], chat_type="topic"),
    {**otherwise(), "header": {"event_type": "im.message.message_read_v1"}},
    {**otherwise(), "header": {"event_type": ["im.message.receive_v1"]}},
    {"type": "event_callback", "uuid": "1", "event": {"type": "message"}},
    {},
    press({}),
    press(5),
]
EVENTS = [
    said("text", {"text": "/help"}, 1, 1, 1),
    said("post", {"title": "a", "content": [[{"text": "b"}, {"image_key": "i"}]]}, 2, 1, 1),
    said("file", {"file_key": "f", "file_name": "a.pdf"}, 3, 1, 1),
    press({"text": "/approve 1"}),
]
FIELDS = ["message_id", "chat_id", "message_type", "content"]
CONTENTS = ["", "null", '{"text":5,"content":5}', '{"text":{},"content":[[5]]}']
MALFORMED = [
    *(otherwise(**{name: one}) for name in FIELDS for one in (None, 5, [])),
    *(otherwise(**{name: ""}) for name in ("message_id", "chat_id")),
    otherwise(sender={"sender_id": {"open_id": ""}}),
    otherwise(sender={"tenant_key": ""}),
    *({**otherwise(), "event": one} for one in ([], None, {"sender": None})),
    {"header": otherwise()["header"]},
    {**press("/help"), "header": {"event_type": "card.action.trigger"}},
    *(otherwise(message_type=kind, content=one) for kind in ("text", "post") for one in CONTENTS),
]
REFUSALS = [
    *((RateLimitedError, 200, {"code": code}) for code in (99991400, 230020, 11232)),
    (GoneError, 400, {"code": 230002, "msg": "not in the chat"}),
    *((RejectedError, 200, body) for body in ({"code": 230001}, {"msg": "no code"})),
    *((BadRequestError, 200, {"code": code}) for code in ("abc", None)),
]
HOLDS = 3_600
OTHERS = {
    "forwarded": said("merge_forward", {"content": YES}, 1, 1, 1),
    "shared": said("share_chat", {"chat_id": YES}, 1, 1, 1),
    "a bot's": otherwise({"sender_type": "app"}, content=json.dumps({"text": YES})),
}
