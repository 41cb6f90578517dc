"""What QQ sends: messages, and the request that validates an address. Source: bot.q.qq.com."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.channels.kit.files import UNKNOWN, Sent
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError

GROUP, PERSON = "GROUP_AT_MESSAGE_CREATE", "C2C_MESSAGE_CREATE"
GROUP_SECONDS, PERSON_SECONDS = 300, 3600
"""How long a message may be answered."""
VALIDATION = 13
MEDIA_TYPES = {"voice": "audio/silk", "file": UNKNOWN}
"""What the vendor's own words stand for; the others are media types."""


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


class _Message(Struct):
    id: str
    author: _Author
    content: str = ""
    group_openid: str = ""
    attachments: list[_File] = []


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
        text=cleaned(said.content),
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


def _sent(file: _File, index: int) -> Sent:
    name = file.filename or f"file-{index}"
    if file.voice_wav_url:
        return Sent({"url": _whole(file.voice_wav_url)}, name, "audio/wav")
    media_type = MEDIA_TYPES.get(file.content_type, file.content_type)
    return Sent({"url": _whole(file.url)}, name, media_type, file.size)


def _whole(url: str) -> str:
    """Some addresses come without their scheme."""
    return url if "://" in url else f"https://{url.removeprefix('//')}"
