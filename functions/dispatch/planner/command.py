"""The planner of slash commands: exact, and without a model."""

import re

from msgspec import structs

from functions.dispatch.planner import arguments, guide
from functions.dispatch.planner.arguments import nearest
from functions.dispatch.planner.base import OffersError, Plan, Step, Turn, Word, of_several
from functions.dispatch.planner.guide import Catalogue
from functions.dispatch.planner.quotes import CLOSERS, plain, quoted
from switchboard import control
from switchboard.errors import UnclearError
from switchboard.models import Button
from switchboard.sdk.manifest import Manifest

_SIMPLE = re.compile(r"[\w ./#@:,+-]*", re.ASCII)
"""A line without quotes, `=` and full-width characters: its words stand between blanks."""
_BREAK = re.compile("[\n\r\u2028\u2029]")


class CommandPlanner:
    """`/github issues.list owner/name`; no operation named means the tool's default or only one.

    A message is several commands where every line of it begins with a slash and a tool.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def plan(self, turn: Turn) -> Plan | None:
        """Raises UnclearError for the first command that cannot be read: then none is run."""
        if several := self._several(turn.text):
            found = (self._one_of(several, at, turn) for at in range(len(several)))
            return Plan(tuple(step for plan in found for step in plan.steps))
        return self._one(turn)

    def _several(self, text: str) -> list[str]:
        """The commands of a message that is more than one; none: it is one, or none."""
        try:
            found = lines(text)
        except UnclearError:  # a quote stays open, which is told of the whole line
            return []
        names = [line[0] for one in found if (line := control.split(one))]
        if not len(names) == len(found) > 1:
            return []
        words = [name for name in names if control.find(name)]
        if not all(name in words or guide.tool_of(name, self._catalogue) for name in names):
            return []
        if words:
            raise UnclearError("a control word", say="word_among_commands", word=words[0])
        return found

    def _one_of(self, several: list[str], at: int, turn: Turn) -> Plan:
        try:
            return self._one(structs.replace(turn, text=several[at])) or Plan()
        except UnclearError as error:
            raise of_several(error, several[at], at, len(several), turn.locale) from error

    def _one(self, turn: Turn) -> Plan | None:
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


def lines(text: str) -> list[str]:
    """The lines of a message that are not empty; quotes keep together what they span.

    Raises UnclearError when a quote stays open.
    """
    if not _BREAK.search(text):
        return [text.strip()] if text.strip() else []
    found: list[str] = []
    begin = at = 0
    while at < len(text):
        if not text[at].isspace():
            _, at = _word(text, at)
            continue
        if _BREAK.match(text[at]):
            found.append(text[begin:at])
            begin = at + 1
        at += 1
    stripped = (line.strip() for line in [*found, text[begin:]])
    return [line for line in stripped if line]


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
    if plain(line[at]) in CLOSERS:
        text, at = quoted(line, at)
        return Word(text, quoted=True), at
    begin = at
    while at < len(line) and not line[at].isspace():
        if plain(line[at]) == "=" and at > begin:
            name = line[begin:at]
            value, at = _value(line, at + 1)
            return Word(value, name=name), at
        at += 1
    return Word(line[begin:at]), at


def _value(line: str, at: int) -> tuple[str, int]:
    if at < len(line) and plain(line[at]) in CLOSERS:
        return quoted(line, at)
    begin = at
    while at < len(line) and not line[at].isspace():
        at += 1
    return line[begin:at], at
