"""What an expectation may say of what came; each check says whether it holds."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import json

MATCHES = {"has", "lacks", "matches", "any_of"}
SHOWN = 700
"""Characters of what came that are shown."""
ABSENT = object()
"""What did not come."""
Check = Callable[[Any, Any], bool]


def differences(expect: Mapping[str, Any], came: Mapping[str, Any]) -> list[str]:
    """Every key must hold; with `any_of` one of these expectations, whole."""
    if "any_of" in expect:
        found = [differences(one, came) for one in expect["any_of"]]
        return [] if [] in found else [one for each in found for one in each]
    found = {**came, "not_requested": came.get("requested", ABSENT)}
    return [
        f"{key}: expected {_shown(value)}, but it was {_shown(found.get(key, {'not there': came}))}"
        for key, value in expect.items()
        if not _holds(key, value, found.get(key, ABSENT))
    ]


def _holds(key: str, expected: Any, found: Any) -> bool:
    """Of what did not come only `refused` and `not_requested` may hold."""
    if found is ABSENT:
        return key == "not_requested" or (key == "refused" and expected is False)
    return CHECKS.get(key, matches)(expected, found)


def matches(expected: Any, found: Any) -> bool:
    """Equal and of the same type; or a text that is as an object of has, lacks and matches says."""
    if isinstance(expected, dict) and expected and expected.keys() <= MATCHES:
        return found is not ABSENT and _is_as(expected, found)
    if type(expected) is not type(found):
        return False
    if isinstance(expected, dict):
        same = expected.keys() == found.keys()
        return same and all(matches(one, found[key]) for key, one in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(matches, expected, found))
    return bool(expected == found)


def _is_as(match: Mapping[str, Any], found: Any) -> bool:
    if not any(matches(one, found) for one in match.get("any_of", [found])):
        return False
    if match.keys() > {"any_of"} and not isinstance(found, str):
        return False
    patterns = match.get("matches", [])
    return (
        all(one in found for one in match.get("has", ()))
        and not any(one in found for one in match.get("lacks", ()))
        and all(re.search(one, found) for one in _list(patterns))
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def pointed(value: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to, into JSON that is within a string too."""
    for raw in pointer.split("/")[1:]:
        part, value = raw.replace("~1", "/").replace("~0", "~"), _opened(value)
        if isinstance(value, list) and part.isdecimal():
            value = dict(enumerate(value)).get(int(part), ABSENT)
        else:
            value = value.get(part, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def strings(value: Any) -> list[str]:
    """All strings of a body; JSON within a string is opened."""
    value = _opened(value)
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for one in inner for text in strings(one)]
    return [value] if isinstance(value, str) else []


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.decode(value)
        except ValueError:
            return value
    return value


def _refused(expected: Any, found: Any) -> bool:
    return expected if isinstance(expected, bool) else matches(expected, found)


def _pointers(expected: Mapping[str, Any], found: Any) -> bool:
    return all(matches(one, pointed(found, pointer)) for pointer, one in expected.items())


def _each(expected: Any, found: Any) -> bool:
    """An expectation for each in a list, in order, and each of some keys."""
    return len(expected) == len(found) and all(map(_some, expected, found))


def _some(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(_holds(key, one, found.get(key, ABSENT)) for key, one in expected.items())


def _rows(expected: list[list[Any]], found: list[list[str]]) -> bool:
    """Empty rows do not count, and missing last cells are empty."""
    rows = [row for row in found if any(row)]
    width = max(map(len, [*rows, *expected]), default=0)
    wanted, given = (
        [[*row, *[""] * (width - len(row))] for row in one] for one in (expected, rows)
    )
    return matches(wanted, given)


def _requested(expected: Any, found: Any) -> bool:
    """All of these were asked for, in this order; others may stand between."""
    left = iter(found)
    return all(any(_some(one, request) for request in left) for one in expected)


def _not_requested(expected: Any, found: Any) -> bool:
    return not any(_requested([one], found) for one in expected)


CHECKS: dict[str, Check] = {
    "refused": _refused,
    "content": _pointers,
    "messages": _each,
    "files": _each,
    "requested": _requested,
    "not_requested": _not_requested,
    "json": _pointers,
    "path": lambda expected, found: any(matches(expected, one) for one in found),
    "rows": _rows,
    "drawn": lambda expected, found: found(expected),
}


def _shown(value: Any) -> str:
    text = json.encode(value, enc_hook=str).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
