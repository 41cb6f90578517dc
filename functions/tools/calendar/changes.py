"""Changes to events: made, moved, renamed, repeated otherwise, without one occurrence."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times import DAY, HOUR, When, later, moment, opening

from .models import CreateEvent, UpdateEvent
from .objects import (
    UnreadableError,
    describe_zones,
    end_of,
    length_of,
    mark_of,
    parts_of,
    read,
    readable,
    repeats,
    start_of,
    text_of,
)
from .repeats import move_marks, rule_of
from .series import reaches_on, spread

TEXTS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}


def make(arguments: CreateEvent, uid: str, zone: ZoneInfo, now: datetime) -> bytes:
    """A new event as an object to store."""
    start = moment(arguments.start, zone)
    rule = rule_of(arguments, start, zone)
    if rule and isinstance(start, datetime):
        start = start.replace(fold=0)
    event = icalendar.Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now)
    _put(event, "DTSTART", start)
    usual = HOUR if isinstance(start, datetime) else DAY
    _put(event, "DTEND", _stop_of(start, arguments, usual, zone))
    for field, name in TEXTS.items():
        _put(event, name, getattr(arguments, field) or None)
    _put(event, "RRULE", rule)
    calendar = icalendar.Calendar()
    calendar.add("PRODID", "-//Switchboard//Calendar//EN")
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    describe_zones(calendar)
    return bytes(calendar.to_ical())


@readable()
def change(raw: bytes, arguments: UpdateEvent, zone: ZoneInfo, now: datetime) -> bytes | None:
    """The object with what is given changed and all else as it was; None when nothing changes."""
    calendar = require_alone(raw)
    before = calendar.to_ical()
    given = arguments.model_fields_set
    for field, name in TEXTS.items():
        if field in given:
            _set_text(parts_of(calendar), name, getattr(arguments, field))
    if given & {"start", "end", "duration"}:
        move = _move_series if repeats(calendar) else _move
        move(calendar, arguments, zone)
    if given & {"repeat", "until", "rrule"}:
        _set_rule(calendar, arguments, zone)
    return None if calendar.to_ical() == before else _stamped(calendar, now)


@readable()
def require_alone(raw: bytes) -> icalendar.Calendar:
    """The object, when all of it is one event. Raises UnreadableError when it is several."""
    calendar = read(raw)
    if len({text_of(part, "UID") for part in parts_of(calendar)}) > 1:
        raise UnreadableError
    return calendar


@readable()
def exclude(raw: bytes, text: str, zone: ZoneInfo, now: datetime) -> bytes | None:
    """The object without what starts on that day or at that time; None when nothing does."""
    when = moment(text, zone)
    step = timedelta(seconds=1) if isinstance(when, datetime) else DAY
    first, last = (opening(each, zone).astimezone(UTC) for each in (when, later(when, step)))
    calendar = require_alone(raw)
    if not repeats(calendar):
        raise BadRequestError("does not repeat", say="does_not_repeat")
    gone = [
        one
        for one in spread(calendar, (first, last))
        if first <= opening(one.start, zone).astimezone(UTC) < last
    ]
    for one in gone:
        parts_of(calendar)[0].add("EXDATE", one.mark)
    _drop(calendar, [one.part for one in gone if _is_alone(one.part)])
    return _stamped(calendar, now) if gone else None


def _is_alone(part: icalendar.Event) -> bool:
    """Whether it is one occurrence, and not what follows it as well."""
    return mark_of(part) is not None and not reaches_on(part)


def _set_text(parts: list[icalendar.Event], name: str, value: str) -> None:
    """Also on the occurrences that differ, unless they differ in this."""
    old = text_of(parts[0], name)
    for part in parts:
        if text_of(part, name) == old != value:
            _put(part, name, value or None)


def _set_rule(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """A new rule starts clean: exceptions to the old one go with it."""
    part = parts_of(calendar)[0]
    old, rule = part.get("RRULE"), rule_of(arguments, start_of(part), zone)
    if old == rule and (rule or not repeats(calendar)):
        return
    if mark_of(part) is not None:
        raise BadRequestError("an occurrence cannot repeat", say="does_not_repeat")
    for name, value in (("RRULE", rule), ("RDATE", None), ("EXDATE", None)):
        _put(part, name, value)
    _drop(calendar, parts_of(calendar)[1:])


def _move(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    part = parts_of(calendar)[0]
    old = start_of(part)
    start = moment(arguments.start, zone) if arguments.start else old
    usual = DAY
    if isinstance(start, datetime):
        start, usual = opening(start, zone), HOUR
    if isinstance(start, datetime) == isinstance(old, datetime):
        usual = length_of(part)
    _place(part, _fit(start, old), _stop_of(start, arguments, usual, zone))


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
    length = opening(_stop_of(start, arguments, usual, zone), UTC) - opening(start, UTC)
    for part in parts:
        lasts = length if length_of(part) == usual else length_of(part)
        begin = start_of(part)
        begin = begin if mark_of(part) not in {None, begin} else begin + moved
        _place(part, begin, later(begin, lasts))
        if moved:
            move_marks(part, moved)


def _on_day_of(wanted: When, calendar: icalendar.Calendar) -> When:
    """When the series, without its exceptions, starts on that day."""
    alone = read(calendar.to_ical())
    _drop(alone, parts_of(alone)[1:])
    zone = (wanted.tzinfo if isinstance(wanted, datetime) else None) or UTC
    day = wanted.date() if isinstance(wanted, datetime) else wanted
    for one in spread(alone, (opening(day, zone), opening(day + DAY, zone))):
        if (one.start.date() if isinstance(one.start, datetime) else one.start) == day:
            return one.start
    raise BadRequestError("no occurrence on that day", say="no_occurrence", day=day)


def _place(part: icalendar.Event, start: When, stop: When) -> None:
    stop = _fit(stop, end_of(part))
    if (start_of(part), end_of(part)) == (start, stop):
        return
    for name, value in (("DURATION", None), ("DTSTART", start), ("DTEND", stop)):
        _put(part, name, value)


def _fit(when: When, like: When) -> When:
    """A time in the zone of the one it replaces, so that an event stays in its own."""
    if not (isinstance(when, datetime) and isinstance(like, datetime)):
        return when
    return when.astimezone(like.tzinfo) if like.tzinfo else when.replace(tzinfo=None)


def _stop_of(
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


def _drop(calendar: icalendar.Calendar, gone: list[icalendar.Event]) -> None:
    ids = {id(each) for each in gone}
    calendar.subcomponents = [each for each in calendar.subcomponents if id(each) not in ids]


def _put(part: icalendar.Event, name: str, value: object) -> None:
    part.pop(name, None)
    if isinstance(value, datetime) and value.fold:
        value = value.astimezone(UTC)  # a time on the wall means the first of two
    if value is not None:
        part.add(name, value)


def _stamped(calendar: icalendar.Calendar, now: datetime) -> bytes:
    for part in parts_of(calendar):
        _put(part, "DTSTAMP", now)
        _put(part, "LAST-MODIFIED", now)
        revision = part.get("SEQUENCE", 0)
        _put(part, "SEQUENCE", revision + 1 if isinstance(revision, int) else 1)
    describe_zones(calendar)
    return bytes(calendar.to_ical())
