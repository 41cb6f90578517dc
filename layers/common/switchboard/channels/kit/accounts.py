"""The accounts in an encrypted parameter: `channel/account` and its values."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from switchboard import observe
from switchboard.channels import registry
from switchboard.models import ACCOUNT

Values = dict[str, str]
Pairs = tuple[tuple[str, Any], ...]


def read(text: str) -> dict[str, Values]:
    """The accounts that are told once, of channels that there are; the others are logged.

    A path belongs to one account: of two with one name neither is taken, for it cannot be known
    whose secrets hold.
    """
    pairs = _pairs(text or "{}")
    told = Counter(name for name, _ in pairs)
    found = {}
    for name, values in pairs:
        why = "told twice" if told[name] > 1 else _wrong(name, values)
        if why:
            refuse(name, why)
        else:
            found[name] = dict(values)
    return found


def refuse(name: str, why: str) -> None:
    """Say that the account is not there; never a value of it."""
    observe.warn("account not started", account=name[:100], why=why)


def _pairs(text: str) -> Pairs:
    try:
        found = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, tuple):
        observe.warn("no account started", why="the parameter is no JSON object")
        return ()
    return found


def _wrong(name: str, values: object) -> str:
    return next(_faults(name, values), "")


def _faults(name: str, values: object) -> Iterator[str]:
    if not ACCOUNT.fullmatch(name):
        yield "its name is no channel/account in lower case letters and digits"
    if not registry.known(name.partition("/")[0]):
        yield "there is no such channel"
    if not (isinstance(values, tuple) and all(isinstance(value, str) for _, value in values)):
        yield "its values are no texts by name"
    elif len(dict(values)) != len(values):
        yield "a value is told twice"
