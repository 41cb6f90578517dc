"""WeCom's webhooks to an intelligent bot."""

from collections.abc import Mapping
from typing import Any

from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers import sealing
from tests.signers.saying import YES, Said, saying

VALUES = {
    "token": "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo",
    "encoding_aes_key": "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
}
SENDER = "AIBOTID:USER{}".format
UNSIGNED = {"twice"}  # no header is signed
RESPONSE = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=CODE"
FILE = "https://ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com/BHoPdA3"
FROM = {
    "msgid": "CAIQ16HMjQYY",
    "aibotid": "AIBOTID",
    "chatid": "CHATID",
    "chattype": "group",
    "from": {"userid": "USER1"},
    "response_url": RESPONSE,
}
_SAID = {"msgtype": "text", "text": {"content": "@RobotA /help"}}
_IMAGE = {"msgtype": "image", "image": {"url": FILE}}
_PRESS = {"card_type": "button_interaction", "event_key": "/help", "task_id": "T1"}
EVENTS = [
    {**FROM, **_SAID},
    {**FROM, **_SAID, "chattype": "single", "quote": {"msgtype": "text", "text": {"content": ""}}},
    {**FROM, **_IMAGE, "chattype": "single"},
    {**FROM, "msgtype": "voice", "voice": {"content": "/help"}},
    {**FROM, "msgtype": "file", "file": {"url": FILE}},
    {**FROM, "msgtype": "video", "video": {"url": FILE}},
    {**FROM, "msgtype": "mixed", "mixed": {"msg_item": [_SAID, _IMAGE]}},
    {
        **FROM,
        "msgtype": "event",
        "event": {"eventtype": "template_card_event", "template_card_event": _PRESS},
    },
]
IGNORED: list[dict[str, Any]] = [
    {},
    {"msgtype": "new"},
    {**FROM, "msgtype": "file", "file": {}},
    {**FROM, "msgtype": "stream", "stream": {"id": "zh-1"}},
    {**FROM, "msgtype": "event", "event": {"eventtype": "enter_chat"}},
]
HANDSHAKES = [sealing.echo_event("wecombot/main", VALUES, "")]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    plain = webhooks.encoded(found)
    return sealing.json_event("wecombot/main", plain, values, "", str(int(now)))


def _words(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": f"@Switchboard {text}"}}


def _file(one: Said) -> dict[str, Any]:
    """A picture can come with words; any other file comes without them, and without its name."""
    image = {"msgtype": "image", "image": {"url": f"{FILE}?{one.number}"}}
    said: dict[str, Any] = {"msgtype": "file", "file": {"url": f"{FILE}?{one.number}"}}
    if one.media_type.startswith("image/"):
        said = {"msgtype": "mixed", "mixed": {"msg_item": [_words(one.text), image]}}
    return {**_from(*one.place), **said}


def _from(number: int, chat: int, user: int) -> dict[str, Any]:
    ids = {"msgid": f"M{number}", "chatid": f"CHAT{chat}", "from": {"userid": f"USER{user}"}}
    return {**FROM, **ids, "response_url": f"{RESPONSE}{chat}-{number}"}


message = saying(lambda one: {**_from(*one.place), **_words(one.text)}, signed, VALUES)
file_message = saying(_file, signed, VALUES)
MALFORMED = [
    {**EVENTS[0], name: one}
    for name in ("msgid", "aibotid", "chatid", "chattype", "from")
    for one in ("", None, 5, {"userid": ""})
]
REFUSALS = [
    (RateLimitedError, 200, {"errcode": 45009}),
    (RejectedError, 200, {"errcode": 45002}),
    (ClosedWindowError, 200, {"errcode": 40001}),
    (UnavailableError, 200, {"errcode": None}),
]
ELSEWHERE = [
    {"url": url}
    for url in ("https://example.com/BHoPdA3", "http://x.myqcloud.com/cgi-bin/aibot/response")
]
HOLDS = 3_600
OTHERS = {
    "quoted": {
        **FROM,
        "msgtype": "text",
        "text": {"content": "@RobotA thanks"},
        "quote": {"msgtype": "text", "text": {"content": YES}},
    },
}
