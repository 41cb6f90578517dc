"""Webhooks that hold several things at once: what is wrong with one of them costs only that one.

A platform sends the whole webhook again until it is taken, so a refusal would hold up, and in the
end lose, what other people have said.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from switchboard.channels.base import read_json
from switchboard.errors import BadRequestError, BadSignatureError

T = TypeVar("T")

MOST_LEVELS = 100
MOST_DIGITS = 100
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def read(body: bytes) -> dict[str, Any]:
    """A JSON object of whose parts any may be odd. Raises BadRequestError when it is none at all.

    What no decoder holds is left out of the part that it is in: what is nested deeper than 100
    levels becomes null, a number of more than 100 digits no number, and bytes that are no text half
    a character.
    """
    text = body.decode(errors="surrogateescape")
    try:
        try:
            found = _LOOSE.decode(text)
        except RecursionError:
            found = _LOOSE.decode(_shallow(text))
    except ValueError as error:
        raise BadRequestError("broken JSON") from error
    if not isinstance(found, dict):
        raise BadRequestError("not a JSON object")
    return found


def taken(parts: Iterable[Any], take: Callable[[Any], T | None]) -> tuple[tuple[T, ...], int]:
    """What `take` makes of each part, without those of which it makes nothing, and how many were
    skipped because they are malformed: by `read_json`, or because it raises BadRequestError.

    Raises BadSignatureError when it does of some, and nothing is left: such as an old webhook that
    somebody sends again.
    """
    found, skipped, refused = [], 0, None
    for part in parts:
        try:
            made = take(_strictly(part))
        except BadRequestError:
            skipped += 1
        except BadSignatureError as error:
            skipped, refused = skipped + 1, error
        else:
            found += [] if made is None else [made]
    if refused is not None and not found:
        raise refused
    return tuple(found), skipped


def several(found: Any, name: str) -> list[Any]:
    """The list of this name, if there is one; one odd part where there is something else."""
    if not isinstance(found, dict):
        return [None]
    inner = found.get(name)
    return [] if inner is None else inner if isinstance(inner, list) else [None]


def _strictly(part: Any) -> Any:
    try:
        return read_json(json.dumps({"part": part}).encode()).get("part")
    except RecursionError as error:
        raise BadRequestError("nested too deeply") from error


def _shallow(text: str) -> str:
    kept, depth, since = [], 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == MOST_LEVELS + 1:
                kept.append(text[since : token.start()])
        elif token[0] in "]}":
            depth -= 1
            if depth == MOST_LEVELS:
                kept.append("null")
                since = token.end()
    return "".join([*kept, text[since:]]) if depth <= MOST_LEVELS else text[:0]


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.nan


_LOOSE = json.JSONDecoder(parse_int=_integer)
