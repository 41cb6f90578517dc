"""Events as the objects of a calendar have them: parts, with their times in the zones they name."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vBroken, vDDDLists, vDDDTypes

from switchboard.sdk.kit.times.moments import DAY, When, day_of, later, opening

from . import vtimezone
from .parsing import all_of, parsed
from .zones import named

TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_SEVERAL = {"RDATE", "EXDATE"}
_WRITTEN = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z)?)?", re.ASCII
)


class UnreadableError(Exception):
    """The object is not iCalendar, or not such that anybody could place it in time."""


@contextmanager
def readable() -> Iterator[None]:
    """What the libraries raise when others wrote nonsense becomes UnreadableError."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise UnreadableError from error


def read(raw: bytes) -> icalendar.Calendar:
    """The object's calendar, with at least one event; each has an id. Raises UnreadableError."""
    with readable():
        for calendar in parsed(raw):
            if isinstance(calendar, icalendar.Calendar) and parts_of(calendar):
                zones = _Zones(calendar)
                for number, part in enumerate(parts_of(calendar)):
                    _place(part, zones)
                    if not text_of(part, "UID"):
                        part.pop("UID", None)
                        part.add("UID", f"{sha256(raw).hexdigest()[:32]}-{number}")
                return calendar
    raise UnreadableError


def parts_of(calendar: icalendar.Calendar) -> list[icalendar.Event]:
    """The event itself, then its occurrences that differ."""
    found = [part for part in calendar.walk("VEVENT") if isinstance(part, icalendar.Event)]
    return sorted(found, key=lambda part: "RECURRENCE-ID" in part)


def repeats(calendar: icalendar.Calendar) -> bool:
    return any("RRULE" in part or "RDATE" in part for part in parts_of(calendar))


def text_of(part: icalendar.Event, name: str) -> str:
    """A property's text; of several, the first."""
    return str(next(iter(all_of(part, name)), ""))


def mark_of(part: icalendar.Event) -> When | None:
    return next((mark.dt for mark in all_of(part, "RECURRENCE-ID")), None)


def start_of(part: icalendar.Event) -> When:
    start = all_of(part, "DTSTART")[0].dt
    if not isinstance(start, date):
        raise TypeError(start)
    return start


def end_of(part: icalendar.Event) -> When:
    """When it is over, or the day after it; an end that cannot be gives way to the duration."""
    start = start_of(part)
    for each in all_of(part, "DTEND"):
        end = _alike(each.dt, start)
        if instant(end) > instant(start) or (end == start and isinstance(start, datetime)):
            return end
    for each in all_of(part, "DURATION"):
        if each.td > timedelta():
            return lasting(start, each.td)
    return start if isinstance(start, datetime) else start + DAY


def lasting(start: When, length: timedelta) -> When:
    """Days by the calendar, and hours by a stopwatch (RFC 5545, 3.3.6)."""
    if not isinstance(start, datetime):
        return start + max(DAY, timedelta(length.days))
    return later(start + timedelta(length.days), timedelta(seconds=length.seconds))


def length_of(part: icalendar.Event) -> timedelta:
    return instant(end_of(part)) - instant(start_of(part))


def instant(when: When, zone: tzinfo = UTC) -> datetime:
    """In UTC, where there is one: at the ends of time the last that there is."""
    try:
        return opening(when, zone).astimezone(UTC)
    except OverflowError:
        edge = datetime.min if when.year == 1 else datetime.max  # noqa: DTZ901
        return edge.replace(tzinfo=UTC)


def drop(calendar: icalendar.Calendar, gone: list[icalendar.Event]) -> None:
    """Take these parts out."""
    ids = {id(each) for each in gone}
    calendar.subcomponents = [each for each in calendar.subcomponents if id(each) not in ids]


def put(part: icalendar.Event, name: str, value: object) -> None:
    """In place of every property of that name; None takes them out."""
    part.pop(name, None)
    if isinstance(value, datetime) and value.fold:
        value = value.astimezone(UTC)  # a time on the wall means the first of two
    if value is not None:
        part.add(name, value)


def describe_zones(calendar: icalendar.Calendar) -> None:
    """Describe every zone that is named and not described yet."""
    known = {str(each.get("TZID")) for each in calendar.walk("VTIMEZONE")}
    parts = parts_of(calendar)
    since = day_of(min((start_of(part) for part in parts), key=instant))
    for part in parts:
        for name in TIMES:
            for held in all_of(part, name):
                key = held.params.get("TZID")
                zone = named(key) if key and key not in known else None
                if zone is not None:
                    known.add(key)
                    calendar.subcomponents.insert(0, vtimezone.write(zone, key, since))


class _Zones:
    """What TZID means in one object. Raises LookupError for what means nothing."""

    def __init__(self, calendar: icalendar.Calendar) -> None:
        found = calendar.walk("VTIMEZONE")
        self._blocks = {str(each["TZID"]): each.to_ical() for each in found if "TZID" in each}
        wide = calendar.get("X-WR-TIMEZONE")
        self.floating = named(str(wide)) if wide else None
        """What Google and Apple mean by times without a zone."""

    def __getitem__(self, tzid: str) -> tzinfo:
        known, own = named(tzid), None
        if tzid in self._blocks:
            try:
                own = vtimezone.read(self._blocks[tzid])
            except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError):
                own = None
        # Of a place that all know by its name, files describe years long gone, or half. What is
        # no place, as `EST` or `Eastern Standard Time`, they call as they like.
        place = known if isinstance(known, ZoneInfo) and "/" in tzid else None
        if place and place.key.casefold() == tzid.casefold() and own and own.agrees_with(place):
            return place
        found = own or known
        if found is None:
            raise LookupError(tzid)
        return found


def _place(part: icalendar.Event, zones: _Zones) -> None:
    """Give its times their zones; what is oddly written is written as it is meant."""
    for name in TIMES:
        placed = []
        for held in all_of(part, name):
            tzid = held.params.get("TZID")
            days = str(held.params.get("VALUE", "")).upper() == "DATE"
            if isinstance(held, vBroken):
                times = [_lenient(each, days=days) for each in str(held).split(",") if each.strip()]
                params = {"TZID": tzid} if tzid and not days else {}
                held = vDDDLists(times) if name in _SEVERAL else vDDDTypes(times[0])  # noqa: PLW2901
                held.params.update(params)
            for each in held.dts:
                whole = days and isinstance(each.dt, datetime)
                each.dt = each.dt.date() if whole else _located(each.dt, tzid, zones)
            placed.append(held)
        if placed:
            part[name] = placed if len(placed) > 1 else placed[0]


def _located(when: Any, tzid: str | None, zones: _Zones) -> Any:
    if isinstance(when, tuple):
        return tuple(_located(each, tzid, zones) for each in when)
    if not isinstance(when, datetime) or when.tzinfo:
        return when
    return when.replace(tzinfo=zones.floating if tzid is None else zones[tzid])


def _lenient(text: str, *, days: bool) -> When:
    """A day with a time although it says that it is a day, ISO 8601, no seconds."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, utc = found.groups()
    on = date(int(year), int(month), int(day))
    if days or hour is None:
        return on
    at = time(int(hour), int(minute), int(second or 0))
    return datetime.combine(on, at, UTC if utc else None)


def _alike(end: When, start: When) -> When:
    """An end of the kind of the start: a day ends where it begins, a time within its day."""
    if isinstance(start, datetime):
        return end if isinstance(end, datetime) else datetime.combine(end, time.min, start.tzinfo)
    if isinstance(end, datetime):
        return end.date() + (DAY if end.time() != time.min else timedelta())
    return end
