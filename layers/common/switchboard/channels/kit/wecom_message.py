"""What an app of WeCom and an account of WeChat are sent: flat XML about what a person did."""

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from msgspec import Struct

from switchboard.channels.base import envelope_id
from switchboard.channels.kit.files import Sent, attachments
from switchboard.channels.kit.wecom_crypto import Opened
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

PRESSED = {"click", "template_card_event"}
"""Events of a menu or a card whose key is the text that its button carries."""
FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "voice": ("voice.amr", "audio/amr"),
    "video": ("video.mp4", "video/mp4"),
    "shortvideo": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
}
READ = {
    *("Content", "CreateTime", "Event", "EventKey", "FromUserName", "MediaId", "MsgId", "MsgType"),
    "Recognition",
}
"""The elements that count; what else there is may be there twice."""
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot hold, and both platforms do not escape in what people write."""
_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")


class Said(Struct, frozen=True):
    """One message of a person."""

    sender: str
    id: str
    text: str
    files: tuple[Sent, ...] = ()
    """Each is known by an id, and kept by the platform for three days."""


def envelope(channel: str, account: str, found: Opened, now: float) -> Envelope | None:
    """What a person wrote, in a chat of its own: neither platform has groups here.

    None when nobody said anything. Raises BadRequestError when it is malformed.
    """
    message = _said(fields_of(found.message))
    if message is None:
        return None
    made = envelope_id(channel, account, message.sender, message.id)
    return Envelope(
        id=made,
        channel=channel,
        account=account,
        conversation=message.sender,
        chat="direct",
        sender=Sender(f"{found.receiver}:{message.sender}"),
        text=message.text,
        attachments=attachments(made, message.files),
        reply_to={"user": message.sender},
        received_at=now,
    )


def xml_ciphertext(body: bytes) -> str:
    """The one ciphertext in a body whose origin is not proved: found without an XML parser.

    Raises BadSignatureError.
    """
    if re.search(rb"<!(DOCTYPE|ENTITY)", body, re.IGNORECASE):
        raise BadSignatureError("document type")
    found = _ENCRYPT.findall(body)
    if len(found) != 1 or not body.rstrip().endswith(b"</xml>"):
        raise BadSignatureError("not one whole ciphertext")
    return str(found[0].decode())


def fields_of(xml: bytes) -> dict[str, str]:
    """The words of the elements that count, directly below the root. Raises BadRequestError."""
    found: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        path.append(name)
        if len(path) == 2 and name in READ:  # noqa: PLR2004  directly below the root
            if name in found:
                raise BadRequestError("an element twice")
            found[name] = ""

    def words(text: str) -> None:
        if len(path) == 2 and path[1] in READ:  # noqa: PLR2004
            found[path[1]] += text

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = words
    try:
        parser.Parse(_NOT_XML.sub("", xml.decode("utf-8", "replace")), True)
    except expat.ExpatError as error:
        raise BadRequestError("broken XML") from error
    return found


def _said(fields: Mapping[str, str]) -> Said | None:
    """None when nothing was said. Raises BadRequestError when an id is missing.

    Messages have an id. Events have none: sender, second, kind and key together are unique, fewer
    of them are not (WxJava issues 333 and 1745).
    """
    kind, event = fields.get("MsgType", ""), fields.get("Event", "")
    if kind == "event" and event.lower() in PRESSED and fields.get("EventKey"):
        parts = [_needed(fields, "FromUserName"), _needed(fields, "CreateTime")]
        key = fields["EventKey"]
        return Said(parts[0], "\n".join([*parts, event, key]), cleaned(key))
    if kind not in {"text", *FILES}:
        return None
    text = cleaned(fields.get("Content" if kind == "text" else "Recognition", ""))
    files = [Sent({"media_id": _needed(fields, "MediaId")}, *FILES[kind])] if kind in FILES else []
    if not (text or files):
        return None
    return Said(_needed(fields, "FromUserName"), _needed(fields, "MsgId"), text, tuple(files))


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise BadRequestError(f"a message without {name}")
    return fields[name]


def _refuse(*_: object) -> NoReturn:
    raise BadRequestError("document type")
