"""Forms with files, read as a platform reads them. Source: RFC 7578."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from tests.doubles.server import Request


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    fields: dict[str, str]
    files: dict[str, File]


def read(request: Request) -> Form:
    """The form of a request; empty when it is none."""
    found = Form({}, {})
    boundary = re.search(r"boundary=(\w+)", request.headers.get("content-type", ""))
    pieces = request.body.split(b"--" + boundary[1].encode()) if boundary else []
    for piece in pieces[1:-1]:
        head, _, content = piece.removesuffix(b"\r\n").partition(b"\r\n\r\n")
        about = head.decode()
        names = dict(re.findall(r'(\w*name)="([^"]*)"', about))
        if "filename" in names:
            kind = re.search(r"content-type: (\S+)", about)
            name = unquote(names["filename"])
            found.files[names["name"]] = File(name, kind[1] if kind else "", content)
        else:
            found.fields[names["name"]] = content.decode()
    return found
