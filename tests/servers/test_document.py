"""Documents converted by the real pandoc and Typst; what comes out is read by others."""

import re
import subprocess

import pytest

from functions.tools.document.models import MEDIA_TYPES, Convert
from switchboard.errors import BadRequestError
from tests.servers.document_samples import (
    MARKDOWN,
    as_uri,
    members,
    picture,
    poppler,
    rendered,
    words_in,
    workbook,
)

pytest_plugins = ["tests.servers.document_desk"]

TARGETS = tuple(MEDIA_TYPES)
SOURCES = (*TARGETS, "pptx", "xlsx")


@pytest.fixture(scope="session")
def sources(shared_desk, pandoc):
    """One document of every kind; the packed ones are made by this tool and checked below."""
    made = {kind: shared_desk.made(kind, "a.md", MARKDOWN) for kind in TARGETS}
    made |= {"md": MARKDOWN.encode(), "txt": "名称：香蕉\n\n数量：12".encode(), "xlsx": workbook()}
    slides = subprocess.run(
        [pandoc, "--to=pptx", "--output=-"], input=made["md"], capture_output=True, check=True
    )
    return made | {"pptx": slides.stdout}


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_kind_becomes_every_other(source, to, desk, sources):
    if to == "csv" and source in {"txt", "pdf"}:
        name = f"水果.{source}"
        assert desk.refusal("convert", name, sources[source], to=to) == "no_tables"
        return
    if source == to == "pdf":
        assert desk.refusal("convert", "水果.pdf", sources["pdf"], to=to) == "same"
        return

    (file,) = desk("convert", f"水果.{source}", sources[source], to=to).files

    assert (file.name, file.media_type) == (f"水果.{to}", MEDIA_TYPES[to])
    words = words_in(file.path.read_bytes(), to)
    assert "名称" in words
    assert "香蕉" in words
    assert "12" in words
    assert ("概述Overview" in words) == (to != "csv" and source not in {"csv", "txt", "xlsx"})


@pytest.mark.parametrize("via", ["html", "docx", "odt", "epub", "rst"])
def test_structure_survives_the_way_there_and_back(via, desk, sources):
    back = desk.made("md", f"a.{via}", sources[via]).decode()

    assert "水果报告" in back
    for line in (
        r"#+ 一、概述 Overview",
        r"#+ 二、清单",
        r".*\*\*粗体\*\*.*\*强调\*.*`code`.*\[主页\]\(https://example\.com/\)。",
        r" *[-*] +苹果",
        r" +1\. +红富士",
        r"\| *名称 *\| *数量 *\|",
        r"\| *香蕉 *\| *12 *\|",
        r"> 学而时习之。",
        r' *print\("你好"\)',
    ):
        assert re.search(rf"^{line}$", back, re.MULTILINE), f"{line} is not in\n{back}"


def test_a_word_document_has_styles_and_a_language(sources):
    document = dict(members(sources["docx"]))["word/document.xml"]

    for style in ("Title", "Heading1", "Heading2", "BlockText", "SourceCode"):
        assert f'<w:pStyle w:val="{style}" />' in document
    assert "<w:tbl>" in document
    assert "zh-CN" in dict(members(sources["docx"]))["word/styles.xml"]


def test_a_page_of_html_stands_alone(sources):
    page = sources["html"].decode()

    assert page.startswith("<!DOCTYPE html>")
    assert "<title>水果报告</title>" in page
    assert 'lang="zh-CN"' in page
    assert not re.search(r"(src|href)=\"(?!https://example.com/|#|data:)", page)


