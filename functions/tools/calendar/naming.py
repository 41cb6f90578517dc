"""What calendars and events are called by, and how short, when a name is not theirs alone."""

import re
from collections import Counter
from collections.abc import Iterable
from os.path import commonprefix
from typing import Any
from urllib.parse import unquote, urlsplit

MIN_PREFIX = 8
"""Characters of an id that are shown and enough; with fewer, a slip would find something."""


def told_apart(calendars: list[Any]) -> dict[str, tuple[Any, set[str]]]:
    """Each under a title of its own, with all other names that it answers to, in small letters."""
    shown = [str(each.get_display_name() or each.id).strip() for each in calendars]
    titles, paths = Counter(map(str.casefold, shown)), [_path(each) for each in calendars]
    ids = Counter(str(each.id).casefold() for each in calendars)
    named = {}
    for each, title, path in zip(calendars, shown, paths, strict=True):
        own = str(each.id) if ids[str(each.id).casefold()] == 1 else path
        called = title if titles[title.casefold()] == 1 else f"{title} ({own})"
        named[called] = (each, {title.casefold(), str(each.id).casefold(), path.casefold()})
    return named


def begins(uid: str, beginning: str) -> bool:
    """Whether it is a beginning that can be meant: `event-1` is none of `event-12`."""
    rest = uid[len(beginning) :]
    cut = rest[:1].isdigit() and re.search(r"[^0-9a-zA-Z]\d+$", beginning)
    alike = uid.casefold().startswith(beginning.casefold())
    return len(beginning) >= MIN_PREFIX and alike and not cut


def shortened(uids: Iterable[str]) -> dict[str, str]:
    """For every id the shortest beginning that no other shares and that `begins` takes."""
    ids = sorted(set(uids), key=str.casefold)
    short = {}
    for before, uid, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False):
        alike = [commonprefix([uid.casefold(), each.casefold()]) for each in (before, after)]  # noqa: RUF071
        least = max(MIN_PREFIX, len(max(alike, key=len)) + 1)
        enough = (length for length in range(least, len(uid)) if begins(uid, uid[:length]))
        short[uid] = uid[: next(enough, len(uid))]
    return short


def _path(calendar: Any) -> str:
    return unquote(urlsplit(str(calendar.url)).path).strip("/")
