"""The planner of slash commands: exact, and without a model."""

import re

from msgspec import structs

from functions.dispatch.planner import arguments, guide
from functions.dispatch.planner.arguments import nearest
from functions.dispatch.planner.base import OffersError, Plan, Step, Turn, Word
from functions.dispatch.planner.guide import Catalogue
from switchboard import control
from switchboard.errors import UnclearError
from switchboard.models import Button
from switchboard.sdk.manifest import Manifest

_CLOSERS = {
    '"': '"”“',
    "'": "'’‘",
    "“": '”"“',
    "”": '”"',
    "„": '“”"‟',
    "‟": '”"',
    "‘": "’'‘",
    "‚": "‘’'",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "｢": "｣",
    "﹁": "﹂",
    "﹃": "﹄",
    "〝": "〞〟",
}
"""What may end a quotation, by what begins it, the right one first: keyboards make others too.
Source: Unicode CLDR, quotationStart and quotationEnd of all languages."""
_KEPT = {*_CLOSERS, *"".join(_CLOSERS.values()), "\\"}
"""What a backslash in quotes keeps."""
_APOSTROPHES = {"'", "’"}
_SPACED = {"«", "‹"}
"""Quotation marks inside of which French sets blanks."""
_FULL_WIDTH = str.maketrans("／＝＂＇", "/=\"'")
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
        tool = self._catalogue.get(name.lower()) or guide.tool_of(name, self._catalogue)
        if tool is None:
            raise self._no_tool(name, rest, turn)
        operation, words = self._operation(tool, rest, turn)
        schema = tool.operations[operation].schema
        try:
            found = arguments.read(words, schema, turn.locale, turn.now)
        except UnclearError as error:
            form = guide.written(tool.name, operation, tool.operations[operation], turn.locale)
            listed = f"{error.values['problems']}\n\n{form}"
            raise UnclearError("arguments", say="bad_arguments", problems=listed) from error
        return Plan((Step(tool.name, operation, found),))

    def _operation(self, tool: Manifest, rest: str, turn: Turn) -> tuple[str, list[Word]]:
        """The operation and the words after it."""
        words = split(rest)
        named = words[0].text if words and not words[0].quoted and not words[0].name else ""
        if named.lower() in tool.operations:
            return named.lower(), words[1:]
        if known := guide.known_operation(named, tool):
            return known, words[1:]
        if len(tool.operations) == 1:
            return next(iter(tool.operations)), words
        if tool.default and "." not in named:
            return tool.default, words
        if named:
            raise self._no_operation(tool, named, rest, turn)
        listing = guide.about([tool.name], self._catalogue, turn.locale)
        called = {"tool": tool.name, "listing": listing}
        buttons = guide.choices(tool)
        raise OffersError("operation", say="which_operation", buttons=buttons, **called)

    def _no_tool(self, name: str, rest: str, turn: Turn) -> OffersError:
        if other := guide.usual(name, self._catalogue):
            return other
        guess = nearest(name, guide.names(self._catalogue))
        command = f"/{guess} {rest}".rstrip() if guess else "/help"
        return guide.unknown_tool(name, guess, self.buttons(command, turn), turn.locale)

    def _no_operation(self, tool: Manifest, named: str, rest: str, turn: Turn) -> OffersError:
        guess = nearest(named, guide.operations(tool))
        after = rest.strip()[len(named) :]
        command = f"/{tool.name} {guess}{after}" if guess else f"/help {tool.name}"
        buttons = self.buttons(command, turn)
        return guide.unknown_operation(tool.name, named, guess, buttons, turn.locale)

    def buttons(self, command: str, turn: Turn) -> tuple[Button, ...]:
        """One that runs a corrected command as it is, or what else its refusal offers."""
        if control.read(command)[0] is not None:
            return guide.ready(command, turn.locale)
        try:
            self.plan(structs.replace(turn, text=command))
        except UnclearError as error:
            return error.buttons if isinstance(error, OffersError) else ()
        return guide.ready(command, turn.locale)


def split(line: str) -> list[Word]:
    """The words of a command line.

    Blanks of every kind separate; quotes of any language keep blanks and `=` in, and a pair of
    other quotes; a quote inside a word is itself, so that `it's` needs none; a backslash in quotes
    keeps the next quote or backslash. Full-width `＝` and quotes count as their ASCII forms.
    Raises UnclearError when a quote stays open.
    """
    if _SIMPLE.fullmatch(line):
        return [Word(text) for text in line.split()]
    words: list[Word] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        word, at = _word(line, at)
        words.append(word)
    return words


def _word(line: str, at: int) -> tuple[Word, int]:
    if _plain(line[at]) in _CLOSERS:
        text, at = _quoted(line, at)
        return Word(text, quoted=True), at
    begin = at
    while at < len(line) and not line[at].isspace():
        if _plain(line[at]) == "=" and at > begin:
            name = line[begin:at]
            value, at = _value(line, at + 1)
            return Word(value, name=name), at
        at += 1
    return Word(line[begin:at]), at


def _value(line: str, at: int) -> tuple[str, int]:
    if at < len(line) and _plain(line[at]) in _CLOSERS:
        return _quoted(line, at)
    begin = at
    while at < len(line) and not line[at].isspace():
        at += 1
    return line[begin:at], at


def _quoted(line: str, at: int) -> tuple[str, int]:
    """What is in quotes, and what is after them. Pairs of other quotes in them stay, if that is
    how the line can be read.
    """
    found = _up_to_its_end(line, at, pairs=True) or _up_to_its_end(line, at, pairs=False)
    if found is None:
        raise UnclearError("quote", say="open_quote")
    text, end = found
    return (text.strip() if line[at] in _SPACED else text), end


def _up_to_its_end(line: str, at: int, *, pairs: bool) -> tuple[str, int] | None:
    closers = _CLOSERS[_plain(line[at])]
    within = ""
    text: list[str] = []
    at += 1
    while at < len(line):
        char = _plain(line[at])
        if char == "\\" and at + 1 < len(line) and _plain(line[at + 1]) in _KEPT:
            at += 1
        elif within:
            within = "" if char in within else within
        elif pairs and _begins_a_pair(line, at, closers):
            within = _CLOSERS[char]
        elif char in closers and not _is_inside_a_word(line, at):
            return "".join(text), at + 1
        text.append(line[at])
        at += 1
    return None


def _begins_a_pair(line: str, at: int, closers: str) -> bool:
    """Whether a quotation in other quotes begins here: it has its end, and after that we ours.

    The sign that began ours begins another only after a blank: `“so“` is one quotation.
    """
    if line[at] not in _CLOSERS or line[at] in f"\"'’{closers[0]}":
        return False
    if _CLOSERS[line[at]] == closers and not line[at - 1].isspace():
        return False
    ends = (line.find(end, at + 1) for end in _CLOSERS[line[at]] if end not in "\"'")
    own = min((end for end in ends if end > 0), default=len(line))
    return any(line.find(end, own + 1) > 0 for end in closers)


def _is_inside_a_word(line: str, at: int) -> bool:
    """Whether it is an apostrophe, as in `it's`: with Latin, Greek or Cyrillic on both sides."""
    if line[at] not in _APOSTROPHES:
        return False
    around = line[at - 1 : at] + line[at + 1 : at + 2]
    return len(around) > 1 and around.isalpha() and max(around) < "\u0600"


def _plain(char: str) -> str:
    return char.translate(_FULL_WIDTH)
