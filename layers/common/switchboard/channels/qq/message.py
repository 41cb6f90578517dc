"""What QQ sends: messages, and the request that validates an address. Source: bot.q.qq.com."""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from msgspec import DecodeError, Struct, json

from switchboard.channels.base import shape
from switchboard.channels.kit.files import UNKNOWN, Sent
from switchboard.channels.kit.words import cleaned, name_of
from switchboard.errors import BadRequestError

GROUP, PERSON = "GROUP_AT_MESSAGE_CREATE", "C2C_MESSAGE_CREATE"
GROUP_SECONDS, PERSON_SECONDS = 300, 3600
"""How long a message may be answered."""
VALIDATION = 13
MEDIA_TYPES = {"voice": "audio/silk", "file": UNKNOWN}
"""What the vendor's own words stand for; the others are media types."""


_FACE = re.compile(r'<(?:faceType|emoji)[=:](?:[^<>]*?ext="([A-Za-z0-9+/=_-]*)")?[^<>]*>')
"""A face; what it says is JSON in base64."""
_MENTION = re.compile(r'<(?:@!?|qqbot-at-user id=")([\w-]+)(?:"\s*/)?>', re.ASCII)


_QUOTES = re.compile(r"[\"'\\“”‘’]")


class _Face(Struct):
    text: str = ""


class _Author(Struct):
    user_openid: str = ""
    member_openid: str = ""
    bot: bool = False


class _File(Struct):
    url: str = ""
    content_type: str = ""
    filename: str = ""
    size: int = 0
    voice_wav_url: str = ""
    """The same voice in a format that more programs read."""


class _Mentioned(Struct):
    id: str = ""
    member_openid: str = ""
    username: str = ""
    is_you: bool = False


class _Message(Struct):
    id: str
    author: _Author
    content: str = ""
    group_openid: str = ""
    attachments: list[_File] = []
    mentions: list[_Mentioned] = []

    @property
    def words(self) -> str:
        """What was written: faces in words, without us, and with the names of others.

        A group's message begins with us, where it names us at all.
        """
        text, first = _FACE.sub(_face, self.content).strip(), True
        told = {key: one for one in self.mentions for key in (one.id, one.member_openid) if key}

        def shown(found: re.Match[str]) -> str:
            nonlocal first
            one, begins = told.get(found[1]), first and not found.start()
            first = False
            ours = one.is_you if one else begins and bool(self.group_openid)
            return "" if ours else f"@{name_of(one.username if one and one.username else found[1])}"

        return cleaned(_MENTION.sub(shown, text))


class _Event(Struct):
    d: _Message


class _Validation(Struct):
    plain_token: str
    event_ts: str


class _Asked(Struct):
    d: _Validation


class Said(Struct):
    """What is common to messages in groups and of one person."""

    id: str
    chat: str
    """`groups/…` or `users/…`; the person's own id where there is no group."""
    sender: str
    text: str
    files: list[Sent]
    by_bot: bool
    seconds: int
    """How long it may be answered."""


def said_in(found: Mapping[str, Any]) -> Said | None:
    """The message in an event; None when it holds none. Raises BadRequestError: malformed."""
    kind = found.get("t")
    if found.get("op") != 0 or kind not in (GROUP, PERSON):
        return None
    said = shape(found, _Event).d
    author, in_group = said.author, kind == GROUP
    sender = author.member_openid if in_group else author.user_openid
    place = said.group_openid if in_group else sender
    if not (said.id and place and sender):
        raise BadRequestError("a message without its ids")
    return Said(
        id=said.id,
        chat=f"groups/{place}" if in_group else f"users/{place}",
        sender=sender,
        text=said.words,
        files=[_sent(file, index) for index, file in enumerate(said.attachments)],
        by_bot=author.bot,
        seconds=GROUP_SECONDS if in_group else PERSON_SECONDS,
    )


def validation_in(found: Mapping[str, Any]) -> tuple[str, str] | None:
    """Time and token of a validation, which are digits, and letters and digits.

    None when it is none. Raises BadRequestError where it asks for anything else to be signed:
    events are signed with the same key over a time and a body, which begins with a brace, so who
    got a body signed could forge events.
    """
    if found.get("op") != VALIDATION:
        return None
    asked = shape(found, _Asked).d
    stamp, token = asked.event_ts, asked.plain_token
    if not (re.fullmatch(r"[0-9]{1,12}", stamp) and re.fullmatch(r"[A-Za-z0-9]{1,64}", token)):
        raise BadRequestError("a validation of something else than a time and a token")
    return stamp, token


def _face(found: re.Match[str]) -> str:
    try:
        words = json.decode(b64decode(found[1] or ""), type=_Face).text.strip("[]")
    except (ValueError, DecodeError):  # of base64, of what is in it
        return ""
    return f"[{re.sub(_QUOTES, '', words)}]" if words else ""


def _sent(file: _File, index: int) -> Sent:
    name = file.filename or f"file-{index}"
    if file.voice_wav_url:
        return Sent({"url": _whole(file.voice_wav_url)}, name, "audio/wav")
    media_type = MEDIA_TYPES.get(file.content_type, file.content_type)
    return Sent({"url": _whole(file.url)}, name, media_type, file.size)


def _whole(url: str) -> str:
    """Some addresses come without their scheme."""
    return url if "://" in url else f"https://{url.removeprefix('//')}"
