"""Telegram's webhooks: messages in a private chat, with files, and buttons."""

from collections.abc import Mapping
from typing import Any

from switchboard.errors import GoneError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = webhooks.ACCOUNTS["telegram/main"]
SENDER = str


def _with_file(one: Said, file_id: str = "") -> dict[str, Any]:
    file = {
        "file_id": file_id or f"f{one.number}",
        "file_name": one.name,
        "mime_type": one.media_type,
        "file_size": 5,
    }
    return said(*one.place, caption=one.text, document=file)


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    """The same at any time: Telegram signs nothing, it shows a secret."""
    return webhooks.telegram_signed(found, values=values)


def said(number: int, chat: int, user: int, **content: Any) -> dict[str, Any]:
    sender = {"id": user, "is_bot": False, "language_code": "en"}
    head = {"message_id": number, "from": sender, "chat": {"id": chat}}
    return {"update_id": number, "message": {**head, **content}}


message = saying(lambda one: said(*one.place, text=one.text), signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
EVENTS = [
    said(1, 1, 1, text="/help"),
    said(2, 1, 1, photo=[{"file_id": "f"}], caption="look"),
    said(3, 1, 1, document={"file_id": "f", "file_size": 5}),
    {
        "update_id": 4,
        "callback_query": {
            "id": "99",
            "from": {"id": 2},
            "data": "@approve 1",
            "message": {"message_id": 5, "chat": {"id": 1}, "from": {"id": 9, "is_bot": True}},
        },
    },
]
PERSON: dict[str, Any] = {"id": 1, "is_bot": False}
IGNORED = [
    said(5, 1, 1, **{"text": "/help", "from": {**PERSON, "is_bot": True}}),
    said(5, 1, 1, text="/help", **{"from": None}),
    said(5, 1, 1, text=""),
    said(5, 1, 1),
    {"update_id": 5, "edited_message": said(5, 1, 1, text="/help")["message"]},
    {"update_id": 5, "channel_post": {}},
    {"update_id": 5, "my_chat_member": {"id": "1"}},
    {"update_id": 5, "inline_query": {"id": "1", "data": {}}},
    {"update_id": 5, "callback_query": {"id": "9", "from": PERSON, "inline_message_id": "1"}},
]
UNSIGNED = {"stale", "flipped", "truncated"}  # nothing is signed: a secret is shown
MALFORMED = [
    {},
    {"update_id": "1"},
    *({"update_id": 1, "message": one} for one in ({}, [])),
    *(
        {"update_id": 1, "message": {**EVENTS[0]["message"], **change}}
        for change in (
            {"chat": {"id": "1"}},
            {"chat": {"id": 1.5}},
            {"message_id": None},
            {"text": ["a"]},
        )
    ),
]
REFUSALS = [
    *((UnavailableError, code, {"ok": False, "error_code": code}) for code in (401, 404)),
    (RejectedError, 400, {"ok": False, "description": "can't parse entities"}),
    (GoneError, 400, {"ok": False, "description": "chat not found"}),
    (GoneError, 403, {"ok": False, "description": "blocked"}),
]


def _told(**fields):
    return said(1, 1, 1, **({"text": YES} | fields))


OTHERS = {
    "edited": {"update_id": 1, "edited_message": _told()["message"]},
    "forwarded": _told(forward_origin={"type": "user"}),
    "forwarded, of old": _told(forward_date=1),
    "quoted": _told(entities=[{"type": "blockquote", "offset": 0, "length": len(YES)}]),
    "replied to": _told(text="thanks", reply_to_message=_told()["message"], quote={"text": YES}),
    "through a bot": _told(via_bot={"id": 9, "is_bot": True}),
    "a bot's": _told(**{"from": {"id": 9, "is_bot": True}}),
}
