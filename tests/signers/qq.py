"""Webhooks as QQ sends them, signed with an example secret. Source: bot.q.qq.com, sign.md."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from switchboard.errors import (
    BadRequestError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

VALUES = {"bot_secret": "DG5g3B4j9X2KOErG", "app_id": "11111111"}
"""The secret of the vendor's page on events."""
SENDER = "{:032X}".format
FILES = "https://multimedia.nt.qq.com.cn"


def _mention(one: Said, **fields: Any) -> dict[str, Any]:
    """A mention of the bot in a group."""
    said = {
        "id": f"ROBOT1.0_{one.number}",
        "content": f" {one.text}",
        "timestamp": "2024-10-15T16:33:15+08:00",
        "group_openid": f"{one.chat:032X}",
        "author": {"member_openid": SENDER(one.user)},
        **fields,
    }
    return dispatched("GROUP_AT_MESSAGE_CREATE", said)


def _with_file(one: Said) -> dict[str, Any]:
    """A message with a file that the account's `api`, or else the platform, has under its name."""
    url = f"{one.values.get('api', FILES)}/files/{quote(one.name)}"
    file = {"url": url, "content_type": one.media_type, "filename": one.name, "size": 5}
    return _mention(one, attachments=[file])


def dispatched(kind: str, said: Any) -> dict[str, Any]:
    return {"op": 0, "id": f"{kind}:1", "t": kind, "d": said}


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = webhooks.encoded(found)
    return webhooks.event("qq/main", body, signature(body, now, values["bot_secret"]))


def signature(body: bytes, now: float, secret: str) -> dict[str, str]:
    stamp = str(int(now))
    key = Ed25519PrivateKey.from_private_bytes((secret.encode() * 32)[:32])
    return {
        "x-signature-ed25519": key.sign(stamp.encode() + body).hex(),
        "x-signature-timestamp": stamp,
    }


message = saying(_mention, signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
VALIDATION = b'{"d":{"plain_token":"Arq0D5A61EgUu4OxUvOp","event_ts":"1725442341"},"op":13}'
GROUP: dict[str, Any] = {
    "id": "ROBOT1.0_1",
    "content": " /help",
    "timestamp": "2024-10-15T16:33:15+08:00",
    "group_openid": "C9F778FE6ADF9D1D1DBE395BF744A33A",
    "author": {"member_openid": "E4F4AEA33253A2797FB897C50B81D7ED"},
}
PERSON: dict[str, Any] = {
    "id": "ROBOT1.0_2",
    "content": "",
    "author": {"user_openid": "E4F4AEA33253A2797FB897C50B81D7ED"},
    "attachments": [
        {
            "url": f"{FILES}/download?fileid=1",
            "content_type": "voice",
            "filename": "a.amr",
            "size": 123,
            "voice_wav_url": f"{FILES}/download?fileid=2",
        }
    ],
}
EVENTS = [dispatched("GROUP_AT_MESSAGE_CREATE", GROUP), dispatched("C2C_MESSAGE_CREATE", PERSON)]
IGNORED = [
    dispatched("GROUP_AT_MESSAGE_CREATE", {**GROUP, "author": {**GROUP["author"], "bot": True}}),
    dispatched("GROUP_AT_MESSAGE_CREATE", {**GROUP, "content": "  "}),
    dispatched("GROUP_MESSAGE_CREATE", GROUP),
    dispatched("GROUP_ADD_ROBOT", {"group_openid": "C9", "op_member_openid": "E4"}),
    dispatched("C2C_MSG_REJECT", {"openid": "E4", "timestamp": 1}),
    {**EVENTS[0], "op": 9},
    {**EVENTS[0], "t": ["GROUP_AT_MESSAGE_CREATE"]},
    {},
]
MALFORMED = [
    dispatched("GROUP_AT_MESSAGE_CREATE", GROUP | fields)
    for fields in ({"id": ""}, {"group_openid": ""}, {"author": {}}, {"id": 5})
]
CODES = {
    ClosedWindowError: [304022, 304026, 304027, 40034024, 40034102],
    RateLimitedError: [22009, 20028, 1100100, 1100308],
    UnavailableError: [
        *(11241, 11242, 11243, 11251, 11252, 11253, 11254, 11261, 11263, 11265),
        *(304082, 304083, 1100300),
    ],
    RejectedError: [304003, 1100104, 0],
    BadRequestError: ["?"],
}
REFUSALS = [(error, 400, {"code": code}) for error, codes in CODES.items() for code in codes]
ELSEWHERE = [
    *({"url": f"https://{host}/a"} for host in ("nt.qq.com.cn.example.com", "example.com")),
    {"url": "https://multimedia.nt.qq.com.cn@example.com/a"},
    *({"url": url} for url in ("http://multimedia.nt.qq.com.cn/a", "file:///etc/passwd", "")),
]
HOLDS = 3_600
OTHERS = {
    "a bot's": dispatched(
        "GROUP_AT_MESSAGE_CREATE",
        {**GROUP, "content": YES, "author": {**GROUP["author"], "bot": True}},
    ),
    "quoted": dispatched(
        "C2C_MESSAGE_CREATE",
        {**PERSON, "content": "thanks", "msg_elements": [{"content": YES}]},
    ),
}
