"""What a document really is: told by its content, and only among kinds of text by its name."""

import io
import re
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from switchboard.errors import BadRequestError

MAX_TEXT = 5_000_000
"""Bytes of a text file."""
MAX_UNPACKED = 100_000_000
"""Bytes that an office document may unpack to."""
MAX_MEMBERS = 5_000

MEDIA_TYPES = {
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
    "rst": "text/x-rst",
    "csv": "text/csv",
    "txt": "text/plain",
    "pdf": "application/pdf",
}
TEXTS = {
    "md": "md",
    "markdown": "md",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "rst": "rst",
    "csv": "csv",
}
"""Kinds of text by ending; any other ending is plain text."""
PACKED = {"docx", "odt", "epub", "pptx", "xlsx", "pdf"}
_BY_MEMBER = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
_BY_MIMETYPE = {MEDIA_TYPES["odt"].encode(): "odt", MEDIA_TYPES["epub"].encode(): "epub"}
_UNREADABLE = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP/WAV"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "Office 97-2003 (.doc, .xls, .ppt)"),
)
_HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose kind is known. Texts are decoded, `parts` counts slides or sheets."""

    name: str
    kind: str
    text: str = ""
    parts: int = 0


def recognised(name: str, data: bytes, written: str | None = None) -> Document:
    """Tell what `data` is; `written` says what a text is written in.

    Raises BadRequestError that says why it cannot be read.
    """
    if not data.strip():
        raise BadRequestError("empty", say="empty", name=name)
    if data[:1024].find(b"%PDF-") >= 0:
        return Document(name, "pdf")
    if data.startswith(b"PK\x03\x04"):
        return _archive(name, data)
    _refuse_unreadable(name, data)
    return _text(name, data, written)


def _refuse_unreadable(name: str, data: bytes) -> None:
    for magic, label in _UNREADABLE:
        if data.startswith(magic):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise BadRequestError("encrypted office file", say="protected", name=name)
            raise BadRequestError(label, say="not_a_document", name=name, actual=label)


def _text(name: str, data: bytes, written: str | None) -> Document:
    if len(data) > MAX_TEXT:
        raise BadRequestError("text too long", say="too_much", name=name)
    text = decoded(data)
    if text is None:
        raise BadRequestError("binary", say="not_a_document", name=name, actual="?")
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = "html" if _HTML.match(text) else TEXTS.get(ending, "txt")
    if kind == "txt" and ending in PACKED:
        raise BadRequestError("text", say="not_a_document", name=name, actual="TXT")
    return Document(name, written or kind, text.replace("\r\n", "\n").replace("\r", "\n"))


def decoded(data: bytes) -> str | None:
    """The text in its most likely encoding; None when it is not text at all."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _CONTROLS.search(text):
            return text
    return None


def _encodings(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\0" in data:
        odd = data[1:2000:2].count(0) > data[0:2000:2].count(0)
        return ["utf-16-le" if odd else "utf-16-be"]
    declared = _CHARSET.search(data[:4096])
    named = [declared.group(1).decode()] if declared else []
    # GB 18030 before Windows' Latin, which takes nearly everything.
    return ["utf-8-sig", *named, "gb18030", "cp1252"]


def _archive(name: str, data: bytes) -> Document:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _bounded(name, archive)
            # Reading every member shows one that lies about its size or was cut off.
            if archive.testzip() is not None:
                raise BadRequestError("bad checksum", say="damaged", name=name)
            return _packed(name, archive)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadRequestError("bad archive", say="damaged", name=name) from error


def _bounded(name: str, archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise BadRequestError("unpacks to too much", say="too_much", name=name)
    if any(one.flag_bits & 1 for one in members):
        raise BadRequestError("encrypted archive", say="protected", name=name)


def _packed(name: str, archive: ZipFile) -> Document:
    names = archive.namelist()
    kind = next((kind for member, kind in _BY_MEMBER.items() if member in names), None)
    if kind is None and "mimetype" in names:
        kind = _BY_MIMETYPE.get(archive.read("mimetype").strip())
    if kind is None:
        raise BadRequestError("an archive", say="not_a_document", name=name, actual="ZIP")
    parts = sum(
        bool(re.fullmatch(r"(ppt/slides/slide|xl/worksheets/sheet)\d+\.xml", one)) for one in names
    )
    return Document(name, kind, parts=parts)
