"""WeChat's webhooks to an official account in safe mode."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from switchboard.channels.kit import wecom_crypto
from tests.kit import webhooks
from tests.signers import sealing
from tests.signers.saying import NOW, saying

VALUES = {
    "app_id": "wx134c8103faa5a59e",
    "token": "exampletokenof32lettersanddigits",
    "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "app_secret": "example-app-secret",
}
SENDER = "wx134c8103faa5a59e:openid{}".format
UNSIGNED = {"flipped", "twice"}  # what stands around the ciphertext; headers
ECHO = "583739752066543"
FROM = {"ToUserName": "gh_97417a04a28d", "FromUserName": "openid1", "CreateTime": "1715943329"}
EVENTS = [
    {**FROM, "MsgType": "text", "Content": "/help", "MsgId": "1"},
    {**FROM, "MsgType": "image", "PicUrl": "https://example.com/", "MediaId": "m1", "MsgId": "2"},
    {**FROM, "MsgType": "voice", "MediaId": "m2", "Recognition": "/help", "MsgId": "3"},
    {**FROM, "MsgType": "video", "MediaId": "m3", "ThumbMediaId": "t3", "MsgId": "4"},
    {**FROM, "MsgType": "shortvideo", "MediaId": "m4", "ThumbMediaId": "t4", "MsgId": "5"},
    {**FROM, "MsgType": "event", "Event": "CLICK", "EventKey": "/help"},
]
IGNORED = [
    {**FROM, "MsgType": "event", "Event": "subscribe", "EventKey": ""},
    {**FROM, "MsgType": "event", "Event": "VIEW", "EventKey": "https://example.com/"},
    {**FROM, "MsgType": "link", "Title": "t", "Url": "https://example.com/", "MsgId": "6"},
]


def handshake(now: float = NOW) -> Any:
    """WeChat signs no `echostr`, and gets it back as it came."""
    stamp = str(int(now))
    right = wecom_crypto.signature(VALUES["token"], stamp, sealing.NONCE)
    query = {"signature": right, "timestamp": stamp, "nonce": sealing.NONCE}
    return webhooks.event("wechat/main", b"", {}, "GET", {**query, "echostr": ECHO})


HANDSHAKES = [handshake()]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    plain = found if isinstance(found, bytes) else sealing.plain_xml(found)
    return sealing.xml_event("wechat/main", plain, values, values["app_id"], now)


message = saying(partial(sealing.xml_words, FROM, "openid"), signed, VALUES)
file_message = saying(partial(sealing.xml_file, FROM, "openid", "video"), signed, VALUES)
HOLDS = 3_600
OTHERS = {}
"""Chats of one person, without replies, edits or forwards."""
