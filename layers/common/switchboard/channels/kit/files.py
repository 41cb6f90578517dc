"""Files that came with a message: what the platform tells of them becomes attachments."""

import re
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from switchboard.models import Attachment

MEDIA_TYPE = r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*"
"""A type and a subtype (RFC 6838, 4.2)."""
MOST, NAME_CHARACTERS = 10, 200
UNKNOWN = "application/octet-stream"


class Sent(Struct, frozen=True):
    """A file as the platform tells of it; `source` is what its channel's `download` needs."""

    source: dict[str, str]
    name: str = "file"
    media_type: str = UNKNOWN
    size: int = 0
    """Bytes; 0 when the platform does not say."""


def media_type_of(told: str) -> str:
    """What a platform, and so perhaps its sender, says a file is: without parameters, or unknown.

    It becomes a header of HTTP.
    """
    kind = told.partition(";")[0].strip().lower()
    return kind if re.fullmatch(MEDIA_TYPE, kind) else UNKNOWN


def attachments(envelope: UUID, files: Sequence[Sent]) -> tuple[Attachment, ...]:
    """The first ten of the files, kept below the envelope's own prefix: no name is in a key."""
    return tuple(
        Attachment(
            key=f"uploads/{envelope}/{number}",
            name=file.name[:NAME_CHARACTERS] or "file",
            media_type=media_type_of(file.media_type),
            size=max(file.size, 0),
            source=file.source,
        )
        for number, file in enumerate(files[:MOST])
    )
