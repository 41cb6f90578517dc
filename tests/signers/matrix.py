"""Transactions as a homeserver pushes them to an application service."""

from collections.abc import Mapping
from typing import Any

from switchboard.errors import GoneError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = {
    # the tokens are those of the specification's example registration
    "hs_token": "312df522183efd404ec1cd22d2ffa4bbc76a8c1ccf541dd692eef281356bb74e",
    "as_token": "30c05ae90a248a4188e620216fa72e349803310ec83e2a77b34fe90be6081f46",
    "user_id": "@switchboard:example.org",
    "api": "https://matrix.example.org",
}
SENDER = "@user{}:example.org".format
ROOM = "!room{}:example.org".format
TRANSACTION, PING = "_matrix/app/v1/transactions/35", "_matrix/app/v1/ping"


def _mention(one: Said, **content: Any) -> dict[str, Any]:
    """A message in a room that mentions the bot."""
    where = {"number": one.number, "chat": one.chat, "user": one.user}
    text = one.text or one.name
    return {"events": [event(text, us=one.values["user_id"], **where, **content)]}


def _with_file(one: Said, media: str = "mxc://example.org/report") -> dict[str, Any]:
    """A file in a room, perhaps with a caption, as a reply to the bot."""
    info = {"mimetype": one.media_type, "size": 5}
    kind = "m.image" if one.media_type.startswith("image/") else "m.file"
    return _mention(one, msgtype=kind, filename=one.name, url=media, info=info)


def event(
    text: str,
    *,
    number: int = 1,
    chat: int = 1,
    user: int = 1,
    us: str = VALUES["user_id"],
    **content: Any,
) -> dict[str, Any]:
    said = {"msgtype": "m.text", "body": text, "m.mentions": {"user_ids": [us]}, **content}
    return room_event("m.room.message", said, number=number, chat=chat, user=user)


def room_event(
    kind: str, content: Any, *, number: int = 1, chat: int = 1, user: int = 1, **fields: Any
) -> dict[str, Any]:
    return {
        "type": kind,
        "event_id": f"$event{number}",
        "room_id": ROOM(chat),
        "sender": SENDER(user),
        "origin_server_ts": 1_432_735_824_653,
        "content": content,
        "unsigned": {"age": 1234},
        **fields,
    }


def state(membership: str, of: str) -> dict[str, Any]:
    return room_event("m.room.member", {"membership": membership}, state_key=of)


def signed(
    found: Any,
    *,
    now: float = 0,
    values: Mapping[str, str] = VALUES,
    rest: str = TRANSACTION,
    method: str = "PUT",
) -> Any:
    """The same at any time: a homeserver signs nothing, it shows a token."""
    body = webhooks.encoded(found)
    token = {"authorization": f"Bearer {values['hs_token']}"}
    return webhooks.event(f"matrix/main/{rest}", body, token, method)


message = saying(_mention, signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
UNSIGNED = {"stale", "truncated", "flipped"}  # there is a token, and no signature of anything
HANDSHAKES = [signed({"transaction_id": "meow"}, rest=PING, method="POST")]
INVITATION = state("invite", VALUES["user_id"])
ENCRYPTED = room_event(
    "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgAkLmt6q"}
)
THREAD = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$other"}}
FILE = {"msgtype": "m.image", "filename": "a.png", "url": "mxc://example.org/SEsfnsuifSDFSSEF"}
EVENTS = [
    {"events": [event("hello", **{"m.relates_to": THREAD})]},
    {"events": [event("a.png", **FILE, info={"mimetype": "image/png", "size": 5})]},
    {"events": [INVITATION]},
    {"events": [ENCRYPTED]},
]


IGNORED = [
    {"events": [one]}
    for one in (
        event("/help") | {"sender": VALUES["user_id"]},
        event("/help", msgtype="m.notice"),
        event("/help", msgtype="m.location"),
        event("* /help", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$event1"}}),
        event(""),
        event(f"{VALUES['user_id']}: "),
        event("/help", url="mxc://../x", msgtype="m.image", filename="/help"),
        event("hello everybody", **{"m.mentions": {}}),
        event("hello", **{"m.mentions": {"user_ids": ["@b:c"]}}),
        event("hello", **{"m.mentions": None}),
        room_event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "key": "👍"}}),
        room_event("m.room.redaction", {"redacts": "$event1"}),
        state("join", "@ada:example.org"),
        state("join", VALUES["user_id"]),
        state("invite", "@other:example.org"),
        room_event("m.room.name", {"name": "/help"}, state_key=""),
        room_event("org.example.unknown", {"msgtype": "m.text", "body": "/help"}),
    )
]
ODD = [
    {"events": [one]}
    for one in (
        *(None, 5, [], {}),
        *(event("/help") | {name: 5} for name in ("type", "event_id", "room_id", "sender")),
        event("/help") | {"content": []},
        event("/help", **{"m.mentions": 5}),
    )
]
MALFORMED = [b"", b"[]", b"null", b'{"events":1}', b'{"events":[[[' * 50_000]


def together(*found: Any) -> dict[str, Any]:
    """All their events in one transaction."""
    return {"events": [one for each in found for one in each["events"]]}


REFUSALS = [
    (UnavailableError, 401, {"errcode": "M_UNKNOWN_TOKEN"}),
    (UnavailableError, 401, {"errcode": "M_MISSING_TOKEN"}),
    (UnavailableError, 404, {"errcode": "M_UNRECOGNIZED"}),
    (UnavailableError, 403, {"errcode": ""}),  # a proxy's
    (GoneError, 403, {"errcode": "M_FORBIDDEN"}),
    (GoneError, 404, {"errcode": "M_NOT_FOUND"}),
    (RejectedError, 413, {"errcode": "M_TOO_LARGE"}),
]
ELSEWHERE = [
    *({"url": url} for url in ("", "https://example.org/a", "mxc://example.org")),
    *({"url": f"mxc://{path}"} for path in ("../a", "a/../b", "a/b?c")),
]
EDIT = {"rel_type": "m.replace", "event_id": "$event1"}
REPLY = {"m.in_reply_to": {"event_id": "$event1"}}
OTHERS = {
    "edited": {"events": [event(f"* {YES}", **{"m.relates_to": EDIT})]},
    "edited, newly": {
        "events": [event(YES, **{"m.relates_to": EDIT, "m.new_content": {"body": YES}})]
    },
    "quoted": {"events": [event(f"> {YES}\n\nthanks", **{"m.relates_to": REPLY})]},
    "a bot's": {"events": [event(YES, msgtype="m.notice")]},
    "our own": {"events": [event(YES) | {"sender": VALUES["user_id"]}]},
}
