"""Office documents are archives: bounded, tried out as a whole, and told apart by their members."""

import io
import re
import struct
import zlib
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
_MEMBERS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
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
    kind = next((kind for member, kind in _MEMBERS.items() if member in names), None)
    if kind is None and "mimetype" in names:
        kind = _MIMETYPES.get(archive.read("mimetype").decode("latin-1").strip())
    if kind is None:
        raise BadRequestError("an archive", say="not_a_document", name=name, actual="ZIP")
    parts = sum(
        bool(re.fullmatch(r"(ppt/slides/slide|xl/worksheets/sheet)\d+\.xml", one)) for one in names
    )
    return kind, parts
