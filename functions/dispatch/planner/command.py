"""The planner of slash commands: exact, and without a model."""

import re

from functions.dispatch.planner import arguments, guide
from functions.dispatch.planner.base import Plan, Step, Turn, Word
from functions.dispatch.planner.guide import Catalogue
from switchboard import control
from switchboard.errors import BadRequestError
from switchboard.models import Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』"}
_CLOSERS = {'"': '"”“', "“": '”"', "'": "'’‘", "‘": "’'", "「": "」", "『": "』"}
_KEPT = {*_QUOTES, *_QUOTES.values(), "\\"}
"""What a backslash in quotes keeps."""
_FULL_WIDTH = str.maketrans("／＝＂＇　", "/=\"' ")
_LONE = {"\u3000", " ", "\t", "\n", "\r"}
_SIMPLE = re.compile(r"[\w ./#@:,+-]*", re.ASCII)
"""A line without quotes, `=` and full-width characters: its words stand between blanks."""


class CommandPlanner:
    """`/github issues.list owner/name`; no operation named means the tool's default or only one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def plan(self, turn: Turn) -> Plan | None:
        line = control.split(turn.text)
        if line is None:
            return None
        name, rest = line
        tool = self._catalogue.get(name.lower())
        if tool is None:
            raise guide.unknown_tool(name, self._catalogue, turn.locale)
        operation, words = self._operation(tool, split(rest), turn.locale)
        schema = tool.operations[operation].schema
        try:
            found = arguments.read(words, schema, turn.locale)
        except BadRequestError as error:
            usage = guide.usage(tool.name, operation, tool.operations[operation])
            listed = f"{error.values['problems']}\n\n{say('usage', turn.locale, usage=usage)}"
            raise BadRequestError("arguments", say="bad_arguments", problems=listed) from error
        return Plan((Step(tool.name, operation, found),))

    def _operation(
        self, tool: Manifest, words: list[Word], locale: Locale
    ) -> tuple[str, list[Word]]:
        """The operation and the words after it."""
        named = words[0].text if words and not words[0].quoted and not words[0].name else ""
        if named.lower() in tool.operations:
            return named.lower(), words[1:]
        if len(tool.operations) == 1:
            return next(iter(tool.operations)), words
        if tool.default and "." not in named:
            return tool.default, words
        if named:
            return guide.operation_of(named, tool, locale), words[1:]
        listing = guide.about([tool.name], self._catalogue, locale)
        raise BadRequestError("operation", say="which_operation", tool=tool.name, listing=listing)


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
