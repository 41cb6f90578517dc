"""The planner of plain words, the last: it runs nothing, and says which command may be meant."""

import re
from functools import cache

from msgspec import structs

from functions.dispatch.planner import guide
from functions.dispatch.planner.arguments import nearest
from functions.dispatch.planner.base import Plan, Turn
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.planner.guide import Catalogue
from switchboard import control
from switchboard.errors import UnclearError
from switchboard.models import Locale
from switchboard.phrases import languages, say
from switchboard.sdk.manifest import Manifest, Operation
from switchboard.text import in_

_NO_WORDS = r"[\W_]+"
_GRAMS = r"(?i)[a-z]{3,}|(?=([^\W\da-z_]{2}))"
"""What a text is compared by: words of three letters or more, and pairs of other letters. Both are
compiled when they are first needed.
"""


class PlainPlanner:
    """Greetings, commands without their slash, and sentences; it is sure of every turn."""

    def __init__(self, catalogue: Catalogue, commands: CommandPlanner) -> None:
        self._catalogue, self._commands = catalogue, commands

    def plan(self, turn: Turn) -> Plan:
        """Raises UnclearError where the command that it begins would: it asks for the rest."""
        if turn.files and not turn.text.strip():
            return Plan(say=guide.for_files(self._catalogue, turn.locale))
        said = re.sub(_NO_WORDS, " ", turn.text).strip().casefold()
        if not said or _greetings().fullmatch(said):
            overview = guide.overview(self._catalogue, turn.locale)
            return Plan(say=overview, buttons=guide.opening(self._catalogue))
        found = self._without_slash(turn)
        if found is None and turn.files:
            return Plan(say=guide.for_files(self._catalogue, turn.locale))
        return found or self._sentence(turn)

    def _without_slash(self, turn: Turn) -> Plan | None:
        name, *rest = turn.text.split()
        tool, word = guide.tool_of(name, self._catalogue), control.find(name)
        command = f"/{turn.text.strip()}"
        if word is not None and len(rest) <= len(word.usage.split()):
            return self._meant(command, turn.locale)
        if tool is None and not rest and (other := guide.usual(name, self._catalogue)):
            raise other
        if tool is None:
            return None
        try:
            self._commands.plan(structs.replace(turn, text=command))
        except UnclearError:
            if not rest or nearest(rest[0], guide.operations(tool)):
                raise
            return None
        return self._meant(command, turn.locale)

    def _meant(self, command: str, locale: Locale) -> Plan | None:
        buttons = guide.ready(command, locale)
        text = say("without_slash", locale, command=command)
        return Plan(say=text, buttons=buttons) if buttons else None

    def _sentence(self, turn: Turn) -> Plan:
        """Says that it is none, with the command whose tool speaks of the same."""
        said = _grams(turn.text)
        score, _, tool, name = max(
            (
                (len(said & _speaks_of(tool, name, one)), -at, tool, name)
                for at, tool in enumerate(self._catalogue.values())
                for name, one in tool.operations.items()
            ),
            key=lambda found: found[:2],
            default=(0, 0, None, ""),
        )
        if not score or tool is None:
            text = say("only_commands", turn.locale)
            return Plan(say=text, buttons=guide.opening(self._catalogue))
        usage = guide.example(tool.name, name, tool.operations[name], turn.locale)
        page = f"/help {tool.name} {name}"
        text = say("nearest_command", turn.locale, usage=usage, page=page)
        return Plan(say=text, buttons=(guide.button(tool.name, page),))


def _speaks_of(tool: Manifest, name: str, operation: Operation) -> set[str]:
    texts = (tool.summary, operation.summary)
    called = " ".join((tool.name, name, *tool.aliases, *operation.aliases))
    words = " ".join(in_(one, locale) for one in texts for locale in languages())
    return _grams(f"{called} {words}")


def _grams(text: str) -> set[str]:
    found = (match[1] or match[0] for match in re.finditer(_GRAMS, text.casefold()))
    return {gram for gram in found if gram} - _common()


@cache
def _common() -> set[str]:
    """Words that say nothing of what is meant."""
    return set(" ".join(say("common_words", locale) for locale in languages()).split())


@cache
def _greetings() -> re.Pattern[str]:
    """What is said before there is anything to say, in every language, and several of it."""
    known = [one for locale in languages() for one in say("greetings", locale).split("|")]
    each = "|".join(re.escape(one.strip()) for one in sorted(known, key=len, reverse=True))
    return re.compile(f"(?:(?:{each}) ?)+")
