"""Events moved to another time: one of its own, or a series with all that is tied to its times."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times.moments import DAY, HOUR, When, day_of, later, moment, opening

from .models import CreateEvent, UpdateEvent
from .objects import (
    drop,
    end_of,
    length_of,
    mark_of,
    parts_of,
    put,
    read,
    repeats,
    start_of,
)
from .parsing import all_of
from .series import spread


def move(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """Start and end as is asked. Raises BadRequestError when they make no sense."""
    if repeats(calendar):
        _move_series(calendar, arguments, zone)
    else:
        _move_one(calendar, arguments, zone)


def _move_one(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    part = parts_of(calendar)[0]
    old = start_of(part)
    start = moment(arguments.start, zone) if arguments.start else old
    usual = DAY
    if isinstance(start, datetime):
        start, usual = opening(start, zone), HOUR
    if isinstance(start, datetime) == isinstance(old, datetime):
        usual = length_of(part)
    _place(part, _fit(start, old), stop_of(start, arguments, usual, zone))


def _move_series(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """Move all as far as the occurrence on the day of `start` moves; the days stay."""
    if arguments.end and not arguments.start:
        raise BadRequestError("which occurrence ends then", say="end_needs_start")
    parts = parts_of(calendar)
    start, moved, usual = start_of(parts[0]), timedelta(0), length_of(parts[0])
    if arguments.start:
        wanted = moment(arguments.start, zone)
        if isinstance(wanted, datetime) != isinstance(start, datetime):
            raise BadRequestError("a day and a time", say="mixed_kinds")
        there: Any = _fit(wanted, start)  # times of one zone differ by the clock on the wall
        start, moved = wanted, there - _on_day_of(there, calendar)
    length = opening(stop_of(start, arguments, usual, zone), UTC) - opening(start, UTC)
    for part in parts:
        lasts = length if length_of(part) == usual else length_of(part)
        begin = start_of(part)
        begin = begin if mark_of(part) not in {None, begin} else begin + moved
        _place(part, begin, later(begin, lasts))
        if moved:
            _move_marks(part, moved)


def _on_day_of(wanted: When, calendar: icalendar.Calendar) -> When:
    """When the series, without its exceptions, starts on that day."""
    alone = read(calendar.to_ical())
    drop(alone, parts_of(alone)[1:])
    zone = (wanted.tzinfo if isinstance(wanted, datetime) else None) or UTC
    day = day_of(wanted)
    for one in spread(alone, (opening(day, zone), opening(day + DAY, zone))):
        if day_of(one.start) == day:
            return one.start
    raise BadRequestError("no occurrence on that day", say="no_occurrence", day=day)


def _place(part: icalendar.Event, start: When, stop: When) -> None:
    stop = _fit(stop, end_of(part))
    if (start_of(part), end_of(part)) == (start, stop):
        return
    for name, value in (("DURATION", None), ("DTSTART", start), ("DTEND", stop)):
        put(part, name, value)


def _fit(when: When, like: When) -> When:
    """A time in the zone of the one it replaces, so that an event stays in its own."""
    if not (isinstance(when, datetime) and isinstance(like, datetime)):
        return when
    return when.astimezone(like.tzinfo) if like.tzinfo else when.replace(tzinfo=None)


def stop_of(
    start: When, arguments: CreateEvent | UpdateEvent, usual: timedelta, zone: ZoneInfo
) -> When:
    """When it is over, or the day after it; it lasts `usual` when nothing is said."""
    timed = isinstance(start, datetime)
    if arguments.end and arguments.duration:
        raise BadRequestError("end and duration", say="two_ends")
    if arguments.duration and not timed:
        raise BadRequestError("minutes of a day", say="mixed_kinds")
    if not arguments.end:
        return later(start, timedelta(minutes=arguments.duration) or usual)
    stop = moment(arguments.end, zone)
    if isinstance(stop, datetime) != timed:
        raise BadRequestError("a day and a time", say="mixed_kinds")
    stop = stop if timed else stop + DAY
    if opening(stop, zone).astimezone(UTC) <= opening(start, zone).astimezone(UTC):
        raise BadRequestError("ends before it starts", say="ends_before")
    return stop


def _move_marks(part: icalendar.Event, moved: timedelta) -> None:
    """Move what names occurrences by their time, so that it goes on naming them."""
    for name in ("EXDATE", "RDATE", "RECURRENCE-ID"):
        for each in all_of(part, name):
            for one in each.dts:
                one.dt = _moved(one.dt, moved)
    for rule in all_of(part, "RRULE"):
        if "UNTIL" in rule:
            rule["UNTIL"] = [_moved(end, moved) for end in rule["UNTIL"]]


def _moved(when: Any, moved: timedelta) -> Any:
    """A day stays; a time moves; of a period, both ends do."""
    if isinstance(when, tuple):
        return tuple(_moved(each, moved) for each in when)
    return when + moved if isinstance(when, datetime) else when
