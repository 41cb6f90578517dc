"""Telegram's HTML is always well-formed and shows all that the Markdown says."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.kit.markup import to_html

ALLOWED = {"b", "i", "s", "u", "a", "code", "pre", "blockquote"}


class Reader(HTMLParser):
    """Reads the tags that Telegram knows, and refuses what Telegram would."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else []), attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_decl(self, decl):
        raise AssertionError(decl)


def seen(markdown):
    reader = Reader()
    reader.feed(to_html(markdown))
    reader.close()
    assert not reader.open
    return reader.text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("plain & <b>text</b>", "plain &amp; &lt;b&gt;text&lt;/b&gt;"),
        ("**bold** and *italic*", "<b>bold</b> and <i>italic</i>"),
        ("~~gone~~", "<s>gone</s>"),
        ("`a < b & c`", "<code>a &lt; b &amp; c</code>"),
        ("```py\nx = a < b\n```", "<pre>x = a &lt; b</pre>"),
        ("# Title\n\ntext", "<b>Title</b>\n\ntext"),
        ("[here](https://e.com/?a=1&b=2)", '<a href="https://e.com/?a=1&amp;b=2">here</a>'),
        ("[here](javascript:alert)", "here"),
        ("> quoted", "<blockquote>quoted</blockquote>"),
        ("- a\n- b", "• a\n• b"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n  1. b\n  2. c\n- d", "• a\n  1. b\n  2. c\n• d"),
    ],
)
def test_markdown_becomes_what_telegram_shows(markdown, html):
    assert to_html(markdown) == html


@given(st.text(alphabet="ab<>&\"'*_`~[]()!#-+.1>\n \\|/:\t"))
def test_whatever_is_written_the_tags_are_known_and_closed(markdown):
    seen(markdown)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_words_are_shown_as_they_are(words):
    assert seen(words) == words


@pytest.mark.parametrize("words", ["a < b", "x &amp; y", "<script>", "AT&T", "5 > 3"])
def test_signs_in_code_are_shown_as_they_are(words):
    assert seen(f"`{words}`") == words
    assert seen(f"```\n{words}\n```") == words
