"""Changes to events: made, moved, renamed, repeated otherwise, without one occurrence."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vRecur

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times.moments import DAY, HOUR, YEARS, When, day_of, later, moment, opening

from .models import CreateEvent, UpdateEvent
from .moves import move, stop_of
from .objects import (
    UnreadableError,
    describe_zones,
    drop,
    mark_of,
    parts_of,
    put,
    read,
    readable,
    repeats,
    start_of,
    text_of,
)
from .repetition import Steps, follow
from .rules import Rule, check, parse
from .series import MAX_FOUND, reaches_on, spread, until_of

TEXTS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
_HORIZON = 60 * 366 * DAY
"""How far a first repetition is looked for: what comes less often than that never comes."""


def make(arguments: CreateEvent, uid: str, zone: ZoneInfo, now: datetime) -> bytes:
    """A new event as an object to store."""
    start = moment(arguments.start, zone)
    rule = _rule_of(arguments, start, zone)
    if rule and isinstance(start, datetime):
        start = start.replace(fold=0)
    event = icalendar.Event()
    event.add("UID", uid)
    event.add("DTSTAMP", now)
    put(event, "DTSTART", start)
    usual = HOUR if isinstance(start, datetime) else DAY
    put(event, "DTEND", stop_of(start, arguments, usual, zone))
    for field, name in TEXTS.items():
        put(event, name, getattr(arguments, field) or None)
    put(event, "RRULE", rule)
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
    drop(calendar, [one.part for one in gone if _is_alone(one.part)])
    return _stamped(calendar, now) if gone else None


def _is_alone(part: icalendar.Event) -> bool:
    """Whether it is one occurrence, and not what follows it as well."""
    return mark_of(part) is not None and not reaches_on(part)


def _set_text(parts: list[icalendar.Event], name: str, value: str) -> None:
    """Also on the occurrences that differ, unless they differ in this."""
    old = text_of(parts[0], name)
    for part in parts:
        if text_of(part, name) == old != value:
            put(part, name, value or None)


def _set_rule(calendar: icalendar.Calendar, arguments: UpdateEvent, zone: ZoneInfo) -> None:
    """A new rule starts clean: exceptions to the old one go with it."""
    part = parts_of(calendar)[0]
    old, rule = part.get("RRULE"), _rule_of(arguments, start_of(part), zone)
    if old == rule and (rule or not repeats(calendar)):
        return
    if mark_of(part) is not None:
        raise BadRequestError("an occurrence cannot repeat", say="does_not_repeat")
    for name, value in (("RRULE", rule), ("RDATE", None), ("EXDATE", None)):
        put(part, name, value)
    drop(calendar, parts_of(calendar)[1:])


def _stamped(calendar: icalendar.Calendar, now: datetime) -> bytes:
    for part in parts_of(calendar):
        put(part, "DTSTAMP", now)
        put(part, "LAST-MODIFIED", now)
        revision = part.get("SEQUENCE", 0)
        put(part, "SEQUENCE", revision + 1 if isinstance(revision, int) else 1)
    describe_zones(calendar)
    return bytes(calendar.to_ical())


def _rule_of(arguments: CreateEvent | UpdateEvent, start: When, zone: ZoneInfo) -> vRecur | None:
    """The rule that is asked for. Raises BadRequestError when it makes no sense."""
    plain = arguments.repeat != "none"
    if (arguments.rrule and (plain or arguments.until)) or (arguments.until and not plain):
        raise BadRequestError("rules do not agree", say="two_rules")
    if not arguments.rrule and not plain:
        return None
    rule = _parsed(arguments.rrule, start) if arguments.rrule else vRecur()
    if plain:
        rule["FREQ"] = [arguments.repeat.upper()]
    if arguments.until:
        rule["UNTIL"] = [moment(arguments.until, zone)]
    if "UNTIL" in rule:
        rule["UNTIL"] = [_until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str, start: When) -> vRecur:
    try:
        rule = parse(text)
        check(rule, timed=isinstance(start, datetime))
        if rule.until is not None and rule.until.year not in YEARS:
            raise ValueError(rule.until)
        _require_matches(rule, start)
        written: vRecur = vRecur.from_ical("".join(text.split()).upper().removeprefix("RRULE:"))
    except (ValueError, LookupError, OverflowError) as error:
        raise BadRequestError("bad rule", say="bad_rule", value=text) from error
    return written


def _require_matches(rule: Rule, start: When) -> None:
    """Raises ValueError when it never comes again, or so often that nobody could list a week."""
    wall = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    wall = wall.replace(tzinfo=None)
    last = wall + _HORIZON if rule.until is None else until_of(rule.until, start)
    again = list(islice(follow(rule, wall, wall, last, Steps()), 2))
    week = follow(rule, wall, wall, min(last, wall + 7 * DAY), Steps())
    if (len(again) == 1 and rule.count != 1 and rule.until is None) or sum(
        1 for _ in week
    ) > MAX_FOUND:
        raise ValueError(rule.freq)


def _until(when: When, start: When) -> When:
    """An UNTIL of the kind that `start` asks for; a day is meant to its end."""
    if not isinstance(start, datetime):
        return day_of(when)
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    return (when if when.tzinfo else when.replace(tzinfo=start.tzinfo)).astimezone(UTC)
