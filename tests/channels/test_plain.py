"""Markdown as plain text, and with a platform's own marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.kit import plain
from switchboard.channels.whatsapp.send import MARKS
from tests.kit.channels import sender


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# 标题\n\ntext", "标题\n\ntext"),
        ("**a** *b* ~~c~~ `d < e`", "a b c d < e"),
        ("[page](https://example.com/?a=1&b=2)", "page (https://example.com/?a=1&b=2)"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("[a@example.com](mailto:a@example.com)", "a@example.com"),
        ("![chart](https://example.com/c.png)", "chart (https://example.com/c.png)"),
        ("> one\n> two", "> one\n> two"),
        ("- one\n- two", "• one\n• two"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("```py\nif a < b:\n    c & d\n```", "if a < b:\n    c & d"),
        ("<b>not a tag</b> & &lt;", "<b>not a tag</b> & &lt;"),
        ("", ""),
    ],
)
def test_only_the_marks_are_lost(markdown, text):
    assert plain.to_plain(markdown) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**a** *b* ~~c~~ `d`", "*a* _b_ ~c~ `d`"),
        ("# 标题", "*标题*"),
        ("```\na\nb\n```", "```a\nb```"),
        ("[**page**](https://example.com/)", "*page* (https://example.com/)"),
    ],
)
def test_a_platform_has_marks_of_its_own(markdown, text):
    assert plain.to_plain(markdown, MARKS) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("line", "会议\n\n• b i c\n• page (https://a.b/?c=1&d=2)\n\n> so"),
        ("qq", "会议\n\n• b i c\n• page (https://a.b/?c=1&d=2)\n\n> so"),
        ("wechat", "会议\n\n• b i c\n• page (https://a.b/?c=1&d=2)\n\n> so"),
        ("whatsapp", "*会议*\n\n• *b* _i_ `c`\n• page (https://a.b/?c=1&d=2)\n\n> so"),
    ],
)
def test_a_channel_without_markdown_renders_it(name, text):
    said = "# 会议\n\n- **b** *i* `c`\n- [page](https://a.b/?c=1&d=2)\n\n> so"

    assert sender(name).render(said) == text


@given(st.text(max_size=300))
def test_whatever_is_written_becomes_text(markdown):
    assert isinstance(plain.to_plain(markdown, MARKS), str)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=40))
def test_words_are_kept(words):
    assert plain.to_plain(f"**{words}**") == words
