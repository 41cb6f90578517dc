"""Single days and times: a day, a time of it, or both, in either order."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from switchboard.sdk.kit.times import clocks, days
from switchboard.sdk.kit.times.clocks import Clock
from switchboard.sdk.kit.times.days import Asked
from switchboard.sdk.kit.times.moments import DAY, When

_PART = re.compile(r"(.+) (morning|afternoon|evening|night)")


class Point(NamedTuple):
    """What was said of one point of time; `day` is empty where no day was."""

    day: str
    clock: Clock | None


def parse(text: str, asked: Asked) -> Iterator[Point]:
    """Every way to read `text`, in one spelling, as a point."""
    if days.read(text, asked):
        yield Point(text, None)
    if clock := clocks.read(text):
        yield Point("", clock)
    for first, second in _cuts(text):
        if (clock := clocks.read(second)) and days.read(first, asked):
            yield Point(first, clock)
        if clock := clocks.read(first):
            yield from _timed(clock, second, asked)


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    for at in range(1, len(text)):
        if not (text[at - 1].isdigit() and text[at].isdigit()):
            yield text[:at].strip(" ,"), text[at:].strip(" ,的")


def _timed(clock: Clock, text: str, asked: Asked) -> Iterator[Point]:
    """A time before its day, as `3 tomorrow afternoon`."""
    if days.read(text, asked):
        yield Point(text, clock)
    elif (part := _PART.fullmatch(text)) and clock.agrees(part[2]) and days.read(part[1], asked):
        yield Point(part[1], clock.within(part[2]))


def placed(point: Point, asked: Asked, now: datetime) -> list[When]:
    """The days, or the times on the wall, that it may be."""
    found = days.read(point.day, asked) if point.day else [asked.today]
    if point.clock is None:
        return list(found)
    if point.clock.bare:
        return []
    wall = now.replace(tzinfo=None)
    times = [opened(day, minutes) for day in found for minutes in point.clock.minutes()]
    times = [each for each in times if is_one(each, now)]
    return list(to_come(times, point, wall))


def opened(day: date, minutes: int) -> datetime:
    """So many minutes after the day's midnight, on the wall."""
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def to_come(times: list[datetime], point: Point, wall: datetime) -> list[datetime]:
    """Those of today that are still to come; where none is, any day's may be meant."""
    live = [each for each in times if each.date() != wall.date() or each > wall]
    if live or not times or point.clock is None:
        return live
    if point.clock.part == "dawn" and not point.day:
        return [each + DAY for each in times]
    other = timedelta(hours=12) if point.clock.hour < 12 and not point.clock.part else DAY  # noqa: PLR2004
    return [*times, *(each + other for each in times)]


def is_one(at: datetime, now: datetime) -> bool:
    """Whether the clocks of the zone show it once: neither skipped nor twice."""
    clocks_ = {at.replace(tzinfo=now.tzinfo, fold=fold).utcoffset() for fold in (0, 1)}
    return len(clocks_) == 1


def after(minutes: int, now: datetime) -> datetime:
    """So long after `now`, by a stopwatch, on the wall."""
    at = now.astimezone(UTC) + timedelta(minutes=minutes)
    return at.astimezone(now.tzinfo).replace(tzinfo=None, second=0, microsecond=0)
