"""Words of a command line, in the quotes and the punctuation of every keyboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch.planner.base import Word
from functions.dispatch.planner.command import split
from functions.dispatch.planner.quotes import CLOSERS
from switchboard.errors import BadRequestError

QUOTES = [
    *('""', "''", "“”", "‘’", "「」", "『』", "＂＂", "｢｣", "〝〟"),
    *("““", "„“", "‚‘", "””", "«»", "»«", "‹›", "›‹"),
]


def texts(line):
    return [word.text for word in split(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("   \t\r\n ", []),
        ("todo", ["todo"]),
        ("buy milk", ["buy", "milk"]),
        ("买　牛奶", ["买", "牛奶"]),
        ("a\u3000\u3000b\nc\td", ["a", "b", "c", "d"]),
        ("a\u00a0b\u2005c\u202fd\u1680\x85e", ["a", "b", "c", "d", "e"]),
        ("it's fine", ["it's", "fine"]),
        ('5" disk', ['5"', "disk"]),
        ("a,b;c", ["a,b;c"]),
        ("https://example.com/a?b", ["https://example.com/a?b"]),
        (r'"C:\new" C:\old', [r"C:\new", r"C:\old"]),
        *((line, ["a"]) for line in ('"a”', '“a"', "'a’", "‘a'", '＂a"')),
    ],
)
def test_blanks_of_all_widths_separate_words(line, expected):
    assert texts(line) == expected


@pytest.mark.parametrize(("opener", "closer"), QUOTES)
def test_quotes_keep_blanks_equals_signs_and_what_a_backslash_keeps(opener, closer):
    line = f"say {opener}buy = two milks{closer} now text={opener}a b{closer}"

    assert split(line) == [
        Word("say"),
        Word("buy = two milks", quoted=True),
        Word("now"),
        Word("a b", name="text"),
    ]
    assert texts(f"{opener}a \\{closer} b \\\\{closer}") == [f"a {closer} b \\"]


@pytest.mark.parametrize(("opener", "closer"), QUOTES)
def test_a_quote_that_stays_open_is_refused(opener, closer):
    for line in (f"say {opener}hello", f"text={opener}hello", opener):
        with pytest.raises(BadRequestError) as caught:
            split(line)
        assert caught.value.say == "open_quote"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("text＝milk", [Word("milk", name="text")]),
        ("a=", [Word("", name="a")]),
        ("a= b", [Word("", name="a"), Word("b")]),
        ("=b", [Word("=b")]),
        ("a=b=c", [Word("b=c", name="a")]),
        ('a=""', [Word("", name="a")]),
        ('""', [Word("", quoted=True)]),
        ('a="x"y', [Word("x", name="a"), Word("y")]),
    ],
)
def test_names_end_at_the_first_equals_sign(line, expected):
    assert split(line) == expected


@given(st.text())
def test_any_text_is_split_or_refused_as_an_open_quote(text):
    try:
        found = split(text)
    except BadRequestError as error:
        found = error.say

    assert found == "open_quote" or all(isinstance(word, Word) for word in found)


@given(st.text(), st.sampled_from(QUOTES))
def test_any_value_can_be_written_in_quotes(value, quotes):
    opener, closer = quotes
    closers = "＂＇\\" + CLOSERS['"' if opener == "＂" else opener]
    escaped = "".join(f"\\{char}" if char in closers else char for char in value)
    said = value.strip() if opener in "«‹" else value

    assert split(f"text={opener}{escaped}{closer}") == [Word(said, name="text")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"Termin „Mittag“ heute" a', ["Termin „Mittag“ heute", "a"]),
        ('"他说“好”吧" a', ["他说“好”吧", "a"]),
        ("“a “b” c” d", ["a “b” c", "d"]),
        ('"Re: “Plan” review" x="a"', ["Re: “Plan” review", "a"]),
        ('"lunch“ x="a b"', ["lunch", "a b"]),
        ("'it's fine' ‘it’s fine’", ["it's fine", "it’s fine"]),
        ("«\u202fDéjeuner d'équipe\u202f» a", ["Déjeuner d'équipe", "a"]),
    ],
)
def test_quotes_within_quotes_stay(line, expected):
    assert texts(line) == expected


@given(st.lists(st.text(alphabet="abc中文0-9._/", min_size=1), min_size=1))
def test_plain_words_come_back_as_they_were(words):
    assert texts(" ".join(words)) == words
