"""Changes to events: made, moved, renamed, repeated otherwise, without one occurrence."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from switchboard.errors import BadRequestError

from .events import feasible, parts_of, read, readable, repeats, spread, text_of, until
from .models import DAY, CreateEvent, UpdateEvent, later, moment, opening, stop_of

HOUR = timedelta(hours=1)
TEXTS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"}
_PARTS |= {"BYDAY", "BYWEEKNO", "BYSETPOS"}


def make(arguments: CreateEvent, uid: str, zone: ZoneInfo, now: datetime) -> bytes:
    """A new event as an object to store."""
    start = moment(arguments.start, zone)
    rule = _rule_of(arguments, start, zone)
    if rule and isinstance(start, datetime):
        start = start.replace(fold=0)
    event = icalendar.Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now)
    _put(event, "DTSTART", start)
    usual = HOUR if isinstance(start, datetime) else DAY
    _put(event, "DTEND", stop_of(start, arguments, usual, zone))
    for field, name in TEXTS.items():
        _put(event, name, getattr(arguments, field) or None)
    _put(event, "RRULE", rule)
    calendar = icalendar.Calendar()
    calendar.add("PRODID", "-//Switchboard//Calendar//EN")
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


@readable()
def change(raw: bytes, arguments: UpdateEvent, zone: ZoneInfo, now: datetime) -> bytes | None:
    """The object with what is given changed and all else as it was; None when nothing changes."""
    calendar = read(raw)
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
    if calendar.to_ical() == before:
        return None
    return _stamped(calendar, now)


@readable()
def exclude(raw: bytes, text: str, zone: ZoneInfo, now: datetime) -> bytes | None:
    """The object without what starts on that day or at that time; None when nothing does."""
    when = moment(text, zone)
    step = timedelta(seconds=1) if isinstance(when, datetime) else DAY
    first, last = (opening(each, zone).astimezone(UTC) for each in (when, later(when, step)))
    calendar = read(raw)
    if not repeats(calendar):
        raise BadRequestError("does not repeat", say="does_not_repeat")
    marks = [
        part.get("RECURRENCE-ID", part["DTSTART"]).dt
        for part in spread(read(raw), (first, last))
        if first <= opening(part.start, zone).astimezone(UTC) < last
    ]
    for mark in marks:
        parts_of(calendar)[0].add("EXDATE", mark)
    _drop(calendar, [part for part in parts_of(calendar) if _mark(part) in marks])
    return _stamped(calendar, now) if marks else None


def _rule_of(
    arguments: CreateEvent | UpdateEvent, start: datetime | date, zone: ZoneInfo
) -> icalendar.vRecur | None:
    plain = arguments.repeat != "none"
    if (arguments.rrule and (plain or arguments.until)) or (arguments.until and not plain):
        raise BadRequestError("rules do not agree", say="two_rules")
    if not arguments.rrule and not plain:
        return None
    rule = _parsed(arguments.rrule) if arguments.rrule else icalendar.vRecur()
    if plain:
        rule["FREQ"] = [arguments.repeat.upper()]
    if arguments.until:
        rule["UNTIL"] = [moment(arguments.until, zone)]
    if "UNTIL" in rule:
        rule["UNTIL"] = [until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str) -> icalendar.vRecur:
    with suppress(ValueError):
        rule: icalendar.vRecur = icalendar.vRecur.from_ical(
            text.strip().upper().removeprefix("RRULE:")
        )
        if (
            set(rule) <= _PARTS
            and rule.get("FREQ", [""])[0] in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
            and rule.get("COUNT", [1])[0] >= 1
            and not {"COUNT", "UNTIL"} <= set(rule)
            and feasible(rule)
        ):
            return rule
    raise BadRequestError("bad rule", say="bad_rule", value=text)


def _set_text(parts: list[icalendar.Event], name: str, value: str) -> None:
    """Also on the occurrences that differ, unless they differ in this."""
    old = text_of(parts[0], name)
    for part in parts:
        if text_of(part, name) == old != value:
            _put(part, name, value or None)


def _set_rule(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """A new rule starts clean: exceptions to the old one go with it."""
    part = parts_of(calendar)[0]
    old, rule = part.get("RRULE"), _rule_of(arguments, part.start, zone)
    if old == rule and (rule or not repeats(calendar)):
        return
    if _mark(part) is not None:
        raise BadRequestError("an occurrence cannot repeat", say="does_not_repeat")
    for name in ("RRULE", "RDATE", "EXDATE"):
        part.pop(name, None)
    _put(part, "RRULE", rule)
    _drop(calendar, parts_of(calendar)[1:])


def _move(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    part = parts_of(calendar)[0]
    old = part.start
    start = moment(arguments.start, zone) if arguments.start else old
    usual = DAY
    if isinstance(start, datetime):
        start, usual = opening(start, zone), HOUR
    if isinstance(start, datetime) == isinstance(old, datetime):
        usual = _length(part)
    _place(part, _fit(start, old), stop_of(start, arguments, usual, zone))


def _move_series(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """Move all as far as the occurrence on the day of `start` moves; the days stay."""
    if arguments.end and not arguments.start:
        raise BadRequestError("which occurrence ends then", say="end_needs_start")
    parts = parts_of(calendar)
    start, moved, usual = parts[0].start, timedelta(0), _length(parts[0])
    if arguments.start:
        wanted = moment(arguments.start, zone)
        if isinstance(wanted, datetime) != isinstance(start, datetime):
            raise BadRequestError("a day and a time", say="mixed_kinds")
        there = _fit(wanted, start)
        start, moved = wanted, _naive(there) - _naive(_on_day_of(there, calendar))
    length = opening(stop_of(start, arguments, usual, zone), UTC) - opening(start, UTC)
    for part in parts:
        lasts = length if _length(part) == usual else _length(part)
        begin = part.start if _mark(part) not in {None, part.start} else part.start + moved
        _place(part, begin, later(begin, lasts))
        if moved:
            _move_marks(part, moved)


def _on_day_of(wanted: datetime | date, calendar: icalendar.Calendar) -> datetime | date:
    """When the series, without its exceptions, starts on that day."""
    alone = read(calendar.to_ical())
    _drop(alone, parts_of(alone)[1:])
    zone = (wanted.tzinfo if isinstance(wanted, datetime) else None) or UTC
    day = wanted.date() if isinstance(wanted, datetime) else wanted
    for part in spread(alone, (opening(day, zone), opening(day + DAY, zone))):
        if (part.start.date() if isinstance(part.start, datetime) else part.start) == day:
            return part.start
    raise BadRequestError("no occurrence on that day", say="no_occurrence", day=day)


def _move_marks(part: icalendar.Event, moved: timedelta) -> None:
    """Move what names occurrences by their time, so that it goes on naming them."""
    for name in ("EXDATE", "RDATE"):
        held = part.get(name, [])
        for each in held if isinstance(held, list) else [held]:
            for one in each.dts:
                one.dt = _moved(one.dt, moved)
    if mark := part.get("RECURRENCE-ID"):
        mark.dt = _moved(mark.dt, moved)
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if "UNTIL" in rule:
            rule["UNTIL"] = [_moved(end, moved) for end in rule["UNTIL"]]


def _moved(when: Any, moved: timedelta) -> Any:
    """A day stays; a time moves; of a period, both ends do."""
    if isinstance(when, tuple):
        return tuple(_moved(each, moved) for each in when)
    return when + moved if isinstance(when, datetime) else when


def _place(part: icalendar.Event, start: datetime | date, stop: datetime | date) -> None:
    stop = _fit(stop, part.end)
    if (part.start, part.end) == (start, stop):
        return
    part.pop("DURATION", None)
    for name, value in (("DTSTART", start), ("DTEND", stop)):
        _put(part, name, value)


def _fit(when: datetime | date, like: datetime | date) -> datetime | date:
    """A time in the zone of the one it replaces, so that an event stays in its own."""
    if not (isinstance(when, datetime) and isinstance(like, datetime)):
        return when
    return when.astimezone(like.tzinfo) if like.tzinfo else when.replace(tzinfo=None)


def _naive(when: datetime | date) -> datetime:
    return datetime(*when.timetuple()[:6])  # noqa: DTZ001  differences on the wall clock


def _length(part: icalendar.Event) -> timedelta:
    return opening(part.end, UTC) - opening(part.start, UTC)


def _mark(part: icalendar.Event) -> datetime | date | None:
    mark: Any = part.get("RECURRENCE-ID")
    return mark and mark.dt  # type: ignore[no-any-return]


def _drop(calendar: icalendar.Calendar, gone: list[icalendar.Event]) -> None:
    left = [each for each in calendar.subcomponents if not any(each is one for one in gone)]
    calendar.subcomponents = left


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
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
