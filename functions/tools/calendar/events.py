"""Events as iCalendar writes them: read, and spread over the times they take place."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from os.path import commonprefix
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from .models import DAY, opening
from .rules import tame

MIN_SHOWN = 8
"""Characters of an id that are always shown."""
MAX_TITLE = 120
Span = tuple[datetime, datetime]


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


def mark_of(part: icalendar.Event) -> datetime | date | None:
    mark: Any = part.get("RECURRENCE-ID")
    return mark and mark.dt  # type: ignore[no-any-return]


def text_of(part: icalendar.Event, name: str) -> str:
    """A property's text; of several, the first."""
    found = part.get(name, "")
    return str(found[0] if isinstance(found, list) else found)


def short_ids(found: list[Occurrence]) -> dict[str, str]:
    """For every id the shortest beginning, of eight characters or more, that no other shares."""
    ids = sorted({each.uid for each in found})
    short = {}
    for before, uid, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False):
        alike = [commonprefix([uid.casefold(), each.casefold()]) for each in (before, after)]  # noqa: RUF071
        short[uid] = uid[: max(MIN_SHOWN, len(max(alike, key=len)) + 1)]
    return short


def described(each: Occurrence, short: str, say: Callable[..., str], *, where: bool = False) -> str:
    """`12:00–13:00 **Team lunch** · Room 4 · `1b4e28ba`` in one line."""
    last = each.end - DAY
    when = clock((each.start, each.end))
    if each.all_day:
        when = say("all_day")
        when = say("all_day_until", day=f"{last:%F}") if last > each.start else when
    title = plain(each.title) or say("untitled")
    marks = [plain(each.location), plain(each.calendar) if where else "", f"`{short}`"]
    again = " ↻" if each.repeats else ""
    return f"{when} **{title}**{again} · " + " · ".join(mark for mark in marks if mark)


def clock(span: Span) -> str:
    start, end = span
    if start == end:
        return f"{start:%H:%M}"
    if end.date() == start.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    if end.date() == start.date() + DAY and not (end.hour or end.minute):
        return f"{start:%H:%M}–24:00"
    return f"{start:%H:%M} – {end:%F %H:%M}"


def by_day(lines: list[tuple[datetime, str]], say: Callable[..., str]) -> str:
    """The lines under a heading for every day."""
    weekdays = say("weekdays").split()
    text = ""
    for day, group in groupby(lines, key=lambda line: line[0].date()):
        text += say("day", weekday=weekdays[day.weekday()], date=f"{day:%F}") + "\n"
        text += "".join(f"- {line}\n" for _, line in group)
    return text.rstrip()


def plain(text: str) -> str:
    """What others wrote as one short line that is not taken for Markdown."""
    line = " ".join(text.split())
    line = line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1] + "…"
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", line)


def as_json(each: Occurrence) -> dict[str, object]:
    start, end = each.start.isoformat(), each.end.isoformat()
    if each.all_day:
        start, end = f"{each.start:%F}", f"{max(each.start, each.end - DAY):%F}"
    return {
        "id": each.uid,
        "title": each.title,
        "start": start,
        "end": end,
        "all_day": each.all_day,
        "repeats": each.repeats,
        "location": each.location,
        "description": each.description,
        "calendar": each.calendar,
    }
