"""Stretches of time: `3-4pm`, `from Monday to Wednesday`, `下午三点到四点`."""

import re
from collections.abc import Iterator
from datetime import datetime

from switchboard.sdk.kit.times import dates, days, points
from switchboard.sdk.kit.times.clocks import Clock
from switchboard.sdk.kit.times.days import Asked
from switchboard.sdk.kit.times.moments import When
from switchboard.sdk.kit.times.points import Point

Stretch = tuple[When, When]
Times = tuple[datetime, datetime]
_JOINS = re.compile(r" ?(?:-|至|到) ?| (?:to|until|till|through|thru) ")
_BETWEEN = re.compile(r"(?:(.+) )?between (.+) and (.+)|在?(.+)[和与](.+)之间")
_FROM = re.compile(r"(?:(.+),? )?(?:from )(.+)|从(.+)")
_MOST_JOINS = 8
_DAYS_OF = (
    (rf"{dates.MONTH} {dates.NTH} ?(?:-|to|through) ?{dates.NTH}(,? \d{{4}})?", r"\1 \2\4-\1 \3\4"),
    (
        rf"{dates.NTH} ?(?:-|to|through) ?{dates.NTH} (?:of )?{dates.MONTH}(,? \d{{4}})?",
        r"\1 \3\4-\2 \3\4",
    ),
)
_MINUTES = 1440


def read(text: str, asked: Asked, now: datetime) -> Iterator[Stretch]:
    """All that `text`, in one spelling, may mean."""
    for first, last, sure in _halves(text):
        lasts = list(points.parse(last, asked))
        for start in points.parse(first, asked) if lasts else ():
            for end in lasts:
                yield from _placed(start, end, asked, now, sure=sure)


def _halves(text: str) -> Iterator[tuple[str, str, bool]]:
    """What may be its start and its end, and whether it surely is a stretch."""
    if found := _BETWEEN.fullmatch(text):
        day, first, last = found[1], found[2] or found[4], found[3] or found[5]
        yield (f"{day} {first}" if day else first), last, True
        return
    for said, meant in _DAYS_OF:
        text = re.sub(rf"^{said}$", meant, text)
    sure = False
    if found := _FROM.fullmatch(text):
        rest = found[2] or found[3]
        text, sure = (f"{found[1]} {rest}" if found[1] else rest), True
    joins = list(_JOINS.finditer(text))
    for join in joins if len(joins) <= _MOST_JOINS else ():
        yield text[: join.start()], text[join.end() :], sure


def _placed(
    start: Point, end: Point, asked: Asked, now: datetime, *, sure: bool
) -> Iterator[Stretch]:
    if start.clock is None and end.clock is None:
        yield from _of_days(start, end, asked)
    if start.clock is None or end.clock is None:
        return
    if start.clock.bare and end.clock.bare and not (sure or start.day or end.day):
        return
    if end.day and not start.day:  # 3-4pm tomorrow
        start, end = Point(end.day, start.clock), Point("", end.clock)
    yield from _to_come(_of_times(start, end, asked), start, now)


def _of_days(start: Point, end: Point, asked: Asked) -> Iterator[Stretch]:
    for first in days.read(start.day, asked):
        lasts = days.read(end.day, asked._replace(since=first))
        if later := [last for last in lasts if last > first]:
            yield first, min(later)


def _of_times(start: Point, end: Point, asked: Asked) -> Iterator[Times]:
    if start.clock is None or end.clock is None:
        return
    for day in days.read(start.day, asked) if start.day else [asked.today]:
        lasts = days.read(end.day, asked._replace(since=day)) if end.day else [day]
        for last in lasts:
            for begins, ends in _paired(start.clock, end.clock, (last - day).days * _MINUTES):
                yield points.opened(day, begins), points.opened(day, ends)


def _to_come(found: Iterator[Times], start: Point, now: datetime) -> Iterator[Times]:
    """Those that begin later today, or on another day; where none does, any day's may be meant."""
    pairs = list(found)
    begins = points.to_come([first for first, _ in pairs], start, now.replace(tzinfo=None))
    lengths = {first: last - first for first, last in pairs}
    for first in begins:
        length = lengths.get(first) or next(iter(lengths.values()))
        if points.is_one(first, now) and points.is_one(first + length, now):
            yield first, first + length


def _paired(start: Clock, end: Clock, apart: int) -> Iterator[tuple[int, int]]:
    """Where both may be, the end after its start; `apart` are the minutes between their days.

    A part of the day that is said once holds for both, where it can.
    """
    shared = start.minutes(end.part), end.minutes(start.part)
    own = start.minutes(), end.minutes()
    tries = [(begins, [each + apart for each in ends]) for begins, ends in (shared, own)]
    if not apart:  # over midnight
        begins = shared[0] if start.part else own[0]
        tries.append((begins, [each + _MINUTES for each in (*shared[1], *own[1])]))
    for begins, ends in tries:
        longest = max(ends, default=0)
        found = [(at, min(end for end in ends if end > at)) for at in begins if longest > at]
        if found:
            yield from found
            return
