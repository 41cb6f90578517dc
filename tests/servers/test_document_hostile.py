"""Documents that are not what they say, want too much, or reach for what is not theirs."""

import io
import struct
import time
import urllib.request
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader, PdfWriter

from functions.tools.document import adapter
from functions.tools.document.formats import MAX_TEXT
from functions.tools.document.models import MEDIA_TYPES
from switchboard.errors import BadRequestError
from tests.servers.document_samples import as_uri, bomb, packed, picture, poppler, words_in

pytest_plugins = ["tests.servers.document_desk"]

SECRET = "root:x:0:0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CONTENTS = "[Content_Types].xml"


def reaching(url: str) -> dict[str, str]:
    """Documents that name files and addresses in every way their format has."""
    places = [f"{url}/a.png", "file:///etc/passwd", "/etc/passwd", "../../../../../etc/passwd"]
    images = "\n".join(f'<img src="{place}"><iframe src="{place}"></iframe>' for place in places)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{images}'
        f'<image href="{url}/b.png" width="9" height="9"/>'
        '<image href="/etc/passwd" width="9" height="9"/></svg>'
    )
    return {
        "html": f'<!DOCTYPE html><html><head><link rel="stylesheet" href="{url}/c.css">'
        f'<script src="{url}/d.js"></script><base href="{url}/"></head><body>香蕉 {images}'
        f'<object data="file:///etc/passwd"></object>{drawing}</body></html>',
        "md": f"---\ncss: {url}/e.css\nbibliography: /etc/passwd\nheader-includes: "
        f"<script src={url}/f.js></script>\ninclude-before: /etc/passwd\n---\n\n香蕉 {images}\n\n"
        + "\n\n".join(f"![x]({place})" for place in places)
        + '\n\n```{=typst}\n#read("/etc/passwd")\n#image("/etc/passwd")\n```\n\n'
        + '`#read("/etc/passwd")`{=typst} #read("/etc/passwd") \\input{/etc/passwd}\n\n'
        + f"![x](data:image/svg+xml;utf8,{drawing.replace(' ', '%20')})\n",
        "rst": "香蕉\n\n.. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n\n"
        f".. raw:: html\n   :url: {url}/g\n\n.. image:: {url}/h.png\n\n"
        ".. figure:: file:///etc/passwd\n\n.. literalinclude:: /etc/passwd\n",
        "txt": f"香蕉 <img src={url}/i.png> ![x]({url}/j.png)",
        "csv": f'香蕉,"![x]({url}/k.png)"\n',
    }


