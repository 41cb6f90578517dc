"""What an app of WeCom and an account of WeChat are sent: flat XML about what a person did."""

import re
from collections.abc import Mapping
from typing import NoReturn
from uuid import UUID

from msgspec import Struct

from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Attachment

PRESSED = {"click", "template_card_event"}
"""Events of a menu or a card whose key is the text that its button carries."""
FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "voice": ("voice.amr", "audio/amr"),
    "video": ("video.mp4", "video/mp4"),
    "shortvideo": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
}
_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")


class Said(Struct, frozen=True):
    """One message of a person; `media` is the platform's id of its file."""

    sender: str
    id: str
    text: str
    media: str = ""
    kind: str = ""


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
    """The words of the elements directly below the root. Raises BadRequestError."""
    from xml.parsers import expat  # noqa: PLC0415  only these channels; no document type

    found: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        path.append(name)
        if len(path) == 2:  # noqa: PLR2004  directly below the root
            if name in found:
                raise BadRequestError("an element twice")
            found[name] = ""

    def words(text: str) -> None:
        if len(path) == 2:  # noqa: PLR2004
            found[path[1]] += text

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = words
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise BadRequestError("broken XML") from error
    return found


def said(fields: Mapping[str, str]) -> Said | None:
    """What a person said, or None when they said nothing. Raises BadRequestError without its ids.

    Messages have an id. Events have none: sender, second, kind and key together are unique, fewer
    of them are not (WxJava issues 333 and 1745).
    """
    kind, event = fields.get("MsgType", ""), fields.get("Event", "")
    if kind == "event" and event.lower() in PRESSED and fields.get("EventKey"):
        parts = [_needed(fields, "FromUserName"), _needed(fields, "CreateTime")]
        key = fields["EventKey"]
        return Said(parts[0], "\n".join([*parts, event, key]), key.strip())
    if kind not in {"text", *FILES}:
        return None
    text = fields.get("Content" if kind == "text" else "Recognition", "").strip()
    media = _needed(fields, "MediaId") if kind in FILES else ""
    if not (text or media):
        return None
    return Said(_needed(fields, "FromUserName"), _needed(fields, "MsgId"), text, media, kind)


def attachments(envelope: UUID, message: Said) -> tuple[Attachment, ...]:
    """The file of a message, which the platform keeps for three days."""
    if not message.media:
        return ()
    name, media_type = FILES[message.kind]
    source = {"media_id": message.media}
    return (Attachment(f"uploads/{envelope}/0", name, media_type, 0, source),)


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise BadRequestError(f"a message without {name}")
    return fields[name]


def _refuse(*_: object) -> NoReturn:
    raise BadRequestError("document type")
