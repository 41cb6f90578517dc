"""Events as iCalendar writes them: read, and spread over the times they take place."""

import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from .models import DAY, opening

MAX_STEPS = 300_000
"""Repetitions counted through for one event, about a second; a rule for every minute has more."""
_COARSE = {"BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_STEP = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
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
        _check(part, last)
    for part in recurring_ical_events.of(calendar).between(first - DAY, last + DAY):
        if text_of(part, "STATUS").upper() != "CANCELLED":
            yield part


def _check(part: icalendar.Event, last: datetime) -> None:
    """Refuse rules that take for ever to follow, and give the others an end they can be held to."""
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = math.prod(len(rule.get(by, [0])) for by in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        step = _STEP.get(rule["FREQ"][0], DAY.total_seconds()) / often
        steps = (last - opening(part.start, UTC)).total_seconds() / step
        if steps > MAX_STEPS or not feasible(rule):
            raise UnreadableError
        if "UNTIL" in rule:
            rule["UNTIL"] = [until(end, part.start) for end in rule["UNTIL"]]


def feasible(rule: icalendar.vRecur) -> bool:
    """Whether there is a step and ever a day; what never matches is followed to the year 9999."""
    steps = rule.get("INTERVAL", [1])[0] >= 1
    coarse = rule["FREQ"][0] in {"YEARLY", "MONTHLY"} or not _COARSE & set(rule.keys())
    days = rule.get("BYMONTHDAY", [1])
    longest = [monthrange(2000, month)[1] for month in rule.get("BYMONTH", range(1, 13))]
    return steps and coarse and any(0 < abs(day) <= most for day in days for most in longest)


def until(when: datetime | date, start: datetime | date) -> datetime | date:
    """An UNTIL of the kind that `start` asks for; a day is meant to its end."""
    if not isinstance(start, datetime):
        return when.date() if isinstance(when, datetime) else when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    return (when if when.tzinfo else when.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def text_of(part: icalendar.Event, name: str) -> str:
    """A property's text; of several, the first."""
    found = part.get(name, "")
    return str(found[0] if isinstance(found, list) else found)


def merged(found: list[Occurrence], span: Span, zone: ZoneInfo) -> list[Span]:
    """The stretches of `span` that are taken, in order, none touching another."""
    # Python compares times of one zone by the wall, which goes wrong in the hour that comes twice.
    busy = ((each.start.astimezone(UTC), each.end.astimezone(UTC)) for each in found if each.busy)
    taken: list[Span] = []
    for begin, over in sorted(busy):
        start, end = max(begin, span[0]), min(over, span[1])
        if taken and start <= taken[-1][1]:
            taken[-1] = (taken[-1][0], max(end, taken[-1][1]))
        elif start < end:
            taken.append((start, end))
    return [(start.astimezone(zone), end.astimezone(zone)) for start, end in taken]


def short_ids(found: list[Occurrence]) -> dict[str, str]:
    """For every id the shortest beginning, of eight characters or more, that no other shares."""
    ids = sorted({each.uid for each in found})
    short = {}
    for before, uid, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False):
        shared = max(_alike(uid, before), _alike(uid, after))
        short[uid] = uid[: max(MIN_SHOWN, shared + 1)]
    return short


def _alike(one: str, other: str) -> int:
    pairs = zip(one.casefold(), other.casefold(), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


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
