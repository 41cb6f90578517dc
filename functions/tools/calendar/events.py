"""Events as iCalendar writes them: read, spread over time, made and changed."""

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from switchboard.errors import BadRequestError

from .models import DAY, CreateEvent, UpdateEvent, later, moment, opening, stop_of

HOUR = timedelta(hours=1)
TEXTS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
MAX_STEPS = 300_000
"""Repetitions counted through for one event, about a second; a rule for every minute has more."""
_STEP = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"}
_PARTS |= {"BYDAY", "BYWEEKNO", "BYSETPOS"}
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class UnreadableError(Exception):
    """The object is not iCalendar, or not such that anybody could place it in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that an event takes place; `start` and `end` are in the asker's zone."""

    uid: str
    title: str
    start: datetime
    end: datetime
    all_day: bool
    repeats: bool
    busy: bool
    location: str
    description: str
    calendar: str = ""


def read(raw: bytes) -> icalendar.Calendar:
    """The object's calendar, with at least one event. Raises UnreadableError."""
    try:
        calendar = icalendar.Calendar.from_ical(raw)
        if isinstance(calendar, icalendar.Calendar) and parts_of(calendar)[0]["UID"]:
            return calendar
    except _BROKEN as error:
        raise UnreadableError from error
    raise UnreadableError


def parts_of(calendar: icalendar.Calendar) -> list[icalendar.Event]:
    """The event itself, then its occurrences that differ."""
    return sorted(calendar.walk("VEVENT"), key=lambda part: "RECURRENCE-ID" in part)


def repeats(calendar: icalendar.Calendar) -> bool:
    return any("RRULE" in part or "RDATE" in part for part in parts_of(calendar))


def expand(
    raw: bytes, span: tuple[datetime, datetime], zone: ZoneInfo, calendar: str = ""
) -> list[Occurrence]:
    """Every time within `span` that the event takes place. Raises UnreadableError."""
    ical = read(raw)
    again = repeats(ical)
    try:
        found = [occurrence(part, zone, again, calendar) for part in _spread(ical, span)]
    except _BROKEN as error:
        raise UnreadableError from error
    first, last = span
    return [each for each in found if each.start < last and (each.end > first or each.start >= first)]


def occurrence(
    part: icalendar.Event, zone: ZoneInfo, again: bool, calendar: str = ""
) -> Occurrence:
    start = opening(part.start, zone)
    return Occurrence(
        uid=_text(part, "UID"),
        title=_text(part, "SUMMARY"),
        start=start,
        end=max(start, opening(part.end, zone)),
        all_day=not isinstance(part.start, datetime),
        repeats=again,
        busy=_text(part, "TRANSP").upper() != "TRANSPARENT",
        location=_text(part, "LOCATION"),
        description=_text(part, "DESCRIPTION"),
        calendar=calendar,
    )


def make(arguments: CreateEvent, uid: str, zone: ZoneInfo, now: datetime) -> bytes:
    """A new event as an object to store."""
    start = moment(arguments.start, zone)
    event = icalendar.Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now)
    event.add("DTSTART", start)
    usual = HOUR if isinstance(start, datetime) else DAY
    event.add("DTEND", stop_of(start, arguments, usual, zone))
    for field, name in TEXTS.items():
        _put(event, name, getattr(arguments, field) or None)
    _put(event, "RRULE", _rule_of(arguments, start, zone))
    calendar = icalendar.Calendar()
    calendar.add("PRODID", "-//Switchboard//Calendar//EN")
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


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


def exclude(raw: bytes, day: str, zone: ZoneInfo, now: datetime) -> bytes | None:
    """The object without its occurrence on that day; None when there is none, or no longer."""
    when = moment(day, zone)
    on = when.date() if isinstance(when, datetime) else when
    first, last = opening(on, zone), opening(on + DAY, zone)
    calendar = read(raw)
    if not repeats(calendar):
        raise BadRequestError("does not repeat", say="does_not_repeat")
    for part in _spread(read(raw), (first, last)):
        if not first <= opening(part.start, zone) < last:
            continue
        mark = part.get("RECURRENCE-ID", part["DTSTART"]).dt
        parts_of(calendar)[0].add("EXDATE", mark)
        calendar.subcomponents = [
            each
            for each in calendar.subcomponents
            if each.get("RECURRENCE-ID") is None or each["RECURRENCE-ID"].dt != mark
        ]
        return _stamped(calendar, now)
    return None


