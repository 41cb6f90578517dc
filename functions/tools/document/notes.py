"""What is said beside an answer: a phrase of the manifest, and what it speaks of."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from switchboard.sdk.kit.words import plain

NAMES = 200
"""Characters of the names in a note."""
SAYS = {
    "hidden": "hidden_sheets",
    "hidden_cells": "hidden_cells",
    "formulas": "formulas",
    "comments": "comments",
    "remarks": "remarks",
    "unread": "unread",
}
"""The phrases for what a program found while it read a document: names, or how many."""


class Note(NamedTuple):
    phrase: str
    values: dict[str, object]


def noted(phrase: str, **values: object) -> Note:
    return Note(phrase, values)


def told(facts: Mapping[str, str | int]) -> Iterator[Note]:
    """A note for each fact that is worth one."""
    for name, phrase in SAYS.items():
        found = facts.get(name)
        if isinstance(found, str) and found:
            yield Note(phrase, {"names": plain(found, NAMES)})
        elif found:
            yield Note(phrase, {"count": found})
