"""What QQ sends: messages, and the request that validates an address. Source: bot.q.qq.com."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.errors import BadRequestError
from switchboard.models import Attachment

GROUP, PERSON = "GROUP_AT_MESSAGE_CREATE", "C2C_MESSAGE_CREATE"
VALIDATION = 13
MAX_FILES = 10
MEDIA_TYPES = {"voice": "audio/silk", "file": "application/octet-stream"}
"""What the vendor's own words stand for; the others are media types."""


class Author(Struct):
    user_openid: str = ""
    member_openid: str = ""
    bot: bool = False


class File(Struct):
    url: str = ""
    content_type: str = ""
    filename: str = ""
    size: int = 0
    voice_wav_url: str = ""
    """The same voice in a format that more programs read."""


class Said(Struct):
    id: str
    author: Author
    content: str = ""
    group_openid: str = ""
    attachments: list[File] = []


class _Event(Struct):
    d: Said


class _Validation(Struct):
    plain_token: str
    event_ts: str


class _Asked(Struct):
    d: _Validation


def said_in(found: Mapping[str, Any]) -> Said:
    return shape(found, _Event).d


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


def attachments_of(said: Said, envelope: UUID) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            key=f"uploads/{envelope}/{index}",
            name=file.filename or f"file-{index}",
            media_type="audio/wav"
            if file.voice_wav_url
            else MEDIA_TYPES.get(file.content_type, file.content_type),
            size=max(file.size, 0) if not file.voice_wav_url else 0,
            source={"url": _whole(file.voice_wav_url or file.url)},
        )
        for index, file in enumerate(said.attachments[:MAX_FILES])
    )


def _whole(url: str) -> str:
    """Some addresses come without their scheme."""
    return url if "://" in url else f"https://{url.removeprefix('//')}"
