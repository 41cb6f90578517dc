"""Words of third parties, which may inform and do nothing else."""

import unicodedata

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.sdk.kit import words

NASTY = [
    *("[click](https://evil.example)", "![x](https://evil.example/p.png)"),
    *("<b>html</b> <https://evil.example>", "\\[not escaped\\](https://evil.example)"),
    *("# heading", "*bold* _it_ ~~no~~ `code`", "a | b", "- item", "+ item", "1. item"),
    *("12) item", "owner/name#12", "one\n\n# two"),
]


@given(st.text())
def test_what_nobody_sees_is_shown(text):
    shown = words.visible(text)
    for char in shown:
        assert char in " \n" or unicodedata.category(char)[0] not in "CZ"
    assert words.visible("a\u202eb\u200dc\u3164d\ufe0f\u00a0e 好") == (
        "a\\u{202e}b\\u{200d}c\\u{3164}d\\u{fe0f}\\u{a0}e 好"
    )


@pytest.mark.parametrize("text", NASTY)
def test_plain_words_are_shown_as_they_were_written(text):
    parse = mistune.create_markdown(renderer="ast", plugins=["strikethrough", "table"])

    (paragraph,) = parse(words.plain(text))

    shown = "".join(child.get("raw", "") for child in paragraph["children"])
    assert {child["type"] for child in paragraph["children"]} == {"text"}
    assert shown == " ".join(text.split())


@pytest.mark.parametrize("name", ["everyone", "here", "channel", "all", "room", "ada", "所有人"])
def test_nobody_is_called(name):
    for shown in (words.plain(f"hi @{name}"), words.quoted(f"hi @{name}", 99)):
        assert f"@{name}" not in shown
        assert shown.replace("\u200b", "").endswith(f"hi @{name}")


@pytest.mark.parametrize("text", ["ada@example.com", "a @ b", "5 @", "x@here.com", "@alley"])
def test_an_at_that_calls_nobody_stays(text):
    assert words.hushed(text) == text
    assert words.plain(text).replace("\u200b", "") == text


def test_an_address_leads_where_it_led():
    assert (
        words.hushed("https://a.example/@all/x, @all") == "https://a.example/%40all/x, @\u200ball"
    )
    assert words.plain("https://a.example/@ada") == "https://a.example/%40ada"


@pytest.mark.parametrize("text", ["a <b> c", "<!-- @all -->", "@here <@U1> &lt;at id=all&gt;"])
def test_hushing_again_changes_nothing(text):
    assert words.hushed(words.hushed(text)) == words.hushed(text)


@pytest.mark.parametrize("hidden", "\0\x1b\xad\u061c\u200b\u200e\u202e\u2028\u2066\ufeff\U000e0041")
def test_what_nobody_sees_is_taken_out(hidden):
    assert words.plain(f"pay{hidden}pal") in {"paypal", "pay pal"}


@pytest.mark.parametrize("text", ["👩\u200d💻", "می\u200cخواهم", "tab\tand space"])
def test_what_scripts_need_stays(text):
    assert words.plain(text) == " ".join(text.split())


def test_long_words_are_cut_with_a_sign():
    assert words.plain("x" * 50, 10) == "x" * 9 + "…"
    assert words.plain("short", 10) == "short"
    assert words.excerpt("one two three", 8) == "one two …"


@pytest.mark.parametrize("code", ["x", "```\nx\n```", "`` ` ````` "])
def test_a_fence_is_longer_than_any_within(code):
    parse = mistune.create_markdown(renderer="ast")

    (block,) = parse(words.fenced(code, 99))

    assert (block["type"], block["raw"].rstrip()) == ("block_code", code.rstrip())
    assert "`" not in words.code("a`b")[1:-1]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123_456, "123.5 kB"), (20_000_000, "20.0 MB")],
)
def test_sizes_are_for_people(count, shown):
    assert words.size(count) == shown
