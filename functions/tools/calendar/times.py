"""When events take place: read from iCalendar, spread over their rules, moved with them."""

import math
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import vRecur

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times import DAY, Span, When, moment, opening

from .models import CreateEvent, UpdateEvent

MAX_STEPS = 300_000
"""Repetitions counted through for one event, about a second; a rule for every minute has more."""
_STEP = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
_COARSE = {"BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", *_COARSE}


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


@contextmanager
def readable() -> Iterator[None]:
    """What the libraries raise when others wrote nonsense becomes UnreadableError."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise UnreadableError from error


def read(raw: bytes) -> icalendar.Calendar:
    """The object's calendar, with at least one event. Raises UnreadableError."""
    with readable():
        calendar = icalendar.Calendar.from_ical(raw)
        if isinstance(calendar, icalendar.Calendar) and parts_of(calendar)[0]["UID"]:
            return calendar
    raise UnreadableError


def parts_of(calendar: icalendar.Calendar) -> list[icalendar.Event]:
    """The event itself, then its occurrences that differ."""
    found = [part for part in calendar.walk("VEVENT") if isinstance(part, icalendar.Event)]
    return sorted(found, key=lambda part: "RECURRENCE-ID" in part)


def repeats(calendar: icalendar.Calendar) -> bool:
    return any("RRULE" in part or "RDATE" in part for part in parts_of(calendar))


def expand(raw: bytes, span: Span, zone: ZoneInfo, calendar: str = "") -> list[Occurrence]:
    """Every time within `span`, in UTC, that the event takes place. Raises UnreadableError."""
    ical = read(raw)
    again = repeats(ical)
    with readable():
        found = [occurrence(part, zone, again, calendar) for part in spread(ical, span)]
    first, last = span
    return [
        each for each in found if each.start < last and (each.end > first or each.start >= first)
    ]


def whole(raw: bytes, zone: tzinfo, calendar: str) -> Occurrence:
    """The event as it was first meant to be. Raises UnreadableError."""
    ical = read(raw)
    with readable():
        return occurrence(parts_of(ical)[0], zone, repeats(ical), calendar)


def occurrence(part: icalendar.Event, zone: tzinfo, again: bool, calendar: str = "") -> Occurrence:
    start, end = opening(part.start, zone), opening(part.end, zone)
    return Occurrence(
        uid=text_of(part, "UID"),
        title=text_of(part, "SUMMARY"),
        start=start,
        end=end if end.astimezone(UTC) > start.astimezone(UTC) else start,
        all_day=not isinstance(part.start, datetime),
        repeats=again,
        busy=text_of(part, "TRANSP").upper() != "TRANSPARENT",
        location=text_of(part, "LOCATION"),
        description=text_of(part, "DESCRIPTION"),
        calendar=calendar,
    )


def spread(calendar: icalendar.Calendar, span: Span) -> Iterator[icalendar.Event]:
    """The occurrences about `span`, a day wider, for what is written without a zone."""
    first, last = span
    for part in parts_of(calendar):
        tame(part, last)
    for part in recurring_ical_events.of(calendar).between(first - DAY, last + DAY):
        if text_of(part, "STATUS").upper() != "CANCELLED":
            yield part


def length_of(part: icalendar.Event) -> timedelta:
    return opening(part.end, UTC) - opening(part.start, UTC)


def mark_of(part: icalendar.Event) -> When | None:
    mark: Any = part.get("RECURRENCE-ID")
    return mark and mark.dt  # type: ignore[no-any-return]


def text_of(part: icalendar.Event, name: str) -> str:
    """A property's text; of several, the first."""
    found = part.get(name, "")
    return str(found[0] if isinstance(found, list) else found)


def rule_of(arguments: CreateEvent | UpdateEvent, start: When, zone: ZoneInfo) -> vRecur | None:
    """The rule that is asked for. Raises BadRequestError when it makes no sense."""
    plain = arguments.repeat != "none"
    if (arguments.rrule and (plain or arguments.until)) or (arguments.until and not plain):
        raise BadRequestError("rules do not agree", say="two_rules")
    if not arguments.rrule and not plain:
        return None
    rule = _parsed(arguments.rrule) if arguments.rrule else vRecur()
    if plain:
        rule["FREQ"] = [arguments.repeat.upper()]
    if arguments.until:
        rule["UNTIL"] = [moment(arguments.until, zone)]
    if "UNTIL" in rule:
        rule["UNTIL"] = [_until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str) -> vRecur:
    with suppress(ValueError):
        rule: vRecur = vRecur.from_ical(text.strip().upper().removeprefix("RRULE:"))
        if (
            set(rule) <= _PARTS
            and rule.get("FREQ", [""])[0] in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
            and rule.get("COUNT", [1])[0] >= 1
            and not {"COUNT", "UNTIL"} <= set(rule)
            and _feasible(rule)
        ):
            return rule
    raise BadRequestError("bad rule", say="bad_rule", value=text)


def tame(part: icalendar.Event, last: datetime) -> None:
    """Give rules an end they can be held to. Raises ValueError for one without end."""
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = math.prod(len(rule.get(by, [0])) for by in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        step = _STEP.get(rule["FREQ"][0], DAY.total_seconds()) / often
        steps = (last - opening(part.start, UTC)).total_seconds() / step
        if steps > MAX_STEPS or not _feasible(rule):
            raise ValueError("takes for ever")
        if "UNTIL" in rule:
            rule["UNTIL"] = [_until(end, part.start) for end in rule["UNTIL"]]


def _feasible(rule: vRecur) -> bool:
    """Whether there is a step and ever a day; what never matches is followed to the year 9999."""
    steps = rule.get("INTERVAL", [1])[0] >= 1
    coarse = rule["FREQ"][0] in {"YEARLY", "MONTHLY"} or not _COARSE & set(rule.keys())
    days = rule.get("BYMONTHDAY", [1])
    longest = [monthrange(2000, month)[1] for month in rule.get("BYMONTH", range(1, 13))]
    return steps and coarse and any(0 < abs(day) <= most for day in days for most in longest)


def _until(when: When, start: When) -> When:
    """An UNTIL of the kind that `start` asks for; a day is meant to its end."""
    if not isinstance(start, datetime):
        return when.date() if isinstance(when, datetime) else when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    return (when if when.tzinfo else when.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def move_marks(part: icalendar.Event, moved: timedelta) -> None:
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