class TestPdf:
    def test_its_fonts_are_embedded_and_draw_chinese(self, sources):
        table = poppler("pdffonts", sources["pdf"])

        fonts = [line.split() for line in table.splitlines()[2:]]
        names = {font[0].partition("+")[2] for font in fonts}
        assert {"NotoSansCJKsc-Regular-Identity-H", "NotoSansCJKsc-Bold-Identity-H"} <= names
        assert {tuple(font[-5:-2]) for font in fonts} == {("yes", "yes", "yes")}

    @pytest.mark.parametrize(
        ("one", "other"),
        [("汉字龍", "喆鬱あ"), ("犇彧囧", "臺灣體"), ("🎉✅⚠", "🍎🚀★"), ("→①㎡", "ЖλÑ")],
    )
    def test_its_characters_are_drawn_and_no_empty_boxes(self, one, other, desk):
        # Characters without a glyph all look alike; two unknown ones show that this is seen.
        pages = [
            desk.made("pdf", "a.txt", text) for text in (one, other, "\U0003134a", "\U0003134b")
        ]

        images = [rendered(page) for page in pages]
        assert images[0] != images[1]
        assert images[2] == images[3]

    def test_chinese_breaks_between_characters_but_not_before_a_full_stop(self, desk):
        text = "这是一段没有空格的很长的文字，用来检验换行。" * 30

        lines = poppler("pdftotext", desk.made("pdf", "a.md", text), "-layout").splitlines()

        lines = [line.strip() for line in lines if len(line.strip()) > 10]
        assert len(lines) == 15
        assert all(30 < len(line) < 55 for line in lines[:-1])
        assert not [line for line in lines if line[0] in "，。"]

    def test_nothing_runs_off_the_page(self, desk):
        word = "https://example.com/" + "path-with-words/" * 12
        row = "|".join(["一个相当长的单元格"] * 7)
        text = f"{word}\n\n```\n{word.replace('-', ' ')}\n```\n\n|{row}|\n|{'-|' * 7}\n|{row}|\n"
        image = f"![宽]({as_uri(picture())})"

        boxes = poppler("pdftotext", desk.made("pdf", "a.md", text + "\n\n" + image), "-bbox")

        width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
        ends = [float(one) for one in re.findall(r'xMax="([\d.]+)"', boxes)]
        assert len(ends) > 20
        assert max(ends) < width - 60

    def test_pages_are_numbered(self, desk):
        text = "\n\n".join(f"第 {number} 段" for number in range(60))

        pages = poppler("pdftotext", desk.made("pdf", "a.md", text)).split("\f")

        assert [page.strip().splitlines()[-1] for page in pages[:-1]] == ["1/2", "2/2"]

    def test_a_picture_in_a_word_document_is_drawn(self, desk):
        with_picture = desk.made("docx", "a.md", f"![红]({as_uri(picture())}){{width=3cm}}")

        listed = poppler("pdfimages", desk.made("pdf", "a.docx", with_picture), "-list")

        assert "image" in listed.splitlines()[2]

    @pytest.mark.parametrize(
        "text", ["![红](data:image/png;base64,aGVsbG8=)", "$$\\mathbb{\\notacommand}$$", "$a_{b$"]
    )
    def test_what_cannot_be_set_does_not_cost_the_whole_document(self, text, desk):
        answer = desk("convert", "a.md", f"香蕉\n\n{text}\n", to="pdf")

        assert "香蕉" in words_in(answer.files[0].path.read_bytes(), "pdf")


