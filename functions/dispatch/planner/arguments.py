"""Arguments out of words, by an operation's JSON Schema; those that it needs may be bare."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from functions.dispatch.planner.base import Word
from switchboard.errors import BadRequestError, UnclearError
from switchboard.models import Locale
from switchboard.phrases import listed, public, say
from switchboard.sdk.manifest import alternatives, choices
from switchboard.text import in_

YES = {"true", "yes", "on", "1", "是", "真", "开"}
NO = {"false", "no", "off", "0", "否", "假", "关"}

Schema = Mapping[str, Any]


def read(words: Sequence[Word], schema: Schema, locale: Locale, now: datetime) -> dict[str, Any]:
    """The arguments, typed as the schema says. Raises UnclearError listing all that is wrong."""
    properties: dict[str, Schema] = schema.get("properties", {})
    given, problems = _given(words, schema, locale, now)
    found: dict[str, Any] = {}
    for name, text in given.items():
        try:
            found[name] = _typed(name, text, properties[name], schema, locale)
        except BadRequestError as error:
            problems.append(public(error, locale))
    for name in schema.get("required", ()):
        if name not in given:
            summary = summary_of(properties[name], locale)
            problems.append(say("missing_argument", locale, name=name, summary=summary))
    if problems:
        raise UnclearError("arguments", say="bad_arguments", problems=listed(problems, locale))
    return found


def _given(
    words: Sequence[Word], schema: Schema, locale: Locale, now: datetime
) -> tuple[dict[str, str], list[str]]:
    """The arguments as texts, with times in digits, and what is wrong with the words."""
    properties: dict[str, Schema] = schema.get("properties", {})
    given: dict[str, str] = {}
    errors: list[BadRequestError] = []
    times = _times(schema)
    for word in _named(times.joined(words, properties, now) if times else words, schema, now):
        try:
            name = _name(word, properties, given, locale)
            given[name] = word.text
        except BadRequestError as error:
            errors.append(error)
    if times:
        given, unclear = times.resolved(given, properties, locale, now)
        errors += unclear
    return given, [public(error, locale) for error in errors]


def summary_of(field: Schema, locale: Locale) -> str:
    """What an argument is for, in the reader's language."""
    return in_(field["text"], locale)


def example_of(field: Schema, locale: Locale) -> str:
    """How somebody might write it; empty where none is known."""
    return in_(field["example"], locale) if "example" in field else ""


def choices_of(field: Schema, schema: Schema) -> list[str]:
    """What an argument may be, if that is a list."""
    return list(choices(field, schema))


def near(word: str, known: Sequence[str], locale: Locale) -> str:
    """` Did you mean …?`, or nothing when no known word is like it."""
    guess = nearest(word, known)
    return say("did_you_mean", locale, guess=guess) if guess else ""


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that is most like it, or nothing when none is."""
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), "")


def _times(schema: Schema) -> ModuleType | None:
    """Who reads times, where an argument is one."""
    if not any("format" in field for field in schema.get("properties", {}).values()):
        return None
    from functions.dispatch.planner import when  # noqa: PLC0415  10 ms, and few messages say times

    return when


def _named(words: Sequence[Word], schema: Schema, now: datetime) -> list[Word]:
    """The words, with names for those that stand bare: what must be given and is not named, one
    after the other, the last of it all words in a row, so that `/todo buy milk` needs no quotes;
    where nothing must, the first that may be given.

    What may be left out and stands first, as a repository, is known by its pattern.
    """
    properties: Mapping[str, Schema] = schema.get("properties", {})
    first = next(iter(properties), "")
    used = {word.name for word in words if word.name}
    names = [name for name in schema.get("required", ()) if name not in used] or [first]
    count = next((at for at, word in enumerate(words) if word.name), len(words))
    if count > 1 and first not in {*names, *used} and _fits(words[0], properties[first]):
        names = [first, *names]
    row = _in_order(_with_time(words[:count], names, schema, now), names, properties)
    used |= {word.name for word in row}
    found = []
    for word in words[count:]:
        open_ = (name for name in (*names, first) if name not in used)
        name = word.name or next(open_, "")
        used.add(name)
        found.append(Word(word.text, name=name))
    return [*row, *found]


def _with_time(
    row: Sequence[Word], names: Sequence[str], schema: Schema, now: datetime
) -> Sequence[Word]:
    """`Team lunch tomorrow 3pm` is a text and a time, where these two are what is asked for."""
    last, times = schema.get("properties", {}).get(names[-1], {}), _times(schema)
    if len(names) != 2 or len(row) < 3 or last.get("format") != "time" or times is None:  # noqa: PLR2004
        return row
    at = times.cut(row, now)
    parts = (row[:at], row[at:]) if at else ()
    return [Word(" ".join(word.text for word in part)) for part in parts] or row


def _in_order(
    row: Sequence[Word], names: Sequence[str], properties: Mapping[str, Schema]
) -> list[Word]:
    """One word for each name; the rest is the last one's, if that is a text, or nobody's."""
    found = [Word(word.text, name=name) for word, name in zip(row, names, strict=False)]
    rest = row[len(names) :]
    if rest and properties.get(names[-1], {}).get("type") == "string":
        last = " ".join(word.text for word in row[len(names) - 1 :])
        return [*found[:-1], Word(last, name=names[-1])]
    return [*found, *(Word(word.text) for word in rest)]


def _fits(word: Word, field: Schema) -> bool:
    pattern = field.get("pattern")
    return not word.quoted and pattern is not None and bool(re.search(pattern, word.text))


def _name(
    word: Word, properties: Mapping[str, Schema], given: Mapping[str, str], locale: Locale
) -> str:
    name = word.name
    if not name:
        raise BadRequestError("word", say="extra_word", word=word.text)
    if name not in properties:
        guess = near(name, list(properties), locale)
        raise BadRequestError("name", say="unknown_argument", name=name, near=guess)
    if name in given:
        raise BadRequestError("name", say="given_twice", name=name)
    return name


def _typed(name: str, text: str, field: Schema, schema: Schema, locale: Locale) -> Any:
    kinds = alternatives(field, schema)
    known = choices(field, schema)
    if known:
        if text in known:
            return known[text]
        listed = ", ".join(f"`{choice}`" for choice in known)
        guess = near(text, list(known), locale)
        raise BadRequestError(
            "choice", say="not_a_choice", name=name, choices=listed, value=text, near=guess
        )
    kind = str(kinds[0].get("type", "string")) if kinds else "string"
    if kind == "array":
        return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    reader = _READERS.get(kind)
    if field.get("format") == "length" and not re.fullmatch(r"\s*\d+\s*", text):
        raise BadRequestError("length", say="not_a_length", name=name, value=text)
    return reader(name, text) if reader else text


def _integer(name: str, text: str) -> int:
    number = text.strip()  # of more than int takes off
    if not re.fullmatch(r"[+-]?\d{1,18}", number):  # what every vendor's 64 bits hold
        raise BadRequestError("number", say="not_a_number", name=name, value=text)
    return int(number)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):  # JSON knows neither NaN nor infinity
        raise BadRequestError("number", say="not_a_number", name=name, value=text)
    return number


def _boolean(name: str, text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise BadRequestError("switch", say="not_a_switch", name=name, value=text)


_READERS: dict[str, Callable[[str, str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
