"""What a document really is: told by its content, and only among kinds of text by its name."""

import io
import re
import zlib
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePath
from zipfile import BadZipFile, ZipFile

import yaml

from switchboard.errors import BadRequestError

from .models import MEDIA_TYPES

MAX_TEXT = 5_000_000
"""Bytes of a text file."""
MAX_UNPACKED = 100_000_000
"""Bytes that an office document may unpack to."""
MAX_MEMBERS = 5_000
MAX_STEM = 60
"""Characters of a name: 4 bytes each at most, and file systems allow 255 bytes."""

TEXTS = {one: one for one in ("md", "html", "rst", "csv")}
TEXTS |= {"markdown": "md", "htm": "html", "xhtml": "html"}
"""Kinds of text by ending; any other ending is plain text."""
PACKED = {"docx", "odt", "epub", "pptx", "xlsx", "pdf"}
MARKDOWN = "gfm+attributes+definition_lists+east_asian_line_breaks"
_MEMBERS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
_MIMETYPES = {MEDIA_TYPES["odt"].encode(): "odt", MEDIA_TYPES["epub"].encode(): "epub"}
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
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose kind is known. Texts are decoded, `parts` counts slides or sheets."""

    name: str
    kind: str
    text: str = ""
    parts: int = 0


def recognised(name: str, data: bytes, written: str | None = None) -> Document:
    """Tell what `data` is; `written` is for texts. Raises BadRequestError that says why not."""
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
    kind = next((kind for member, kind in _MEMBERS.items() if member in names), None)
    if kind is None and "mimetype" in names:
        kind = _MIMETYPES.get(archive.read("mimetype").strip())
    if kind is None:
        raise BadRequestError("an archive", say="not_a_document", name=name, actual="ZIP")
    parts = sum(
        bool(re.fullmatch(r"(ppt/slides/slide|xl/worksheets/sheet)\d+\.xml", one)) for one in names
    )
    return Document(name, kind, parts=parts)


def read_as(document: Document) -> tuple[str, str]:
    """The pandoc reader for a document, and its text for it."""
    if document.kind in ("txt", "pdf"):
        return "html", _paragraphs(document.text)
    if document.kind == "md":
        metadata = "+" if _has_metadata(document.text) else "-"
        return f"{MARKDOWN}{metadata}yaml_metadata_block", document.text
    return "html" if document.kind == "xlsx" else document.kind, document.text


def _has_metadata(text: str) -> bool:
    """Whether it begins with YAML; pandoc refuses a document where that is malformed."""
    front = re.match(r"---\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", text, re.DOTALL)
    try:
        return isinstance(front and yaml.safe_load(front[1]), dict)
    except yaml.YAMLError:
        return False


def _paragraphs(text: str) -> str:
    """Plain text as HTML, which keeps its lines and takes nothing in it for markup."""
    blocks = re.split(r"\n\s*\n|\f", text)
    lines = ("<br>".join(map(escape, block.strip("\n").split("\n"))) for block in blocks)
    return "".join(f"<p>{block}</p>" for block in lines)


def tables_apart(made: Path, name: str) -> list[Path]:
    """A file for each table, with the mark that tells spreadsheets that it is UTF-8."""
    tables = made.read_text(encoding="utf-8").split("\f")
    if not tables[0].strip():
        raise BadRequestError("no tables", say="no_tables", name=name)
    paths = [made]
    if len(tables) > 1:
        paths = [made.with_stem(f"{made.stem}-{index}") for index in range(1, len(tables) + 1)]
    for path, table in zip(paths, tables, strict=True):
        path.write_text(table.strip() + "\n", encoding="utf-8-sig")
    return paths


def words(text: str) -> int:
    """Words, each Chinese character being one."""
    return len(_WORDS.findall(text))


def safe_stem(name: str) -> str:
    """A file's name without its ending, fit to be a file's name here, whatever it was."""
    stem = "".join(char for char in PurePath(name).stem if char.isprintable() and char not in "\\/")
    return stem.strip(" .")[:MAX_STEM] or "document"
