"""Lists of things as they fit on a phone."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from switchboard.sdk.adapter import Output

T = TypeVar("T")


def listed(  # noqa: PLR0913  what is listed, and how
    say: Callable[..., str],
    head: str,
    things: Iterable[T],
    limit: int,
    line: Callable[[T], str],
    *,
    unseen: bool = False,
) -> Output:
    """An answer of at most `limit` things, a line each, which says when there are more.

    Machines get the things themselves. `unseen`: there may be more behind all that were looked at.
    """
    found, more = first(things, limit)
    more = more or unseen
    shown = bullets(map(line, found))
    text = paragraphs(head if found else say("nothing"), shown, say("more") if more else "")
    return Output(text=text, content={"items": found, "more": more})


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
