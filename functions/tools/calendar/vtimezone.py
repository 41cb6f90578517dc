"""Zones as files describe them, in VTIMEZONE (RFC 5545, 3.6.5): read from there, and written."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from itertools import pairwise
from operator import eq
from typing import Any, NamedTuple

import icalendar

from switchboard.sdk.kit.times.moments import YEARS

from .parsing import all_of, parsed
from .repetition import Steps, follow
from .rules import WEEKDAYS, parse

WEEK = timedelta(days=7)
CYCLE = 28
"""Years after which days of the month fall on the same weekdays again."""
_LAST = 2058
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  on the clock of a wall


class Turn(NamedTuple):
    """The clocks change at `at`, in UTC and written without a zone."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def wall(self) -> datetime:
        """What the clock on the wall says when it is changed."""
        return self.at + self.before


class Described(tzinfo):
    """A zone of a file, or a fixed offset; `key` is its TZID. Raises ValueError without turns."""

    def __init__(self, key: str, turns: list[Turn]) -> None:
        if not turns:
            raise ValueError(key)
        self.key = key
        self.turns = sorted(turns)
        ends = [sorted((each.before, each.after)) for each in self.turns]
        # Skipped times are told by the clock before, repeated ones are the first (PEP 495).
        self._walls = [
            [each.at + end[late] for each, end in zip(self.turns, ends, strict=True)]
            for late in (1, 0)
        ]

    def utcoffset(self, when: datetime | None) -> timedelta:
        wall = when or _EPOCH
        return self._after(self._walls[wall.fold], wall.replace(tzinfo=None))

    def fromutc(self, when: datetime) -> datetime:
        local = when + self._after([each.at for each in self.turns], when.replace(tzinfo=None))
        return local.replace(fold=int(local - self.utcoffset(local) != when))

    def agrees_with(self, zone: tzinfo) -> bool:
        """Whether it is as late as that one in the winter or in the summer of a year of now."""
        return any(map(eq, seasons(self), seasons(zone)))

    def dst(self, _: datetime | None) -> None:
        """A file does not say how much of an offset is summer's."""

    def tzname(self, _: datetime | None) -> str:
        return self.key

    def _after(self, times: list[datetime], when: datetime) -> timedelta:
        place = bisect_right(times, when)
        return self.turns[place - 1].after if place else self.turns[0].before


def seasons(zone: tzinfo) -> list[timedelta]:
    """The offsets of a winter and a summer of now."""
    times = (datetime(2026, month, 1, tzinfo=UTC).astimezone(zone) for month in (1, 7))
    return [time.utcoffset() or timedelta() for time in times]


def fixed(key: str, offset: timedelta) -> Described:
    return Described(key, [Turn(_EPOCH, offset, offset)])


@lru_cache(maxsize=64)
def read(block: bytes) -> Described:
    """The zone that a VTIMEZONE describes. Raises ValueError and the like when it is odd.

    Many events of a calendar hold the same description, so they are kept.
    """
    (part,) = parsed(block)
    turns = [turn for each in part.subcomponents for turn in _turns(each, Steps())]
    return Described(str(part["TZID"]), turns)


def _turns(part: Any, steps: Steps) -> Iterator[Turn]:
    """The turns to one of its offsets."""
    after: timedelta = part["TZOFFSETTO"].td
    before: timedelta = part["TZOFFSETFROM"].td if "TZOFFSETFROM" in part else after
    start = _wall(part["DTSTART"].dt)
    walls = {start}
    for dates in all_of(part, "RDATE"):
        walls |= {_wall(each.dt) for each in dates.dts}
    for written in all_of(part, "RRULE"):
        rule = parse(written.to_ical().decode())
        last = _wall(rule.until, before) if rule.until else datetime(YEARS[-1], 1, 1)  # noqa: DTZ001
        walls |= set(follow(rule, start, datetime(YEARS[0], 1, 1), last, steps))  # noqa: DTZ001
    for wall in walls:
        if wall.year > 1:  # else it has no place in UTC
            yield Turn(wall - before, before, after)


def _wall(when: Any, offset: timedelta = timedelta()) -> datetime:
    if not isinstance(when, datetime):
        return datetime(when.year, when.month, when.day)  # noqa: DTZ001
    return when.replace(tzinfo=None) + (offset if when.tzinfo else timedelta())