def _spread(
    calendar: icalendar.Calendar, span: tuple[datetime, datetime]
) -> Iterator[icalendar.Event]:
    """The occurrences about `span`, a day more on either side: days and floating times have none."""
    first, last = span
    for part in parts_of(calendar):
        _bound(part, last + DAY)
    with warnings.catch_warnings():
        # A rule with a count, bounded as well, is frowned upon and right.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = recurring_ical_events.of(calendar).between(first - DAY, last + DAY)
    for part in found:
        if _text(part, "STATUS").upper() != "CANCELLED":
            yield part


def _bound(part: icalendar.Event, last: datetime) -> None:
    """Make the rules stop at `last`, for one that never matches is followed to the year 9999."""
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = math.prod(len(rule.get(by, [0])) for by in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        step = _STEP.get(rule["FREQ"][0], DAY.total_seconds()) / often
        if (last - opening(part.start, UTC)).total_seconds() / step > MAX_STEPS:
            raise UnreadableError
        if rule.get("INTERVAL", [1])[0] < 1:  # never comes to an end
            raise UnreadableError
        until = [_until(each, part.start) for each in rule.get("UNTIL", [])]
        rule["UNTIL"] = [min([*until, _until(last + DAY, part.start)])]


def _until(when: datetime | date, start: datetime | date) -> datetime | date:
    """An UNTIL of the kind that `start` asks for; a day is meant to its end."""
    if not isinstance(start, datetime):
        return when.date() if isinstance(when, datetime) else when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    return (when if when.tzinfo else when.replace(tzinfo=start.tzinfo)).astimezone(UTC)


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
        rule["UNTIL"] = [_until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str) -> icalendar.vRecur:
    try:
        rule = icalendar.vRecur.from_ical(text.strip().upper().removeprefix("RRULE:"))
    except ValueError as error:
        raise BadRequestError("bad rule", say="bad_rule", value=text) from error
    least = min([*rule.get("INTERVAL", [1]), *rule.get("COUNT", [1])])
    days = [abs(day) for day in rule.get("BYMONTHDAY", [1])]
    sound = (
        set(rule) <= _PARTS
        and rule.get("FREQ", [""])[0] in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
        and least >= 1
        and 1 <= min(days) <= max(days) <= 31  # noqa: PLR2004  days of a month
        and not ("COUNT" in rule and "UNTIL" in rule)
    )
    if not sound:
        raise BadRequestError("bad rule", say="bad_rule", value=text)
    return rule


def _set_text(parts: list[icalendar.Event], name: str, value: str) -> None:
    """Also on the occurrences that differ, unless they differ in this."""
    old = _text(parts[0], name)
    for part in parts:
        if _text(part, name) == old != value:
            _put(part, name, value or None)


def _set_rule(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """A new rule starts clean: exceptions to the old one go with it."""
    part = parts_of(calendar)[0]
    old, rule = part.get("RRULE"), _rule_of(arguments, part.start, zone)
    if old == rule and (rule or not repeats(calendar)):
        return
    for name in ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"):
        part.pop(name, None)
    _put(part, "RRULE", rule)
    calendar.subcomponents = [each for each in calendar.subcomponents if "RECURRENCE-ID" not in each]


def _move(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    part = parts_of(calendar)[0]
    old = part.start
    start = moment(arguments.start, zone) if arguments.start else old
    if isinstance(start, datetime):
        start = opening(start, zone)
    usual = HOUR if isinstance(start, datetime) else DAY
    if isinstance(start, datetime) == isinstance(old, datetime):
        usual = _length(part)
    stop = stop_of(start, arguments, usual, zone)
    _place(part, _fit(start, old), _fit(stop, old))


def _move_series(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """Move all of it as far as the occurrence on the day of `start` moves; days stay as they are."""
    parts = parts_of(calendar)
    part, old = parts[0], parts[0].start
    if arguments.end and not arguments.start:
        raise BadRequestError("which occurrence ends then", say="end_needs_start")
    start, moved, length = old, timedelta(0), _length(part)
    if arguments.start:
        start = moment(arguments.start, zone)
        if isinstance(start, datetime) != isinstance(old, datetime):
            raise BadRequestError("a day and a time", say="mixed_kinds")
        moved = _naive(_fit(start, old)) - _naive(_on_day(calendar, _fit(start, old)))
    if arguments.end or arguments.duration:
        stop = stop_of(start, arguments, length, zone)
        length = opening(stop, UTC) - opening(start, UTC)
    usual = _length(part)
    for each in parts:
        mark = each.get("RECURRENCE-ID")
        begin = each.start if mark is not None and mark.dt != each.start else each.start + moved
        _place(each, begin, later(begin, length if _length(each) == usual else _length(each)))
        if moved:
            _move_marks(each, moved)
