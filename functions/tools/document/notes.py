"""What is said beside an answer: a phrase of the manifest, and what it speaks of."""

from typing import NamedTuple


class Note(NamedTuple):
    phrase: str
    values: dict[str, object]


def noted(phrase: str, **values: object) -> Note:
    return Note(phrase, values)