class TestText:
    @pytest.mark.parametrize("source", SOURCES)
    def test_the_text_of_every_kind_can_be_had(self, source, desk, sources):
        answer = desk("text.extract", f"水果.{source}", sources[source])

        (file,) = answer.files
        assert (file.name, file.media_type) == ("水果.text.md", "text/markdown")
        assert "香蕉" in answer.text
        assert "香蕉" in file.path.read_text(encoding="utf-8")
        assert answer.tainted

    def test_a_long_text_is_shortened_in_the_chat_only(self, desk):
        answer = desk("text.extract", "a.txt", "学" * 9_000)

        assert len(answer.text) < 3_200
        assert answer.text.endswith("… The whole text is in **a.text.md**.")
        assert answer.files[0].path.read_text(encoding="utf-8").count("学") == 9_000
        assert answer.content == {"words": 9_000}

    def test_that_its_encoding_was_guessed_is_said_and_may_be_corrected(self, desk):
        data = "Müller;Köln; Grüße aus der Straße".encode("cp1252")

        for answer in (
            desk("text.extract", "a.txt", data),
            desk("convert", "a.csv", data, to="md"),
        ):
            assert "was taken for windows-1252" in answer.text
        assert "Müller" in desk("text.extract", "a.txt", data).text
        said = desk("text.extract", "a.txt", "你好".encode("gbk"), encoding="gb2312").text
        assert "你好" in said
        assert "encoding" not in said
        assert "�: 1." in desk("text.extract", "a.log", "完成完成".encode() + b"\xff").text

    def test_an_encoding_that_is_not_known_is_asked_for(self, desk):
        data = "你好".encode("gbk")

        assert desk.refusal("text.extract", "a.txt", data) == "unknown_encoding"
        with pytest.raises(BadRequestError, match="no encoding"):
            desk("text.extract", "a.txt", data, encoding="base64")


class TestInfo:
    def test_a_pdf_tells_pages_words_and_title(self, desk, sources):
        answer = desk("info", "水果.pdf", sources["pdf"])

        size, words = len(sources["pdf"]), answer.content["words"]
        facts = {"kind": "pdf", "pages": 1, "title": "水果报告", "bytes": size}
        assert answer.content == facts | {"words": words}
        assert 30 < words < 80
        assert answer.text.startswith(f"`水果.pdf`: pdf, {size / 1000:.1f} kB\nTitle: 水果报告")
        desk.locale = "zh"
        assert "标题：水果报告" in desk("info", "水果.pdf", sources["pdf"]).text

    @pytest.mark.parametrize(("kind", "pages"), [("pptx", 3), ("xlsx", 1), ("docx", 0)])
    def test_slides_and_sheets_are_counted(self, kind, pages, desk, sources):
        assert desk("info", f"a.{kind}", sources[kind]).content["pages"] == pages


def test_a_text_is_converted_without_a_file_and_what_it_is_written_in_may_be_said(desk):
    answer = desk("convert", to="docx", text="# 你好", name="信")

    (file,) = answer.files
    assert file.name == "信.docx"
    assert "你好" in words_in(file.path.read_bytes(), "docx")
    assert answer.text.startswith("Converted `text` to **信.docx** (")

    page = desk.made("html", "notes", "标题\n====\n\n正文", source="rst").decode()
    assert re.search(r"<h1[^>]*>标题</h1>", page)


def test_the_target_is_the_first_argument():
    assert next(iter(Convert.model_fields)) == "to"


def test_each_table_is_a_file_and_opens_in_a_spreadsheet(desk):
    text = '|甲|乙|\n|-|-|\n|=1+1|"引",号|\n\n又\n\n|丙|\n|-|\n|-5|\n'

    answer = desk("convert", "a.md", text, to="csv")

    assert [file.name for file in answer.files] == ["a-1.csv", "a-2.csv"]
    first, second = (file.path.read_bytes() for file in answer.files)
    assert first.decode("utf-8-sig") == '甲,乙\n\'=1+1,"""引"",号"\n'
    assert second == b"\xef\xbb\xbf" + "丙\n-5\n".encode()


def test_pandoc_is_unpacked_when_it_is_needed(desk_of_layer):
    assert desk_of_layer.made("html", "a.md", "# 你好").startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(("copies", "said"), [(1, False), (2, True)])
@pytest.mark.parametrize("operation", ["text.extract", "info", "convert"])
def test_of_several_files_it_is_said_which_one_was_taken(desk, operation, copies, said):
    desk.copies = copies
    arguments = {"to": "html"} if operation == "convert" else {}

    answer = desk(operation, "a.md", "# 你好", **arguments)
    assert ("this is `a.md`" in answer.text) is said
