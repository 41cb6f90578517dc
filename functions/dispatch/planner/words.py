"""Words of a command line: quotes, full-width punctuation, name=value."""

import re

from msgspec import Struct

from switchboard.errors import BadRequestError

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』"}
_CLOSERS = {'"': '"”“', "“": '”"', "'": "'’‘", "‘": "’'", "「": "」", "『": "』"}
_KEPT = {*_QUOTES, *_QUOTES.values(), "\\"}
"""What a backslash in quotes keeps."""
_FULL_WIDTH = str.maketrans("／＝＂＇　", "/=\"' ")
_LONE = {"\u3000", " ", "\t", "\n", "\r"}
_SIMPLE = re.compile(r"[\w ./#@:,+-]*", re.ASCII)
"""A line without quotes, `=` and full-width characters: its words stand between blanks."""


class Word(Struct, frozen=True):
    """One word; `name` is what stood before an unquoted `=`, else empty."""

    text: str
    name: str = ""
    quoted: bool = False


def split(line: str) -> list[Word]:
    """The words of a command line.

    Blanks separate; quotes of any script keep blanks and `=` in; a quote inside a word is itself,
    so that `it's` needs none; a backslash in quotes keeps the next quote or backslash. Full-width
    `＝`, quotes and blanks count as their ASCII forms outside quotes.
    Raises BadRequestError when a quote stays open.
    """
    if _SIMPLE.fullmatch(line):
        return [Word(text) for text in line.split()]
    words: list[Word] = []
    at = 0
    while at < len(line):
        if line[at] in _LONE:
            at += 1
            continue
        word, at = _word(line, at)
        words.append(word)
    return words


def _word(line: str, at: int) -> tuple[Word, int]:
    if _plain(line[at]) in _QUOTES:
        text, at = _quoted(line, at)
        return Word(text, quoted=True), at
    begin = at
    while at < len(line) and line[at] not in _LONE:
        if _plain(line[at]) == "=" and at > begin:
            name = line[begin:at]
            value, at = _value(line, at + 1)
            return Word(value, name=name), at
        at += 1
    return Word(line[begin:at]), at


def _value(line: str, at: int) -> tuple[str, int]:
    if at < len(line) and _plain(line[at]) in _QUOTES:
        return _quoted(line, at)
    begin = at
    while at < len(line) and line[at] not in _LONE:
        at += 1
    return line[begin:at], at


def _quoted(line: str, at: int) -> tuple[str, int]:
    closers = _CLOSERS[_plain(line[at])]
    text: list[str] = []
    at += 1
    while at < len(line):
        char = line[at]
        if char == "\\" and at + 1 < len(line) and _plain(line[at + 1]) in _KEPT:
            text.append(line[at + 1])
            at += 2
            continue
        if _plain(char) in closers:
            return "".join(text), at + 1
        text.append(char)
        at += 1
    raise BadRequestError("quote", say="open_quote")


def _plain(char: str) -> str:
    return char.translate(_FULL_WIDTH)
