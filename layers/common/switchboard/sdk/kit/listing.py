"""Lists of things as they fit on a phone."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def first(things: Iterable[T], limit: int) -> tuple[list[T], bool]:
    """At most `limit` of the things, and whether there is another; no more than that is read."""
    taken = list(islice(things, limit + 1))
    return taken[:limit], len(taken) > limit


def paragraphs(*parts: str) -> str:
    """The parts that say something, apart from each other."""
    return "\n\n".join(filter(None, parts))


def bullets(lines: Iterable[str]) -> str:
    """A line of Markdown's list for each."""
    return "\n".join(f"- {line}" for line in lines)
