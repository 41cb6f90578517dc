"""Times as people write and read them: days and times of day in their own zone."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from switchboard.errors import UnclearError

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MAX_WINDOW = 750 * DAY
"""Two years and a little: more would be read for minutes and shown to nobody."""

YEARS = range(1900, 2201)
"""Those that people mean; others are slips, and the ends of time have no place in every zone."""

Span = tuple[datetime, datetime]
When = datetime | date
"""A time, or a whole day."""

_WRITTEN = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:(?:T| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? ?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


def moment(text: str, zone: ZoneInfo) -> When:
    """The day, or the time in `zone`, that `text` names: `2026-11-24` or `2026-11-24T12:00`.

    Raises UnclearError when it names none, one outside YEARS, or one that the clocks of the zone
    skip.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise UnclearError("not a time", say="not_a_time", value=text)
    try:
        return _read(found, zone, text)
    except (ValueError, OverflowError) as error:
        raise UnclearError("not a time", say="not_a_time", value=text) from error


def is_written(text: str) -> bool:
    """Whether it is in digits, as `moment` reads it."""
    return _WRITTEN.fullmatch(text.strip()) is not None


def _read(found: re.Match[str], zone: ZoneInfo, text: str) -> When:
    year, month, day, hour, minute, second, offset = found.groups()
    on = date(int(year), int(month), int(day))
    if on.year not in YEARS:
        raise UnclearError("no year of ours", say="not_a_time", value=text)
    if hour is None:
        return on
    at = datetime.combine(on, time(int(hour), int(minute), int(second or 0)))
    if offset:
        return datetime.fromisoformat(f"{at.isoformat()}{offset}").astimezone(zone)
    local = at.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise UnclearError("skipped by the clocks", say="no_such_time", value=text)
    return local


def day_of(when: When) -> date:
    """The day that it is or lies in, on the clock of its own zone."""
    return when.date() if isinstance(when, datetime) else when


def opening(when: When, zone: tzinfo) -> datetime:
    """Where a day begins; a time is itself, and without a zone it is one on the wall in `zone`."""
    at = when if isinstance(when, datetime) else datetime.combine(when, time.min)
    # The way through UTC moves a time that the clocks skip to where they go on.
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).astimezone(zone)


def later(when: When, length: timedelta) -> When:
    """`length` after `when`, as a stopwatch has it and not the clock on the wall."""
    if isinstance(when, datetime) and when.tzinfo:
        return (when.astimezone(UTC) + length).astimezone(when.tzinfo)
    return when + length


def window(
    start: str, end: str, zone: ZoneInfo, now: datetime, reach: tuple[timedelta, timedelta]
) -> Span:
    """The stretch of time from `start` to `end`, in UTC; what is not given is `reach` around today.

    A day at the end is included. Raises UnclearError when it is empty or over MAX_WINDOW.
    """
    back, ahead = reach
    today = now.astimezone(zone).date()
    first = opening(moment(start, zone) if start else today - back, zone)
    if end:
        told = moment(end, zone)
        last = opening(told if isinstance(told, datetime) else told + DAY, zone)
    else:
        last = first + (ahead if start else back + ahead)
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    if last <= first:
        raise UnclearError("empty window", say="ends_before")
    if last - first > MAX_WINDOW:
        raise UnclearError("window too long", say="window_too_long")
    return first, last


def clock(span: Span) -> str:
    """The times of day of a span, as `12:00–13:00`; with the day of its end when that differs."""
    start, end = span
    if start == end:
        return f"{start:%H:%M}"
    if end.date() == start.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    if end.date() == start.date() + DAY and not (end.hour or end.minute):
        return f"{start:%H:%M}–24:00"
    return f"{start:%H:%M} – {end:%F %H:%M}"
