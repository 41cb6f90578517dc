"""Documents whose flaws nobody foresaw: whatever the bytes, they are read or refused."""

import io
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tools.document.formats import Hints, read_as, recognised
from functions.tools.document.tables import rows_of
from switchboard.errors import BadRequestError


def archive(method: int) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", method) as made:
        made.writestr("word/document.xml", b"<a/>" * 900)
    return out.getvalue()


SAMPLES = {
    "a.docx": [archive(method) for method in (ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA)],
    "a.md": [b"---\ntitle: [a, {b: 2026-02-30}]\nn: &x 1\n---\n\n$5 and $x$\n"],
    "a.csv": [b'name;"a ""b"\n1,5;2\n', "名,量\r\n\r\n1,2".encode("gb18030"), b'sep=;\na;b"\n'],
    "a.html": [b"<!DOCTYPE html><meta charset='%s'>\xff\\ud800" % one for one in (
        b"undefined", b"utf-7", b"idna", b"unicode_escape", b"raw_unicode_escape", b"x-sjis",
    )],
    "a.txt": ["香蕉 é".encode(one) for one in ("utf-16", "utf-32-le", "iso-2022-jp-2", "utf-7")],
    "a.pdf": [b"%PDF-1.7\n1 0 obj"],
}  # fmt: skip
SAMPLE = st.sampled_from([(name, one) for name, some in SAMPLES.items() for one in some])
BYTE = st.one_of(st.integers(0, 255), st.sampled_from([0, 255]))
CHANGES = st.lists(st.tuples(st.integers(0, 4_000), st.booleans(), BYTE), max_size=5)


def read(name: str, data: bytes) -> str:
    """The phrase with which it is refused; empty when it is read."""
    try:
        text = read_as(recognised(name, data, Hints()))[1]
    except BadRequestError as error:
        return error.say
    text.encode()
    rows_of(text)
    return ""


@given(SAMPLE, CHANGES, st.integers(0, 5_000))
def test_whatever_is_changed_in_a_document_it_is_read_or_refused(sample, changes, length):
    name, data = sample
    made = bytearray(data)
    for place, from_end, byte in changes:
        made[-1 - place % len(made) if from_end else place % len(made)] = byte

    assert read(name, bytes(made[: length or None])) in {
        "", "damaged", "empty", "not_a_document", "protected", "too_much", "unknown_encoding",
    }  # fmt: skip


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
@pytest.mark.parametrize(
    ("place", "bytes_"),
    [
        (None, bytes(30)),  # the member's own data
        (6, b"\x63\0"),  # the version that is needed
        (8, b"\0\x08" + bytes(36) + b"\xff"),  # the name's encoding, and a name that is not in it
        (42, b"\xf0\xff\xff\xff"),  # where the member begins
    ],
)
def test_a_damaged_archive_says_so(method, place, bytes_):
    data = bytearray(archive(method))
    start = 30 + len("word/document.xml") + 6 if place is None else data.rfind(b"PK\1\2") + place
    data[start : start + len(bytes_)] = bytes_

    assert read("a.docx", bytes(data)) == "damaged"
