"""Webhooks of the platforms that encrypt alike: WeCom, its bot, WeChat, DingTalk's events."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from switchboard.channels.kit import wecom_crypto
from tests.kit import webhooks
from tests.signers.saying import NOW, Said

NONCE = "1597212914"
ECHO = b"1288432023552776189"
XML = {"content-type": "text/xml"}

Values = Mapping[str, str]


def plain_xml(fields: Mapping[str, Any]) -> bytes:
    """A flat message as WeCom and WeChat write it; what is no text has no content there."""
    words = {name: value if isinstance(value, str) else "" for name, value in fields.items()}
    rows = (f"<{name}><![CDATA[{value}]]></{name}>" for name, value in words.items())
    return f"<xml>{''.join(rows)}</xml>".encode()


def sealed(plain: bytes, values: Values, receiver: str) -> str:
    """The ciphertext; its random part is made of the message, so that it is the same again."""
    key = wecom_crypto.key_of(values.get("encoding_aes_key") or values["aes_key"])
    return wecom_crypto.seal(key, plain, receiver, hashlib.sha256(plain).digest()[:16])


def query(text: str, values: Values, stamp: str) -> dict[str, str]:
    signed = wecom_crypto.signature(values["token"], stamp, NONCE, text)
    return {"msg_signature": signed, "timestamp": stamp, "nonce": NONCE}


def xml_event(account: str, plain: bytes, values: Values, receiver: str, now: float) -> Any:
    text = sealed(plain, values, receiver)
    to = f"<ToUserName><![CDATA[{receiver}]]></ToUserName>"
    body = f"<xml>{to}<Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()
    return webhooks.event(account, body, XML, query=query(text, values, str(int(now))))


def json_event(account: str, plain: bytes, values: Values, receiver: str, stamp: str) -> Any:
    text = sealed(plain, values, receiver)
    body = json.dumps({"encrypt": text}).encode()
    return webhooks.event(account, body, {}, query=query(text, values, stamp))


def xml_words(head: Values, person: str, one: Said) -> dict[str, str]:
    """Of a person, by number; there are no groups, so the id tells the chats of one apart."""
    ids = {"FromUserName": f"{person}{one.user}", "MsgId": f"{one.chat}{one.number:010}"}
    return {**head, **ids, "MsgType": "text", "Content": one.text}


def xml_file(head: Values, person: str, other: str, one: Said) -> dict[str, str]:
    """A picture, or else the other kind of file; it comes without words and without its name."""
    kind = "image" if one.media_type.startswith("image/") else other
    media = {"MsgType": kind, "MediaId": f"media-{one.number}"}
    return {**xml_words(head, person, one), "Content": "", **media}


def echo_event(account: str, values: Values, receiver: str, now: float = NOW) -> Any:
    """The set-up request of WeCom: its `echostr` is encrypted, and comes back in clear."""
    text = sealed(ECHO, values, receiver)
    asked = {**query(text, values, str(int(now))), "echostr": text}
    return webhooks.event(account, b"", {}, "GET", asked)


def robot_signature(secret: str, stamp: str) -> str:
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(digest).decode()
