"""Every word of a document arrives, as others see it that share no code of ours.

Each Word document is also made into an OpenDocument text and a PDF by LibreOffice, and the words of
all three are compared with those that poppler finds in that PDF.
"""

import io
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.servers.document_samples import members, packed, poppler
from tests.servers.office import converted
from tests.servers.word_samples import (
    BODIES,
    body_of,
    form,
    of_a_library,
    para,
    rich,
    with_parts,
    word,
)

pytest_plugins = ["tests.servers.document_desk"]

NAMES = [*BODIES, "parts", "library"]
UNSEEN = {"parts": {"Ann", "Said", "beside"}}
"""What is no part of a page, and is read all the same: comments."""


@pytest.fixture(scope="session")
def samples(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    made = {name: body_of(name) for name in BODIES}
    made |= {"parts": with_parts(), "library": of_a_library()}
    paths = []
    for name, data in made.items():
        paths.append(folder / f"{name}.docx")
        paths[-1].write_bytes(data)
    for kind in ("odt", "pdf"):
        converted(paths, kind, folder)
    return folder


def bag(text: str) -> Counter[str]:
    """Words and numbers of more than one sign; Chinese by the character."""
    return Counter(re.findall(r"[\u2e80-\ud7a3]|[^\W\d_\u2e80-\ud7a3]{2,}|\d{2,}", text))


@pytest.mark.parametrize("kind", ["docx", "odt", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_that_others_see(name, kind, samples, desk):
    seen = bag(poppler("pdftotext", (samples / f"{name}.pdf").read_bytes()))

    answer = desk("text.extract", f"a.{kind}", (samples / f"{name}.{kind}").read_bytes())

    read = bag(answer.files[0].path.read_text(encoding="utf-8"))
    beside = UNSEEN.get(name, set()) if kind != "pdf" else set()
    assert sum(seen.values()) > 1
    assert read == seen + Counter(beside)


class TestWord:
    def test_what_stands_where(self, desk):
        text = desk("text.extract", "a.docx", with_parts()).text

        words = ["Heading of pages", "Body words", "Foot of pages", "Ann:", "Said beside"]
        assert sorted(words, key=text.index) == words
        assert "Comments in it, which stand at the end: 1." in text

    def test_what_was_deleted_or_moved_away_is_gone(self, desk):
        body = para("kept ", "<w:del w:id='2'><w:r><w:delText>gone</w:delText></w:r></w:del>",
                    "<w:moveFrom w:id='3'>", "away", "</w:moveFrom>")  # fmt: skip

        assert "gone" not in desk("text.extract", "a.docx", word(body)).text
        assert "away" not in desk("text.extract", "a.docx", word(body)).text

    @pytest.mark.parametrize("checked", [True, False])
    def test_a_box_of_a_form_is_ticked_or_not(self, checked, desk):
        box = f"<w:checkBox><w:default w:val='0'/>{'<w:checked/>' * checked}</w:checkBox>"
        data = word(para(form(box, "FORMCHECKBOX"), " agreed"))

        text = desk("text.extract", "a.docx", data).text
        assert ("☒ agreed" if checked else "☐ agreed") in text

    @pytest.mark.parametrize("main", ["word/document2.xml", "content/main.xml"])
    def test_the_main_part_is_the_one_that_the_file_names(self, main, desk):
        assert (
            "Online words"
            in desk("text.extract", "a.docx", word(para("Online words"), main=main)).text
        )

    def test_a_strict_document_is_read(self, desk):
        data = word(para("strict words"))
        for space in (b"wordprocessingml", b"officeDocument"):
            data = data.replace(
                b"schemas.openxmlformats.org/%s/2006" % space, b"purl.oclc.org/ooxml/%s" % space
            )

        assert "strict words" in desk("text.extract", "a.docx", data).text

    def test_looks_that_markdown_lacks_leave_no_html(self, desk):
        looks = ("<w:smallCaps/>", "<w:u w:val='single'/>", "<w:highlight w:val='yellow'/>")
        data = word(para(*map(rich, ("Small", "lined", "bright"), looks)))

        text = desk("text.extract", "a.docx", data).text
        assert text.endswith("Smalllinedbright")
        assert desk.made("md", "a.docx", data).decode() == "Smalllinedbright\n"

    def test_what_was_not_read_is_said(self, desk):
        body = para("words") + "<w:altChunk r:id='x'/>"

        assert "were not read: 1." in desk("text.extract", "a.docx", word(body)).text

    def test_cells_of_cells_stay_apart(self, desk):
        data = body_of("table in a cell")

        assert (
            desk.made("csv", "a.docx", data).decode("utf-8-sig")
            == "one two three four outer,side\n"
        )
        assert "one two three four outer" in desk.made("md", "a.docx", data).decode()


def test_what_was_filled_into_a_page_is_read(desk):
    page = (
        "<html><p>Name: <input name=n value='Ada &amp; Co'> <INPUT type=checkbox checked> vegan"
        "<input type=radio> smoker <input type=password value=secret>"
        '<input type="hidden" value="token"><textarea rows=2>some\nlines</textarea> end'
        "<select><option>S<option selected>M</option></select><select><option>first</select>"
        "<ruby>東<rt>とう</rt>京</ruby>"
        "<figure><img alt=A src=a.png><figcaption>shown here</figcaption></figure>"
    )

    read = " ".join(desk("text.extract", "a.html", page).text.split())

    assert read.endswith(
        "Name: Ada & Co ☒ vegan ☐ smoker some lines end M first 東(とう)京 ![A](a.png) shown here"
    )


def test_the_notes_of_a_slide_are_read(desk, pandoc):
    text = "# One\n\nshown\n\n::: notes\nSaid aloud\n:::\n\n# Two\n\nmore"
    command = [pandoc, "--to=pptx", "--output=-"]
    slides = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    parts = {name: part.encode() for name, part in members(slides)}
    first = parts["ppt/slides/slide1.xml"]
    group = b"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>%s</p:grpSp>"
    first = re.sub(rb"(?s)<p:sp>(?:(?!<p:sp>).)*shown.*?</p:sp>", lambda one: group % one[0], first)
    first = first.replace(b"shown</a:t>", b"sho</a:t></a:r><a:r><a:t>wn</a:t>")
    slides = packed(parts | {"ppt/slides/slide1.xml": first})

    read = desk("text.extract", "a.pptx", slides).text

    assert b"wn</a:t></a:r></a:p></p:txBody></p:sp></p:grpSp>" in first
    words = ["One", "shown", "Said aloud", "Two", "more"]
    assert sorted(words, key=read.index) == words


def test_what_was_filled_into_a_pdf_is_read(desk):
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, "Name of the guest")
    fields = canvas.acroForm
    fields.textfield(name="guest", tooltip="Guest", value="Ada Lovelace", x=100, y=600)
    fields.checkbox(name="vegan", checked=True, x=100, y=500)
    fields.checkbox(name="smoker", checked=False, x=100, y=450)
    fields.choice(name="room", value="double", options=["single", "double"], x=100, y=400)
    canvas.save()

    text = desk("text.extract", "a.pdf", out.getvalue()).text

    assert "Name of the guest" in text
    assert "Guest: Ada Lovelace" in text
    assert "vegan: ☒" in text
    assert "smoker" not in text
    assert "room: double" in text


def test_a_title_of_any_length_is_told_in_short(desk):
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle("long " * 100_000)
    canvas.drawString(100, 700, "words")
    canvas.save()

    answer = desk("info", "a.pdf", out.getvalue())

    assert len(answer.text) < 400
    assert len(answer.content["title"]) <= 200
