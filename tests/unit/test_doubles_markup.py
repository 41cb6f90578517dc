"""Telegram's double reads markup as its page says, and says what is wrong with any other."""

import re

import pytest

from tests.doubles.entities import EntityError, plain


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("é <p>x", 'Unsupported start tag "p" at byte offset 3'),
        ("5 < 6", "Unsupported start tag"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag"),
        ("<b>x</b", "Unclosed end tag"),
        ("x<b", "Unclosed start tag"),
        ('<a href="x', "Unclosed start tag"),
        ("<a href>x</a>", "Expected equal sign"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
    ],
)
def test_markup_that_telegram_does_not_know_is_refused(html, problem):
    with pytest.raises(EntityError, match=re.escape(problem)):
        plain(html)
