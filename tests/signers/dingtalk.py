"""DingTalk's webhooks to a robot in HTTP mode."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from tests.kit import webhooks
from tests.signers import sealing
from tests.signers.saying import YES, Said, saying

VALUES = {
    "app_key": "dingf0apw4ibx5u5ktba",
    "app_secret": "test-app-secret-0123456789abcdefghijklmnopqrstuv",
    "corp_id": "dinge8a565",
    "robot_code": "dingf0apw4ibx5u5ktba",
}
SENDER = "dinge8a565:staff{}".format
UNSIGNED = {"flipped"}  # no body is signed
SESSION = "https://oapi.dingtalk.com/robot/sendBySession?session=xxxxx"
FROM = {
    "conversationId": "cidh6ezDLHQ1=",
    "conversationType": "2",
    "conversationTitle": "TEST",
    "chatbotCorpId": VALUES["corp_id"],
    "chatbotUserId": "$:LWCP_v1:$Cbot",
    "robotCode": VALUES["robot_code"],
    "msgId": "msg0Hk2",
    "senderStaffId": "staff1",
    "senderId": "$:LWCP_v1:$Ff09GI",
    "senderNick": "杨xx",
    "senderCorpId": VALUES["corp_id"],
    "sessionWebhook": SESSION,
    "sessionWebhookExpiredTime": 1577267636757,
    "createAt": 1577262236646,
    "isInAtList": True,
}
_RUNS = [{"text": "/help"}, {"type": "picture", "downloadCode": "c2"}]
EVENTS = [
    {**FROM, "msgtype": "text", "text": {"content": " /help"}},
    {**FROM, "msgtype": "picture", "content": {"downloadCode": "c1"}},
    {**FROM, "msgtype": "richText", "content": {"richText": _RUNS}},
    {**FROM, "msgtype": "audio", "content": {"downloadCode": "c3", "recognition": "/help"}},
    {**FROM, "msgtype": "video", "content": {"downloadCode": "c4", "videoType": "mp4"}},
    {**FROM, "msgtype": "file", "content": {"downloadCode": "c5", "fileName": "a.pdf"}},
]
IGNORED = [
    {**FROM, "msgtype": "interactiveCard"},
    {**EVENTS[0], "senderId": FROM["chatbotUserId"]},
    {**EVENTS[0], "senderStaffId": ""},
    {**EVENTS[0], "senderCorpId": "dingother"},
    {**EVENTS[0], "text": {"content": "  "}},
    {**FROM, "msgtype": "file", "content": {}},
]
MALFORMED = [
    {**EVENTS[0], "conversationId": ""},
    *(
        {**EVENTS[0], name: one}
        for name in ("msgtype", "senderStaffId", "text", "conversationId")
        for one in ([], 5, {"content": 1})
    ),
]
PERIOD = 1_200
"""Seconds in which a message keeps its timestamp, which is its id, however often it is made."""


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    """No two bodies come under one timestamp: only the first of them would count."""
    body = webhooks.encoded(found)
    return stamped(body, str(int(now * 1000) - crc32(body) % 1_000_000), values)


def _words(one: Said) -> tuple[dict[str, Any], str]:
    said = {"msgtype": "text", "text": {"content": f" {one.text}"}}
    return {**_from(*one.place), **said}, _stamp(one.number, one.chat, one.now)


def _file(one: Said) -> tuple[dict[str, Any], str]:
    """A picture can come with words; any other file comes without them."""
    code = {"downloadCode": f"code-{one.number}"}
    said: dict[str, Any] = {"msgtype": "file", "content": {**code, "fileName": one.name}}
    if one.media_type.startswith("image/"):
        runs = [{"text": one.text}, {"type": "picture", **code}]
        said = {"msgtype": "richText", "content": {"richText": runs}}
    return {**_from(*one.place), **said}, _stamp(one.number, one.chat, one.now)


def _from(number: int, chat: int, user: int) -> dict[str, Any]:
    ids = {"conversationId": f"cidh6ezDLHQ{chat}=", "senderStaffId": f"staff{user}"}
    return {**FROM, **ids, "msgId": f"msg{chat}-{number}"}


def _stamp(number: int, chat: int, now: float) -> str:
    second = int(now) // PERIOD * PERIOD
    return str(second * 1000 + (number * 64 + chat % 64) % (PERIOD * 1000))


def stamped(found: Any, stamp: str, values: Mapping[str, str]) -> Any:
    right = sealing.robot_signature(values["app_secret"], stamp)
    body = webhooks.encoded(found)
    return webhooks.event("dingtalk/main", body, {"timestamp": stamp, "sign": right})


def _at_once(found: tuple[Any, str], *, now: float, values: Mapping[str, str]) -> Any:
    return stamped(*found, values)


message = saying(_words, _at_once, VALUES)
file_message = saying(_file, _at_once, VALUES)
HOLDS = 3_600


def _told(**fields):
    return {**FROM, "msgtype": "text", "text": {"content": "thanks"}, **fields}


OTHERS = {
    "forwarded": _told(msgtype="chatRecord", content={"chatRecord": YES}),
    "quoted": _told(
        text={"content": "thanks", "isReplyMsg": True, "repliedMsg": {"content": {"text": YES}}}
    ),
    "our own": _told(text={"content": YES}, senderId=FROM["chatbotUserId"]),
}
