"""A form with files, as browsers send it. Source: RFC 7578."""

from collections.abc import Mapping
from uuid import uuid4

File = tuple[str, str, bytes]
"""Name, media type, content."""


def multipart(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[str, bytes]:
    """The content type and the body of a form with these fields and files."""
    mark = uuid4().hex  # 122 random bits, which no file has guessed
    made: list[bytes] = []
    for field, value in fields.items():
        made += [_head(mark, field), b"\r\n\r\n", value.encode(), b"\r\n"]
    for field, (name, media_type, content) in files.items():
        about = f'; filename="{_quoted(name)}"\r\ncontent-type: {_line(media_type)}\r\n\r\n'
        made += [_head(mark, field), about.encode(), content, b"\r\n"]
    made.append(f"--{mark}--\r\n".encode())
    return f"multipart/form-data; boundary={mark}", b"".join(made)


def _head(mark: str, field: str) -> bytes:
    return f'--{mark}\r\ncontent-disposition: form-data; name="{_quoted(field)}"'.encode()


def _quoted(text: str) -> str:
    """How the HTML standard escapes names in such a form."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")
