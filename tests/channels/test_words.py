"""The one cleaning step: what cannot be seen parts no command, and stays where people need it."""

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.kit.words import cleaned

INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2063\u2066\u2069"
    "\ufe0f\ufeff\U000e0067\x01\x7f\x9f\u115f\u3164\uffa0\ufffc\U000e0001\U0001d173"
)
BLANKS = "\t\n\r \x85\u00a0\u1680\u2000\u2005\u200a\u2028\u202f\u205f\u3000"
EMPTY = "\u2800"
"""Braille without a dot: no blank to Unicode, and nothing to be seen."""


@given(st.text(INVISIBLE + BLANKS + EMPTY), st.text(INVISIBLE + BLANKS + EMPTY))
def test_what_cannot_be_seen_is_no_part_of_a_command(before, after):
    found = cleaned(f"{before}/help{after}")

    assert found == "/help"


@given(st.lists(st.sampled_from(INVISIBLE), min_size=5, max_size=5))
def test_nor_of_a_word_in_it(found):
    line = "/github{} issues.list{} octo/{}demo{} limit={}5".format(*found)

    assert cleaned(line) == "/github issues.list octo/demo limit=5"


@pytest.mark.parametrize(
    "kept",
    [
        "👨‍👩‍👧 ❤️ 1️⃣ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # emoji
        "می‌خواهم",  # Persian, a joiner less
        "क्‍ष",  # Devanagari, a joiner
        "葛\U000e0100飾区",  # a form of a character
        "ᄒ\u1160ᆫ",  # an old syllable of Hangul, a filler
        "שלום\u200f! סוף",  # where punctuation of Hebrew stands
        "ภาษา\u200bไทย",  # where a word of Thai ends
        "10\u202f000\u00a0€ a\tb\nc",
        "naïve café — “quoted”",
    ],
)
def test_what_means_something_stays(kept):
    assert cleaned(f"/desk notes.add text={kept}x") == f"/desk notes.add text={kept}x"


@given(st.text(), st.sampled_from([None, "@us", re.compile(r"^@\w+\s*")]))
def test_any_text_is_cleaned_once_and_for_all(text, mention):
    once = cleaned(text)

    assert cleaned(once) == once
    assert cleaned(text, mention) == cleaned(cleaned(text, mention))
    assert not re.search(r"[\x00-\x08\x0e-\x1b\x7f\ufeff\u2060]", once)


def test_a_long_run_of_blanks_takes_no_long_time():
    began = perf_counter()

    assert len(cleaned(f"ä{' ' * 100_000}b")) == 100_002
    assert perf_counter() - began < 5
