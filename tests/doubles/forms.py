"""Forms with files, as doubles are sent them (RFC 7578)."""

from email import message_from_bytes
from email.policy import HTTP
from typing import NamedTuple

from tests.doubles.server import Request


class File(NamedTuple):
    name: str
    media_type: str
    content: bytes


def file_of(request: Request, field: str) -> File | None:
    """The file in this field of a form."""
    kind = request.headers.get("content-type", "").encode()
    form = message_from_bytes(b"content-type: " + kind + b"\r\n\r\n" + request.body, policy=HTTP)
    for part in form.get_payload() if form.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == field:
            content = part.get_payload(decode=True)
            return File(part.get_filename() or "", part.get_content_type(), content)
    return None