def write(zone: tzinfo, key: str, since: date) -> icalendar.Timezone:
    """The zone from `since` on: one rule for each half of the year, where it has such rules.

    Outlook and others take no list of dates (MS-OXCICAL 2.1.3.1.1.19.2); only turns that no rule
    foresees, as before a change of the law, stand alone.
    """
    turns = tuple(zone.turns) if isinstance(zone, Described) else found(zone)
    rules = _rules(turns)
    starts = {turn[1:]: turn.at for turn, _ in rules}
    latest = max((turn.at for turn in turns if turn.wall.date() <= since), default=datetime.min)  # noqa: DTZ901
    needed = [turn for turn in turns if latest <= turn.at < starts.get(turn[1:], datetime.max)]  # noqa: DTZ901
    if not needed and not rules:
        offset = zone.utcoffset(_EPOCH) or timedelta()
        needed = [Turn(_EPOCH - offset, offset, offset)]
    made = icalendar.Timezone()
    made.add("TZID", key)
    halves = [*((turn, "") for turn in needed), *rules]
    for turn, rule in halves:
        made.add_component(_half(zone, turn, rule, several=len(halves) > 1))
    return made


def _half(zone: tzinfo, turn: Turn, rule: str, *, several: bool) -> icalendar.Component:
    there = turn.at.replace(tzinfo=UTC).astimezone(zone)
    summer = several and turn.after > turn.before and bool(rule or there.dst())
    half = icalendar.TimezoneDaylight() if summer else icalendar.TimezoneStandard()
    half.add("DTSTART", turn.wall)
    half.add("TZOFFSETFROM", turn.before)
    half.add("TZOFFSETTO", turn.after)
    if not isinstance(zone, Described):
        half.add("TZNAME", there.tzname())
    if rule:
        half.add("RRULE", icalendar.vRecur.from_ical(rule))
    return half


@cache
def found(zone: tzinfo) -> tuple[Turn, ...]:
    """When the clocks of the zone have changed since 1970, and will for a cycle of the calendar."""
    weeks = [_EPOCH.replace(tzinfo=UTC) + WEEK * number for number in range(52 * 90)]
    offsets = [week.astimezone(zone).utcoffset() or timedelta() for week in weeks]
    turns = []
    for week, (before, after) in zip(weeks, pairwise(offsets), strict=False):
        if before != after:
            low, high = 0, int(WEEK.total_seconds())
            while high - low > 1:
                middle = (low + high) // 2
                same = (week + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
                low, high = (middle, high) if same else (low, middle)
            at = week + timedelta(seconds=high)
            turns.append(Turn(at.replace(tzinfo=None), before, after))
    return tuple(turns)


def _rules(turns: tuple[Turn, ...]) -> list[tuple[Turn, str]]:
    """For each half of the year the first turn of its rule, and the rule that holds from then on.

    None for a zone whose clocks are not changed, or not by such a rule.
    """
    turns = tuple(turn for turn in turns if turn.at.year <= _LAST)
    late = [turn for turn in turns if turn.at.year > _LAST - CYCLE]
    made = []
    for kind in sorted({turn[1:] for turn in late}, reverse=True):
        half = [turn for turn in turns if turn[1:] == kind]
        walls = [turn.wall for turn in half if turn.at.year > _LAST - CYCLE]
        rule = _rule(walls) if len({wall.year for wall in walls}) == len(walls) == CYCLE else ""
        if not rule:
            return []
        start = walls[0].replace(year=_EPOCH.year, month=1, day=1)
        told = set(follow(parse(rule), start, start, walls[-1], Steps()))
        first = half[-1]
        for turn in reversed(half[:-1]):
            if turn.wall not in told or turn.wall.year != first.wall.year - 1:
                break
            first = turn
        made.append((first, rule))
    return made if len(made) == len({turn[1:] for turn in late}) else []


def _rule(walls: list[datetime]) -> str:
    """What foretells these walls, one in each year of a cycle; empty when nothing simple does."""
    months, weekdays = {wall.month for wall in walls}, {wall.weekday() for wall in walls}
    days = {wall.day for wall in walls}
    ends = {(date(wall.year + 1, 1, 1) - wall.date()).days for wall in walls}
    if len({wall.time() for wall in walls}) > 1:
        return ""
    if len(months) == len(days) == 1:
        return f"FREQ=YEARLY;BYMONTH={min(months)};BYMONTHDAY={min(days)}"
    if len(weekdays) > 1 or max(ends) - min(ends) >= 7:  # noqa: PLR2004
        return ""
    weekday, places = WEEKDAYS[min(weekdays)], {(day + 6) // 7 for day in days}
    if len(months) > 1:  # as the day after a last Thursday
        return (
            f"FREQ=YEARLY;BYYEARDAY={','.join(str(-each) for each in sorted(ends))};BYDAY={weekday}"
        )
    if all((wall + WEEK).month != wall.month for wall in walls):
        return f"FREQ=YEARLY;BYMONTH={min(months)};BYDAY=-1{weekday}"
    if len(places) == 1:
        return f"FREQ=YEARLY;BYMONTH={min(months)};BYDAY={min(places)}{weekday}"
    listed = ",".join(map(str, sorted(days)))
    return f"FREQ=YEARLY;BYMONTH={min(months)};BYMONTHDAY={listed};BYDAY={weekday}"
