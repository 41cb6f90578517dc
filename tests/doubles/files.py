"""Files that a double has, and forms with files that it is sent (RFC 7578)."""

from dataclasses import dataclass
from email import message_from_bytes

from tests.doubles.server import Answer, Request


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes

    @property
    def answer(self) -> Answer:
        return Answer(self.content, headers={"content-type": self.media_type})


def fields_of(request: Request) -> dict[str, File]:
    """The fields of a form, as files; those that are no files have no name."""
    kind = request.headers.get("content-type", "").encode()
    form = message_from_bytes(b"content-type: " + kind + b"\r\n\r\n" + request.body)
    if not form.is_multipart():
        return {}
    found = {}
    for part in form.get_payload():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        found[name] = File(part.get_filename() or "", part.get_content_type(), content)
    return found
