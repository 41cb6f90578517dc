"""WeCom's webhooks to an app, under the keys of the vendor's sample."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from tests.signers import sealing
from tests.signers.saying import YES, saying, without

VALUES = {
    "corp_id": "ww1436e0e65a779aee",
    "token": "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo",
    "encoding_aes_key": "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
    "corp_secret": "example-corp-secret",
    "agent_id": "1000002",
}
SENDER = "ww1436e0e65a779aee:member{}".format
UNSIGNED = {"flipped", "twice"}  # what stands around the ciphertext; headers
FROM = {"ToUserName": VALUES["corp_id"], "FromUserName": "member1", "CreateTime": "1476422779"}
EVENTS = [
    {**FROM, "MsgType": "text", "Content": "/help", "MsgId": "1", "AgentID": "1000002"},
    {**FROM, "MsgType": "image", "PicUrl": "https://example.com/", "MediaId": "m1", "MsgId": "2"},
    {**FROM, "MsgType": "voice", "MediaId": "m2", "Format": "amr", "MsgId": "3"},
    {**FROM, "MsgType": "video", "MediaId": "m3", "ThumbMediaId": "t3", "MsgId": "4"},
    {**FROM, "MsgType": "file", "MediaId": "m4", "MsgId": "5"},
    {**FROM, "MsgType": "event", "Event": "click", "EventKey": "/help"},
    {**FROM, "MsgType": "event", "Event": "template_card_event", "EventKey": "/help"},
]
IGNORED: list[dict[str, str]] = [
    {},
    {**EVENTS[0], "Content": "  "},
    {**EVENTS[5], "EventKey": ""},
    {**EVENTS[5], "Event": "subscribe"},
    {**FROM, "FromUserName": "sys", "MsgType": "event", "Event": "change_contact"},
    {**FROM, "MsgType": "event", "Event": "enter_agent", "EventKey": ""},
    {**FROM, "MsgType": "location", "Location_X": "1", "Location_Y": "2", "MsgId": "6"},
]
HANDSHAKES = [sealing.echo_event("wecom/main", VALUES, VALUES["corp_id"])]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    plain = found if isinstance(found, bytes) else sealing.plain_xml(found)
    return sealing.xml_event("wecom/main", plain, values, values["corp_id"], now)


message = saying(partial(sealing.xml_words, FROM, "member"), signed, VALUES)
file_message = saying(partial(sealing.xml_file, FROM, "member", "file"), signed, VALUES)
_IDS = [
    (EVENTS[0], ["FromUserName", "MsgId"]),
    (EVENTS[1], ["FromUserName", "MsgId", "MediaId"]),
    (EVENTS[5], ["FromUserName", "CreateTime"]),
]
MALFORMED = [
    *({**found, name: ""} for found, names in _IDS for name in names),
    *(lacking for found, names in _IDS for lacking in without(found, *names)),
    b"<xml>",
    b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
    '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><xml/>'.encode("utf-16"),
    b"<xml><MsgType>text</MsgType><MsgType>image</MsgType></xml>",
]
UNAVAILABLE = [60020, -1, 42001, 40164, 48001, "text", None]
REFUSALS = [
    *((RateLimitedError, 200, {"errcode": code}) for code in (45009, 45033)),
    *((UnavailableError, 200, {"errcode": code}) for code in UNAVAILABLE),
    (RejectedError, 200, {"errcode": 81013}),
]
HOLDS = 3_600
OTHERS = {"a link": {**EVENTS[0], "MsgType": "link", "Title": YES, "Content": YES}}
