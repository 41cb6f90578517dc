"""Arguments that are times, as people say them: in digits before a tool sees them.

What has one meaning is put in its place; what may mean several is asked back with all of them; what
is no time stays as it is written, for the tool to say so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.dispatch.planner.base import Word
from switchboard.errors import BadRequestError
from switchboard.models import Locale
from switchboard.sdk.kit.times import moments, spoken
from switchboard.sdk.kit.times.spoken import Said

Schema = Mapping[str, Any]
KINDS = {"time", "length", "rule"}
"""The formats of such arguments, as `sdk.arguments.Says` has them."""
MOST_WORDS, MOST_CHOICES = 12, 4


def joined(words: Sequence[Word], fields: Mapping[str, Schema], now: datetime) -> list[Word]:
    """The words, where a named time takes as many bare ones after it as say a time with it."""
    found: list[Word] = []
    rest = list(words)
    while rest:
        word, rest = rest[0], rest[1:]
        if not word.quoted and fields.get(word.name, {}).get("format") in KINDS:
            bare = next((at for at, one in enumerate(rest) if _is_apart(one)), len(rest))
            for count in range(min(bare, MOST_WORDS), 0, -1):
                text = " ".join([word.text, *(one.text for one in rest[:count])])
                if spoken.read(text, now):
                    word, rest = Word(text, name=word.name), rest[count:]
                    break
        found.append(word)
    return found


def cut(row: Sequence[Word], now: datetime) -> int:
    """Where in a row of bare words its time begins, that is all words to the end; 0: nowhere."""
    for at in range(max(1, len(row) - MOST_WORDS), len(row)):
        if spoken.read(" ".join(word.text for word in row[at:]), now):
            return at
    return 0


def resolved(
    given: Mapping[str, str], fields: Mapping[str, Schema], locale: Locale, now: datetime
) -> tuple[dict[str, str], list[BadRequestError]]:
    """The arguments as they are written, with times in digits; and what is to be asked back."""
    found, problems = dict(given), []
    for name, text in given.items():
        field = fields[name]
        if field.get("format") not in KINDS or found[name] != text or moments.is_written(text):
            continue
        last, chinese = str(field.get("ends", "")), locale == "zh"
        meant = spoken.read(text, now, chinese=chinese)
        options = _fitting(meant, name, field, {*found} - {name})
        if last in given and not moments.is_written(given[last]):
            both = spoken.read(f"{text} - {given[last]}", now, chinese=chinese)
            options = _fitting(both, name, field, {*found} - {name, last}) or options
        if len(options) == 1:
            found |= options[0]
        elif options:
            problems.append(_which(name, text, options))
    return found, problems


def _fitting(
    meant: Sequence[Said], name: str, field: Schema, taken: set[str]
) -> list[dict[str, str]]:
    """What each meaning puts into which arguments, if these are not `taken`."""
    options = (_placed(one, name, field) for one in meant)
    return [option for option in options if name in option and not taken & set(option)]


def _placed(said: Said, name: str, field: Schema) -> dict[str, str]:
    """What goes into which argument; nothing where one is missing for it."""
    last, again = str(field.get("ends", "")), str(field.get("again", ""))
    kind = field.get("format")
    if kind == "length":
        return {name: str(said.minutes)} if said.minutes is not None else {}
    if kind == "rule":
        timed = isinstance(said.start, datetime) or "UNTIL" in said.rule
        return {name: said.rule} if said.rule and not timed else {}
    if said.minutes is not None or (said.rule and not again):
        return {}
    if said.start is None:  # by Friday
        return {name: spoken.shown(said.end)} if said.end is not None and not last else {}
    found = {name: spoken.shown(said.start)}
    if said.end is not None:
        found[last] = spoken.shown(said.end)
    if said.rule:
        found[again] = said.rule
    return {} if "" in found else found


def _which(name: str, text: str, options: Sequence[Mapping[str, str]]) -> BadRequestError:
    shown = [" – ".join(option.values()) for option in options[:MOST_CHOICES]]
    choices = ", ".join(f"`{one}`" for one in shown)
    return BadRequestError("time", say="which_time", name=name, value=text, choices=choices)


def _is_apart(word: Word) -> bool:
    return word.quoted or bool(word.name)
