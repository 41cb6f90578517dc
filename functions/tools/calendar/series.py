"""When events take place: spread over their rules, less what is taken out, with what differs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

import icalendar

from switchboard.sdk.kit.times.moments import DAY, Span, When, day_of, opening

from .objects import (
    end_of,
    instant,
    lasting,
    mark_of,
    parts_of,
    start_of,
    text_of,
)
from .parsing import all_of
from .repetition import Steps, follow
from .rules import parse

MAX_FOUND = 5_000
"""Times of one event within what is asked for; more would be shown to nobody."""
MAX_REACH = 300_000 * DAY
_END = time(23, 59, 59)


class Time(NamedTuple):
    """One time that an event takes place, in the zone of its series."""

    start: When
    end: When
    mark: When
    """When it would be by the rule alone."""
    part: icalendar.Event


def spread(calendar: icalendar.Calendar, span: Span, steps: Steps | None = None) -> Iterator[Time]:
    """The times about `span`, a day wider for what is written without a zone; none is cancelled.

    Raises ValueError and the like for what cannot be followed, or takes for ever.
    """
    first, last = span
    series = defaultdict(list)
    for part in parts_of(calendar):
        series[text_of(part, "UID")].append(part)
    for parts in series.values():
        for found in _Series(parts, (first - DAY, last + DAY), steps or Steps()).times():
            if text_of(found.part, "STATUS").upper() != "CANCELLED":
                yield found


@dataclass
class _Series:
    """The parts of one id: the event, and what differs of it."""

    parts: list[icalendar.Event]
    span: Span
    steps: Steps

    def times(self) -> Iterator[Time]:
        master = max(
            (part for part in self.parts if mark_of(part) is None), key=_revision, default=None
        )
        like = start_of(master or self.parts[0])
        changed = {}
        for part in sorted(self.parts, key=_revision):
            mark = mark_of(part)
            if mark is not None:
                changed[_key(_as(mark, like))] = part
        gone = self._gone(master, like) if master else set()
        for key, part in changed.items():
            if key not in gone and self._near(start_of(part), end_of(part)):
                yield Time(start_of(part), end_of(part), _as(mark_of(part), like), part)
        if master:
            yield from self._regular(master, changed, gone)

    def _regular(
        self, master: icalendar.Event, changed: dict[Any, icalendar.Event], gone: set[Any]
    ) -> Iterator[Time]:
        """What follows the rule, or a change that was made for all that is to come."""
        like = start_of(master)
        later = [(key, part) for key, part in sorted(changed.items()) if reaches_on(part)]
        longest = [_reach(part) for part in (master, *(part for _, part in later))]
        reach = min(max(longest), MAX_REACH)
        begin, over = self.span[0] - reach, self.span[1] + reach
        for number, (at, end) in enumerate(self._starts(master, (begin, over))):
            if number > MAX_FOUND:
                raise ValueError("too many times")
            key = _key(at)
            if key in changed or key in gone or day_of(at) in gone:
                continue
            part = next((part for mark, part in reversed(later) if mark < key), master)
            start = (
                _moved(at, _as(mark_of(part), like), start_of(part)) if part is not master else at
            )
            timed = isinstance(at, datetime) and isinstance(end, datetime)
            ends = start + (end - at) if timed else _ending(part, start)  # type: ignore[operator]
            found = Time(start, ends, at, part)
            if self._near(found.start, found.end):
                yield found

    def _near(self, start: When, end: When) -> bool:
        return instant(start) < self.span[1] and instant(end) >= self.span[0]

    def _gone(self, master: icalendar.Event, like: When) -> set[Any]:
        """The marks that are taken out, and the days of which all is."""
        dates = [each.dt for held in all_of(master, "EXDATE") for each in held.dts]
        gone = {_key(_as(when, like)) for when in dates}
        return gone | {when for when in dates if not isinstance(when, datetime)}

    def _starts(self, master: icalendar.Event, span: Span) -> list[tuple[When, When | None]]:
        """When it starts by its rules and lists, and the end where a list says one."""
        like = start_of(master)
        first, last = (_wall(each, like) for each in span)
        rules = [_written(rule) for rule in all_of(master, "RRULE")]
        walls = set()
        for rule in rules:
            walls |= self._walls(rule, like, (first, last), fitting=False)
        for rule in map(_written, all_of(master, "EXRULE")):
            walls -= self._walls(rule, like, (first, last), fitting=True)
        found: dict[Any, tuple[When, When | None]] = {}
        if not rules:
            found[_key(like)] = (like, None)
        for wall in walls:
            at = _placed(wall, like)
            found[_key(at)] = (at, None)
        for held in all_of(master, "RDATE"):
            for each in held.dts:
                start, end = each.dt if isinstance(each.dt, tuple) else (each.dt, None)
                end = lasting(start, end) if isinstance(end, timedelta) else end
                at = _as(start, like)
                found[_key(at)] = (at, end)
        return [found[key] for key in sorted(found)]

    def _walls(
        self, written: str, like: When, span: tuple[datetime, datetime], *, fitting: bool
    ) -> set[datetime]:
        rule, (first, last) = parse(written), span
        if rule.until is not None:
            last = min(last, until_of(rule.until, like))
        found = follow(rule, _wall(like, like), first, last, self.steps, fitting=fitting)
        return {wall for wall in found if wall >= first}


def until_of(until: When, like: When) -> datetime:
    """The last moment of a rule, on the clock on the wall of its series."""
    if isinstance(until, datetime):
        return _wall(until, like) if isinstance(like, datetime) else _wall(until.date(), like)
    return datetime.combine(until, _END)


def reaches_on(part: icalendar.Event) -> bool:
    """Whether it changes what comes after it as well."""
    ranges = [str(held.params.get("RANGE", "")) for held in all_of(part, "RECURRENCE-ID")]
    return "THISANDFUTURE" in ranges


def _written(rule: Any) -> str:
    return str(rule) if isinstance(rule, str) else rule.to_ical().decode()


def _revision(part: icalendar.Event) -> int:
    revision = part.get("SEQUENCE", 0)
    return revision if isinstance(revision, int) else 0


def _reach(part: icalendar.Event) -> timedelta:
    """How far a time of it may lie from where its rule has it, and how long it may last."""
    mark, start = mark_of(part), start_of(part)
    moved = abs(instant(start) - instant(mark)) if mark is not None else timedelta()
    return moved + (instant(end_of(part)) - instant(start)) + DAY


def _as(when: Any, like: When) -> When:
    """The time that is meant, in the kind and the zone of its series."""
    if isinstance(when, tuple):
        when = when[0]
    if not isinstance(like, datetime):
        return day_of(when)
    if not isinstance(when, datetime):
        return datetime.combine(when, like.time(), like.tzinfo)
    if like.tzinfo is None or when.tzinfo is None:
        return when.replace(tzinfo=like.tzinfo)
    return when.astimezone(like.tzinfo)


def _key(when: When) -> Any:
    """What is equal for the same time, however it is written."""
    return instant(when) if isinstance(when, datetime) and when.tzinfo else when


def _wall(when: When, like: When) -> datetime:
    """Without a zone: what the clock on the wall of the series shows."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time.min)
    zone = like.tzinfo if isinstance(like, datetime) else None
    return (when.astimezone(zone) if zone and when.tzinfo else when).replace(tzinfo=None)


def _placed(wall: datetime, like: When) -> When:
    if not isinstance(like, datetime):
        return wall.date()
    return opening(wall, like.tzinfo) if like.tzinfo else wall


def _moved(at: When, mark: When, start: When) -> When:
    """As far from `at` as `start` is from `mark`, on the wall where `start` is."""
    if not isinstance(start, datetime):
        return day_of(at) + (day_of(start) - day_of(mark))
    if not isinstance(at, datetime):
        return start
    zone: tzinfo | None = start.tzinfo
    wall = _wall(at, start) + (_wall(start, start) - _wall(mark, start))
    return opening(wall, zone) if zone else wall


def _ending(part: icalendar.Event, start: When) -> When:
    """The end of a part that starts then: as long on the wall, or by its duration."""
    usual, end = start_of(part), end_of(part)
    if start == usual:
        return end
    if "DTEND" not in part and "DURATION" in part:
        return lasting(start, all_of(part, "DURATION")[0].td)
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        return start + (day_of(end) - day_of(usual))
    wall = _wall(start, start) + (_wall(end, end) - _wall(usual, usual))
    return opening(wall, end.tzinfo) if end.tzinfo else wall
