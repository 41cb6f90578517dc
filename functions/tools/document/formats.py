"""What a document really is: told by its content, and only among kinds of text by its name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import PurePath

from switchboard.errors import BadRequestError

from . import markdown, pages
from .archives import packed
from .encodings import Decoded, decoded, is_binary
from .labels import named
from .notes import Note, noted
from .tables import as_html, rows_of

MAX_TEXT = 5_000_000
"""Bytes of a text file."""
MAX_STEM = 60
"""Characters of a name: 4 bytes each at most, and file systems allow 255 bytes."""

TEXTS = {one: one for one in ("md", "html", "rst", "csv")}
TEXTS |= {"markdown": "md", "htm": "html", "xhtml": "html", "tsv": "csv", "tab": "csv"}
"""Kinds of text by ending; any other ending is plain text."""
SHEETS = {"xlsx", "ods"}
PACKED = {"docx", "odt", "epub", "pptx", "pdf"} | SHEETS
_UNREADABLE = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "Office 97-2003 (.doc, .xls, .ppt)"),
)
_HTML = re.compile(r"(?is)\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*-->\s*)*<(!doctype html|html)\b")
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose kind is known. Texts are decoded, `parts` counts slides or sheets."""

    name: str
    kind: str
    text: str = ""
    parts: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """What somebody says about a text, and their language, which tells where it may come from."""

    written: str | None = None
    encoding: str = ""
    locale: str = "en"


def recognised(name: str, data: bytes, hints: Hints) -> Document:
    """Tell what `data` is. Raises BadRequestError that says why not."""
    if not data.strip():
        raise BadRequestError("empty", say="empty", name=name)
    if data[:1024].find(b"%PDF-") >= 0:
        return Document(name, "pdf")
    if data.startswith(b"PK\x03\x04"):
        kind, parts = packed(name, data)
        return Document(name, kind, parts=parts)
    _refuse_unreadable(name, data)
    return _text(name, data, hints)


def _refuse_unreadable(name: str, data: bytes) -> None:
    for magic, label in _UNREADABLE:
        if data.startswith(magic):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise BadRequestError("encrypted office file", say="protected", name=name)
            raise BadRequestError(label, say="not_a_document", name=name, actual=label)


def _text(name: str, data: bytes, hints: Hints) -> Document:
    if len(data) > MAX_TEXT:
        raise BadRequestError("text too long", say="too_much", name=name)
    if hints.encoding and not named(hints.encoding):
        raise BadRequestError("no encoding", say="no_encoding", encoding=hints.encoding)
    found = decoded(data, said=hints.encoding, locale=hints.locale)
    if found is None and is_binary(data):
        raise BadRequestError("binary", say="not_a_document", name=name, actual="?")
    if found is None:
        raise BadRequestError("encoding", say="unknown_encoding", name=name)
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = "html" if _HTML.match(found.text) else TEXTS.get(ending, "txt")
    if kind == "txt" and ending in PACKED:
        raise BadRequestError("text", say="not_a_document", name=name, actual="TXT")
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    return Document(name, hints.written or kind, text, notes=tuple(_doubts(found)))


def _doubts(found: Decoded) -> Iterator[Note]:
    if found.guessed:
        yield noted("guessed_encoding", encoding=found.encoding)
    if found.damaged:
        yield noted("damaged_characters", count=found.damaged)


def read_as(document: Document) -> tuple[str, str]:
    """The pandoc reader for a document, and its text for it."""
    if document.kind in ("txt", "pdf"):
        return "html", _paragraphs(document.text)
    if document.kind == "md":
        return markdown.read(document.text)
    if document.kind == "csv":
        tabbed = document.name.lower().endswith((".tsv", ".tab"))
        return "html", as_html([("", rows_of(document.text, tabbed=tabbed), ())])
    if document.kind == "html":
        return "html", pages.spoken(document.text)
    return "html" if document.kind in SHEETS else document.kind, document.text


def _paragraphs(text: str) -> str:
    """Plain text as HTML, which keeps its lines and takes nothing in it for markup."""
    blocks = re.split(r"\n\s*\n|\f", text)
    lines = ("<br>".join(map(escape, block.strip("\n").split("\n"))) for block in blocks)
    return "".join(f"<p>{block}</p>" for block in lines)


def words(text: str) -> int:
    """Words, each Chinese character being one."""
    return len(_WORDS.findall(text))


def safe_stem(name: str) -> str:
    """A file's name without its ending, fit to be a file's name here, whatever it was."""
    stem = "".join(char for char in PurePath(name).stem if char.isprintable() and char not in "\\/")
    return stem.strip(" .")[:MAX_STEM] or "document"
