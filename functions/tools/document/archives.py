"""Office documents are archives: bounded, tried out as a whole, and told apart by their members."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

from switchboard.errors import BadRequestError

from .models import MEDIA_TYPES

MAX_UNPACKED = 100_000_000
"""Bytes that an office document may unpack to."""
MAX_MEMBERS = 5_000
DAMAGED = (
    BadZipFile,
    EOFError,
    LZMAError,
    NotImplementedError,  # a version or a method that is not there
    OSError,  # bzip2's garbled data
    OverflowError,
    RuntimeError,  # a member that says only in its own header that it is encrypted
    ValueError,  # a place before its beginning; a name that is not in the encoding it says
    struct.error,
    zlib.error,
)
"""Whatever `zipfile` and its decompressors raise for a file that is not as it should be."""
MAX_LIST = 1_000_000
"""Bytes of the list of an archive's parts."""
_MEMBERS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
"""Where the main part usually is."""
_MAIN = {
    "wordprocessingml.document.main": "docx",
    "wordprocessingml.template.main": "docx",
    "ms-word.document.macroEnabled.main": "docx",
    "ms-word.template.macroEnabledTemplate.main": "docx",
    "spreadsheetml.sheet.main": "xlsx",
    "spreadsheetml.template.main": "xlsx",
    "ms-excel.sheet.macroEnabled.main": "xlsx",
    "presentationml.presentation.main": "pptx",
    "presentationml.slideshow.main": "pptx",
    "ms-powerpoint.presentation.macroEnabled.main": "pptx",
}
"""What the content type of the main part holds (ECMA-376 part 1, 11 to 13); macros are not run."""
_LABELS = {"ms-excel.sheet.binary.macroEnabled.main": "Excel binary (.xlsb)"}
_RELATED = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\b[^>]*>")
_QUOTED = re.compile(rb"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MIMETYPES = {
    MEDIA_TYPES["odt"]: "odt",
    MEDIA_TYPES["epub"]: "epub",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def packed(name: str, data: bytes) -> tuple[str, int]:
    """Its kind, and the count of its slides or sheets. Raises BadRequestError that says why not."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _bounded(name, archive)
            # Reading every member shows one that lies about its size or was cut off.
            if archive.testzip() is not None:
                raise BadRequestError("bad checksum", say="damaged", name=name)
            return _kind(name, archive)
    except DAMAGED as error:
        raise BadRequestError("bad archive", say="damaged", name=name) from error


def _bounded(name: str, archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise BadRequestError("unpacks to too much", say="too_much", name=name)
    if any(one.flag_bits & 1 for one in members):
        raise BadRequestError("encrypted archive", say="protected", name=name)


def _kind(name: str, archive: ZipFile) -> tuple[str, int]:
    names = archive.namelist()
    told = _main_type(archive)
    kind = next((kind for part, kind in _MAIN.items() if part in told), None)
    for part, label in _LABELS.items():
        if part in told:
            raise BadRequestError(label, say="not_a_document", name=name, actual=label)
    kind = kind or next((kind for member, kind in _MEMBERS.items() if member in names), None)
    if kind is None and "mimetype" in names:
        kind = _MIMETYPES.get(archive.read("mimetype").decode("latin-1").strip())
    if kind is None:
        raise BadRequestError("an archive", say="not_a_document", name=name, actual="ZIP")
    parts = sum(
        bool(re.fullmatch(r"(ppt/slides/slide|xl/worksheets/sheet)\d+\.xml", one)) for one in names
    )
    return kind, parts


def _main_type(archive: ZipFile) -> str:
    """The content type of the part that the archive says is the main one; empty if it does not."""
    starts = _elements(archive, "_rels/.rels", _RELATED)
    mains = [
        one.get("Target", "") for one in starts if one.get("Type", "").endswith("/officeDocument")
    ]
    for one in _elements(archive, "[Content_Types].xml", _OVERRIDE):
        if mains and one.get("PartName", "").lower() == f"/{mains[0].lstrip('/')}".lower():
            return one.get("ContentType", "")
    return ""


def _elements(archive: ZipFile, member: str, kind: re.Pattern[bytes]) -> Iterator[dict[str, str]]:
    """The attributes of a part's elements: this process parses no XML of strangers."""
    if member not in archive.namelist() or archive.getinfo(member).file_size > MAX_LIST:
        return
    for found in kind.finditer(archive.read(member)):
        yield {
            name.decode(): (one or other).decode("utf-8", "replace")
            for name, one, other in _QUOTED.findall(found[0])
        }
