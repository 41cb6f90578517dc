"""Feishu's webhooks: private messages, with files, and buttons; encrypted and signed."""

import json
from typing import Any

from tests.kit import webhooks
from tests.signers.saying import Said, saying

VALUES = webhooks.ACCOUNTS["feishu/main"]
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


def SENDER(user: int) -> str:
    return f"t1:ou_{user}"


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


EVENTS = [
    said("text", {"text": "/help"}, 1, 1, 1),
    said("post", {"title": "a", "content": [[{"text": "b"}, {"image_key": "i"}]]}, 2, 1, 1),
    said("file", {"file_key": "f", "file_name": "a.pdf"}, 3, 1, 1),
    {
        "header": {"event_type": "card.action.trigger", "event_id": "e1"},
        "event": {
            "operator": {"open_id": "ou_2", "tenant_key": "t1"},
            "action": {"value": {"text": "/approve 1"}, "tag": "button"},
            "context": {"open_message_id": "om_5", "open_chat_id": "oc_1"},
        },
    },
]
