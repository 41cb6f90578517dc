"""What is written: the words that were there, all of them, and where they can be read."""

import pytest

from tests.cases.pages import boxes, fit, pages, undrawn
from tests.servers.document_samples import members, words_in

pytest_plugins = ["tests.servers.document_desk"]

PRICES = "Plan A is US$5/month, B US$9/month.\n\nAdd $HOME/bin:$PATH/x to it, $x^2$ is none.\n"


@pytest.mark.parametrize("to", ["md", "html", "docx", "odt", "epub", "rst", "txt", "pdf"])
def test_dollar_signs_of_prices_and_paths_are_written_as_they_are(to, desk):
    words = words_in(desk.made(to, "prices.md", PRICES), to)

    assert "PlanAisUS$5/month,BUS$9/month." in words
    assert "Add$HOME/bin:$PATH/xtoit," in words
    assert ("$x^2$" in words) == (to == "md")


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_the_text_of_a_document_has_no_backslash_before_a_dollar_sign(kind, desk):
    assert "US$5/month" in desk("text.extract", f"a.{kind}", desk.made(kind, "a.md", PRICES)).text


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: US$5, US$6\ndate: 2026-02-30", "US$5, US$6"),
        ("title: [one, {name: two, b: c}]\nauthor: [{name: Ann}, [Bob]]", "one, two"),
        ("title: true\nlang: [x]\nsubtitle: {a: b}", "true"),
        (f"title: ok\nn: {'1' * 5_000}", "ok"),
        ("? [1]\n: 2", "? \\[1\\]"),
    ],
)
def test_whatever_a_text_begins_with_it_is_written(front, title, desk):
    made = desk.made("md", "a.md", f"---\n{front}\n---\n\n香蕉\n").decode()

    assert title in made
    assert "香蕉" in words_in(desk.made("pdf", "a.md", f"---\n{front}\n---\n\n香蕉\n"), "pdf")


WORDS = {
    "Korean": "한국어 일본말",
    "Thai": "ภาษา เวลา",
    "Tamil": "மரம் பழம்",
    "rare Han": "𠮷田 𠀋田",
    "Arabic": "مرحبا كتاب",
    "Hebrew": "שלום עולם",
    "Hindi": "हिन्दी जगत",
    "Khmer": "ភាសា ខ្មែរ",
    "Burmese": "မြန်မာ စကား",
    "Georgian": "ენა ხმა",
    "Amharic": "ቋንቋ ዓለም",
    "Vietnamese": "tiếng đầy",
    "Greek": "Ἐν ἀρχῇ",
    "signs": "↔⇒ ∑√ ☂☎",
    "emoji": "🍎🚀 🎉✅",
}


class TestPdf:
    def test_words_of_all_scripts_are_drawn_and_none_lies_on_another(self, desk):
        lines = [f"# {word}\n\n{word} **{word}** `{word}`" for word in WORDS.values()]
        lines += ["|a|b|\n|-|-|\n" + "".join(f"|{key}|{word}|\n" for key, word in WORDS.items())]
        answer = desk("convert", "a.md", "\n\n".join(lines) + "\n" + "བོད་ཡིག་ 😀 x " * 200, to="pdf")
        (path,) = (file.path for file in answer.files)

        words = " ".join(WORDS.values()).split()
        # poppler gives the letters of these in the order in which they stand
        seen = [word[::-1] if "\u0590" <= word[0] < "\u0700" else word for word in words]
        found = boxes(path)
        assert undrawn(seen, found, pages(path)) == []
        assert fit(found)
        assert "font" not in answer.text

    @pytest.mark.parametrize(("locale", "said"), [("en", "No font here has 2 of"), ("zh", "字体")])
    def test_what_has_no_glyph_is_said(self, locale, said, desk):
        desk.locale = locale
        answer = desk("convert", "a.md", "香蕉 𒀀𒁀𒀀 \u200d\ufe0f\u00ad", to="pdf")

        assert said in answer.text
        assert answer.text.endswith("𒀀 (U+12000), 𒁀 (U+12040)")

    @pytest.mark.parametrize("columns", [2, 6, 9, 20, 60])
    @pytest.mark.parametrize(
        "cell", ["42", "a few words", "info@example-company.com", "单元格内容"]
    )
    def test_a_table_has_room_for_its_words(self, columns, cell, desk):
        rows = [f"Head {column}" for column in range(columns)], [cell] * columns, [cell] * columns
        table = "\n".join(",".join(row) for row in rows)
        (file,) = desk("convert", "a.csv", table, to="pdf").files

        assert fit(boxes(file.path))
        assert cell.replace(" ", "") in words_in(file.path.read_bytes(), "pdf")

    def test_words_that_no_line_holds_are_broken(self, desk):
        word, line = "x" * 150, "A line of code with blanks " * 9
        blocks = [
            word,
            f"# {word}",
            f"- {word}\n  - {word}",
            f"> {word}",
            f"`{word}`",
            f"**{word}**",
        ]
        blocks += [
            f"```\n{word}\n{line}\n```",
            f"|a|b|\n|-|-|\n|{word}|x|",
            f"- |a|\n  |-|\n  |{word}|",
        ]
        blocks += ["ภาษาไทย" * 40, "ខ្មែរ" * 40, f"[{word}](https://example.com/{word})"]
        (file,) = desk("convert", "a.md", "\n\n".join(blocks), to="pdf").files

        assert fit(boxes(file.path))
        assert words_in(file.path.read_bytes(), "pdf").count("x") == 150 * 11 + 1

    @pytest.mark.parametrize("around", ["{}", "Latin\n\n{}", "{}\n\nLatin"])
    def test_a_paragraph_runs_as_its_first_letter_does(self, around, desk):
        (file,) = desk("convert", "a.md", around.format("שלום עולם abc."), to="pdf").files

        places = {box.text: box.sides[0] for box in boxes(file.path)}
        first, last = (
            next(at for one, at in places.items() if word in one) for word in ("םולש", "abc")
        )
        assert last < first
        assert first > 400
        assert places.get("Latin", 68) < 100 or around.startswith("{}")


@pytest.mark.parametrize(("text", "rtl"), [("שלום", True), ("Latin שלום", False)])
def test_a_document_says_that_it_runs_from_right_to_left(text, rtl, desk):
    page = desk.made("html", "a.md", text).decode()
    word = dict(members(desk.made("docx", "a.md", text)))["word/document.xml"]

    assert ('dir="rtl"' in page, "<w:bidi" in word) == (rtl, rtl)
