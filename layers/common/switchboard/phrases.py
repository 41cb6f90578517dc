"""What Switchboard itself says, in every language; tools keep theirs in `tool.yaml`.

The build compiles it from `layers/common/phrases/<locale>.yaml`: another language is another file.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Raw, Struct, json

from switchboard.errors import AppError
from switchboard.models import Command, Locale
from switchboard.text import DEFAULT, Words, filled, shortened

MOST_PROBLEMS, PROBLEM_CHARACTERS = 10, 300
COMPILED = Path(__file__).with_name("compiled") / "phrases.json"


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """One language's file."""

    letters: str
    """The first and the last of those that give the language away; empty where none do."""
    phrases: Raw
    """Words by name; read when something is said in this language."""


def say(name: str, locale: Locale, /, **values: object) -> str:
    """The phrase `name` in the reader's language, filled with `values`."""
    return filled(phrases(locale if locale in languages() else DEFAULT)[name], values)


def public(error: AppError, locale: Locale, /, **values: object) -> str:
    """What a person may read of an error: its phrase, never its detail."""
    return say(error.say, locale, **{**values, **error.values})


def operation_of(command: Command, locale: Locale) -> str:
    """How a call's operation is named to people: an undo is told from what it takes back."""
    undoes = command.params.meta.undoes
    return say("undo_named", locale, operation=command.method) if undoes else command.method


def listed(problems: Sequence[str], locale: Locale) -> str:
    """The first of the problems, one a line, and how many more there are."""
    lines = [f"- {shortened(problem, PROBLEM_CHARACTERS)}" for problem in problems[:MOST_PROBLEMS]]
    if left := len(problems) - len(lines):
        lines.append(f"- {say('more_problems', locale, count=left)}")
    return "\n".join(lines)


def locale_of(text: str, preference: str = "") -> Locale:
    """The language to answer in: that of the words written, else the one the channel names."""
    if not text.isascii():
        for locale, language in languages().items():
            first, _, last = language.letters.partition("-")
            if any(first <= letter <= last for letter in text):
                return locale
    named = preference.lower()
    return next((locale for locale in languages() if named.startswith(locale)), DEFAULT)


@cache
def languages() -> dict[Locale, Language]:
    return json.decode(COMPILED.read_bytes(), type=dict[Locale, Language])


@cache
def phrases(locale: Locale) -> dict[str, Words]:
    """All phrases of one language, by name."""
    return json.decode(languages()[locale].phrases, type=dict[str, Words])
