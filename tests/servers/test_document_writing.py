"""What is written: the words that were there, all of them, and where they can be read."""

import pytest

from tests.servers.document_samples import words_in

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