@pytest.mark.parametrize("kind", ["html", "md", "rst", "txt", "csv"])
def test_nothing_is_fetched_and_no_file_is_read(kind, desk, listener):
    source = reaching(listener.url)[kind]
    assert SECRET in Path("/etc/passwd").read_text()

    for to in MEDIA_TYPES:
        if to == "csv" and kind != "csv":
            continue
        made = desk.made(to, f"a.{kind}", source)
        assert SECRET not in words_in(made, to)
        assert "香蕉" in words_in(made, to)
    assert SECRET not in desk("text.extract", f"a.{kind}", source).text

    assert listener.asked == []
    urllib.request.urlopen(f"{listener.url}/seen").close()
    assert [one.path for one in listener.asked] == ["/seen"]


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_nothing_is_fetched_for_what_is_packed(kind, desk, listener):
    source = desk.made(kind, "a.md", f"香蕉 ![x](https://x/a.png) [l]({listener.url}/l)")
    with ZipFile(io.BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    image = as_uri(picture(10)).encode()
    for name, part in parts.items():
        parts[name] = part.replace(b"https://x/a.png", b"file:///etc/passwd").replace(image, b"")

    made = desk.made("pdf", f"a.{kind}", packed(parts))

    assert SECRET not in poppler("pdftotext", made)
    assert listener.asked == []


def test_a_page_carries_no_script(desk):
    source = (
        "# 香\n\n<script>alert(1)</script>\n\n<b onclick='alert(2)'>x</b>\n\n[j](javascript:alert)"
    )

    page = desk.made("html", "a.md", source).decode()

    assert "alert(1)" not in page
    assert "onclick" not in page


def test_text_that_looks_like_typst_stays_text(desk):
    text = '#read("/etc/passwd") #import "@preview/x:1.0.0" $ @label <label> = *a* //b'

    assert text.replace(" ", "") in words_in(desk.made("pdf", "a.txt", text), "pdf")


def encrypted(pdf: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(word: bytes) -> bytes:
    """One byte of the document's own part is another."""
    middle = word.index(b"word/document.xml") + 60
    return word[:middle] + bytes([word[middle] ^ 255]) + word[middle + 1 :]


@pytest.fixture
def whole(desk) -> dict[str, bytes]:
    """Documents that are as they should be."""
    return {kind: desk.made(kind, "a.md", "香蕉 " * 500) for kind in ("docx", "pdf")}


class TestNotWhatItSays:
    @pytest.mark.parametrize("operation", ["convert", "text.extract", "info"])
    @pytest.mark.parametrize(
        ("name", "data", "phrase"),
        [
            ("a.docx", picture(10), "not_a_document"),
            ("a.txt", picture(10), "not_a_document"),
            ("a.pdf", b"\xff\xd8\xff\xe0" + bytes(99), "not_a_document"),
            ("a.docx", "just text", "not_a_document"),
            ("a.docx", packed({"x.txt": "x"}), "not_a_document"),
            ("a.epub", packed({"mimetype": "application/zip"}), "not_a_document"),
            ("a.doc", OLE, "not_a_document"),
            ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected"),
            ("a.md", bytes(range(256)) * 9, "not_a_document"),
            ("a.md", b"", "empty"),
            ("a.docx", b" \n\n", "empty"),
            ("a.docx", packed({CONTENTS: "", "word/document.xml": "<a>"}), "damaged"),
            ("a.xlsx", packed({CONTENTS: "", "xl/workbook.xml": "<a>"}), "damaged"),
            ("a.pdf", b"%PDF-1.7\nnonsense" * 99, "damaged"),
            ("a.txt", b"a" * (MAX_TEXT + 1), "too_much"),
            ("a.docx", bomb(101_000_000), "too_much"),
            ("a.docx", bomb(90_000_000, says=1000), "damaged"),
            ("a.docx", packed({str(index): "" for index in range(5_001)}), "too_much"),
        ],
    )  # fmt: skip
    def test_it_is_refused_in_both_languages(self, operation, name, data, phrase, desk):
        arguments = {"to": "pdf" if not name.endswith(".pdf") else "md"}
        arguments = arguments if operation == "convert" else {}

        assert desk.refusal(operation, name, data, **arguments) == phrase

    def test_an_archive_with_a_password(self, desk):
        archive = bytearray(packed({"word/document.xml": "<a/>"}))
        archive[archive.index(b"PK\x01\x02") + 8] |= 1

        assert desk.refusal("info", "a.docx", bytes(archive)) == "protected"

    @pytest.mark.parametrize(
        ("kind", "broken", "phrase"),
        [
            *(("docx", lambda data, end=end: data[:end], "damaged") for end in (30, 2_000, -30)),
            ("docx", flipped, "damaged"),
            ("pdf", lambda data: data[:400], "damaged"),
            ("pdf", lambda data: encrypted(data, "secret"), "protected"),
        ],
    )
    def test_what_is_cut_short_flipped_or_locked(self, kind, broken, phrase, desk, whole):
        data = broken(whole[kind])

        assert desk.refusal("text.extract", f"a.{kind}", data) == phrase

    def test_a_pdf_that_only_forbids_printing_is_read(self, desk, whole):
        assert "香蕉" in desk("text.extract", "a.pdf", encrypted(whole["pdf"], "")).text

    def test_a_document_is_read_whatever_its_name(self, desk, whole):
        assert "香蕉" in desk("text.extract", "a.docx", whole["pdf"]).text
        assert "香蕉" in desk("text.extract", "a", whole["docx"]).text
        assert desk("info", "a.doc", "<html><p>香蕉").content["kind"] == "html"

    def test_a_scan_holds_no_text(self, desk):
        scan = desk.made("pdf", "a.md", f"![]({as_uri(picture())})")
        with_page_number = "1" in poppler("pdftotext", scan)
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        out = io.BytesIO()
        writer.write(out)

        assert with_page_number
        assert desk.refusal("text.extract", "a.pdf", out.getvalue()) == "no_text"
        assert desk.refusal("convert", "a.pdf", out.getvalue(), to="docx") == "no_text"


def test_nothing_given(desk):
    assert desk.refused("convert", to="pdf") == "nothing_given"


def test_a_document_that_takes_too_long_is_stopped(desk, monkeypatch):
    monkeypatch.setattr(adapter, "SECONDS", 0.02)
    began = time.monotonic()

    assert desk.refusal("convert", "a.md", "香蕉\n\n" * 200_000, to="pdf") == "too_hard"
    assert time.monotonic() - began < 2


def test_a_document_that_needs_too_much_memory_is_stopped(desk):
    assert desk.refusal("convert", "a.html", "<html>" + "<b>" * 1_600_000, to="docx") == "too_hard"


@pytest.mark.parametrize("text", [">" * 1_000, "- " * 1_000, "[" * 10_000, "*a" * 5_000])
def test_deep_nesting_ends_in_an_answer(text, desk):
    assert _outcome(desk, text) in {"made", "too_hard", "damaged"}


@pytest.mark.parametrize(
    "directive", [".. csv-table::\n   :file: /etc/passwd\n", ".. csv-table::\n   :url: {url}/x\n"]
)
def test_a_table_kept_elsewhere_is_not_read(directive, desk, listener):
    text = directive.format(url=listener.url)

    assert desk.refusal("convert", "a.rst", text, to="html") == "elsewhere"
    assert listener.asked == []


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/x.md", "x.html"),
        ("a\0b\n.md", "ab.html"),
        ("..", "document.html"),
        ("学" * 300 + ".md", "学" * 60 + ".html"),
        ("C:\\x\\报告.md", "Cx报告.html"),
        ("-rf.md", "-rf.html"),
        ("true.md", "true.html"),
    ],
)
def test_a_name_is_only_a_name(name, made, desk):
    (file,) = desk("convert", name, "你好", to="html").files

    assert (file.name.replace(":", ""), file.path.name) == (made, file.name)
    assert file.path.parent.name == "made"


def test_a_picture_cannot_take_all_memory(desk):
    start = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    bomb = start + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0) + picture(10)[29:]

    answer = desk("convert", "a.md", f"香蕉\n\n![x]({as_uri(bomb)})", to="pdf")

    assert "香蕉" in words_in(answer.files[0].path.read_bytes(), "pdf")
    assert "left out" in answer.text


def _outcome(desk, text):
    try:
        desk("convert", "a.md", f"{text} a", to="pdf")
    except BadRequestError as error:
        return error.say
    return "made"
