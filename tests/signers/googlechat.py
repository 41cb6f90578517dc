"""Google Chat's webhooks: an event under Google's token for the address that it is sent to."""

import json
from collections.abc import Mapping
from typing import Any

from switchboard.errors import GoneError, RejectedError
from tests.kit import webhooks
from tests.signers import keys
from tests.signers.saying import YES, Said, saying

CHAT = "chat@system.gserviceaccount.com"
VALUES = {
    "audience": "https://switchboard.example.com/webhook/googlechat/main",
    "principal": CHAT,
    "service_account": json.dumps(
        {"client_email": "bot@example.iam.gserviceaccount.com", "private_key": keys.PEM}
    ),
}
SENDER = "users/{}".format
UNSIGNED = {"flipped"}  # a token is shown, whatever is written under it
PUBLISHED = {
    "https://www.googleapis.com/oauth2/v3/certs": keys.public(),
    f"https://www.googleapis.com/service_accounts/v1/jwk/{CHAT}": keys.public(),
}


def said(text: str, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, Any]:
    """A message in a space, as an app gets it."""
    space = f"spaces/AAAA{chat}"
    person = {"name": SENDER(user), "displayName": "Ada", "type": "HUMAN"}
    return {
        "type": "MESSAGE",
        "eventTime": "2025-10-09T08:53:20.000000Z",
        "space": {"name": space, "type": "ROOM", "displayName": "Ops"},
        "user": person,
        "message": {
            "name": f"{space}/messages/BBBB.{number}",
            "sender": person,
            "text": f"@Switchboard {text}",
            "argumentText": f" {text}",
            "thread": {"name": f"{space}/threads/BBBB"},
        },
    }


def clicked(text: str) -> dict[str, Any]:
    """A button of a card of ours, pressed."""
    found = said("") | {"type": "CARD_CLICKED", "common": {"parameters": {"text": text}}}
    found["message"]["sender"] = {"name": "users/999", "type": "BOT"}
    return found


def in_add_on(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same as an app gets it that is an add-on of Workspace."""
    payload = {"space": found["space"], "message": found["message"]}
    return {"chat": {"user": found["user"], "messagePayload": payload}}


def with_file(found: dict[str, Any], number: int, name: str, media_type: str) -> dict[str, Any]:
    resource = {"resourceName": f"spaces/AAAA1/attachments/{number}"}
    file = {"contentName": name, "contentType": media_type, "attachmentDataRef": resource}
    return {**found, "message": {**found["message"], "attachment": [file]}}


EVENTS = [
    said("/help"),
    clicked("/help"),
    in_add_on(said("/help")),
    with_file(said("read this"), 1, "a.pdf", "application/pdf"),
]
IGNORED = [
    {"type": "ADDED_TO_SPACE", "space": {"name": "spaces/A"}},
    {"type": "REMOVED_FROM_SPACE"},
    {"type": ["MESSAGE"]},
    {"type": None},
    {"chat": {"addedToSpacePayload": {}}},
    {"chat": {"messagePayload": []}},
    {"chat": {"appCommandPayload": {"appCommandMetadata": {"appCommandId": 2}}}},
    {**said(""), "message": clicked("")["message"]},
    {**clicked("x"), "common": {"parameters": {"text": 5}}},
    {**clicked("x"), "common": []},
    clicked(" "),
    said(""),
]
MALFORMED = [
    {**said("/help"), "message": {**said("/help")["message"], name: value}}
    for name, value in (
        ("name", "spaces/OTHER/messages/1"),
        ("name", "spaces/AAAA1/messages/../../1"),
        ("name", ""),
        ("thread", {"name": "spaces/OTHER/threads/1"}),
        ("thread", {"name": "spaces/AAAA1/threads/1?x=1"}),
        ("sender", {"name": "sasha@example.com"}),
        ("sender", {}),
        ("sender", None),
    )
]


def signed(
    found: Any,
    *,
    now: float,
    values: Mapping[str, str] = VALUES,
    head: Mapping[str, Any] | None = None,
    **claims: Any,
) -> Any:
    """The event under a token; `claims` and `head` replace those of a genuine one."""
    told = {**_claims(now, values), **claims}
    told = {name: value for name, value in told.items() if value is not None}
    bearer = {"authorization": f"Bearer {keys.token(told, **(head or {}))}"}
    if "api" not in values:  # there a double publishes them
        keys.known(PUBLISHED, now)
    body = webhooks.encoded(found, ascii_only=True)
    return webhooks.event("googlechat/main", body, bearer)


def _claims(now: float, values: Mapping[str, str]) -> dict[str, Any]:
    times = {"aud": values["audience"], "iat": int(now) - 10, "exp": int(now) + 3600}
    if values["audience"].isdigit():
        return {"iss": CHAT, **times}
    email = {"email": values["principal"], "email_verified": True}
    return {"iss": "https://accounts.google.com", **email, **times}


def _with_file(one: Said) -> dict[str, Any]:
    return with_file(said(one.text, *one.place), one.number, one.name, one.media_type)


message = saying(lambda one: said(one.text, *one.place), signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
REFUSALS = [
    (RejectedError, 400, {"error": {}}),
    *((GoneError, status, {"error": {}}) for status in (403, 404)),
]
ELSEWHERE = [{"resource": "../../v1/spaces"}]


def _told(text="thanks", **fields):
    found = said(text)
    return {**found, "message": {**found["message"], **fields}}


OTHERS = {
    "quoted": _told(quotedMessageMetadata={"quotedMessageSnapshot": {"text": YES}}),
    "edited": _told(YES) | {"type": "MESSAGE_UPDATED"},
    "a bot's": _told(YES, sender={"name": "users/9", "type": "BOT"}),
}
