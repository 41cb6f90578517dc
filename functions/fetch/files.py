"""Which files come in: of a known kind, not too big, not for ever."""

import re
import time

from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import Attachment
from switchboard.net.http import Download
from switchboard.storage import MAX_ATTACHMENT_BYTES

HTML = "text/html"
UNKNOWN = {"", "application/octet-stream", "binary/octet-stream"}
"""What platforms say that do not know."""
KINDS = re.compile(
    r"(text|image|audio|video)/[a-z0-9.+-]+"
    r"|application/(json|xml|pdf|rtf|zip|gzip|msword|epub\+zip|x-tex|x-yaml|yaml"
    r"|vnd\.(openxmlformats-officedocument|oasis\.opendocument|ms-)[a-z0-9.+-]*)"
)
"""Documents, pictures and sounds; programs are nothing that a tool reads."""
PROGRAMS = {".apk", ".app", ".bat", ".cmd", ".com", ".dll", ".exe", ".jar", ".msi", ".ps1", ".scr"}


def check(attachment: Attachment) -> None:
    """What the message itself says of the file. Raises RejectedError."""
    if attachment.size > MAX_ATTACHMENT_BYTES:
        raise RejectedError("size", say="too_big")
    suffix = re.search(r"\.[^.]*$", attachment.name.strip().lower())
    if not _known(attachment.media_type) or (suffix and suffix[0] in PROGRAMS):
        raise RejectedError("kind", say="attachment_refused")


def read(download: Download, attachment: Attachment, until: float) -> bytes:
    """The file as it comes.

    Raises RejectedError when it is of no known kind or too big, and UnavailableError when it has
    not come by `until`.
    """
    # Where a login page comes instead of a file, the platform did not let us in.
    stranger = download.media_type == HTML != _plain(attachment.media_type)
    if stranger or not _known(download.media_type):
        raise RejectedError("kind of the download", say="attachment_refused")
    chunks: list[bytes] = []
    size = 0
    for chunk in download.chunks:
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ATTACHMENT_BYTES:
            raise RejectedError("size of the download", say="too_big")
        if time.time() > until:
            raise UnavailableError("too slow")
    return b"".join(chunks)


def _known(media_type: str) -> bool:
    kind = _plain(media_type)
    return kind in UNKNOWN or KINDS.fullmatch(kind) is not None


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
