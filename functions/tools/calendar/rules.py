"""Rules of repetition: as they are written, and which days they admit.

RFC 5545, 3.3.10, and what of RFC 7529 changes nothing. Whether a rule can be read is asked of
others' rules; whether it makes sense, of those made here.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from switchboard.sdk.kit.times.moments import When

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WITHIN_DAYS = ("SECONDLY", "MINUTELY", "HOURLY")
Admits = Callable[[date], bool]
FREQUENCIES = (*WITHIN_DAYS, "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_RANGES = {
    "BYSECOND": (0, 60, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
"""From, to, and whether counted from the end as well."""
_HARMLESS = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", re.ASCII)
_NEVER_WITH = {
    # The table of RFC 5545, 3.3.10, and its notes.
    "BYWEEKNO": {*WITHIN_DAYS, "DAILY", "WEEKLY", "MONTHLY"},
    "BYYEARDAY": {"DAILY", "WEEKLY", "MONTHLY"},
    "BYMONTHDAY": {"WEEKLY"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One RRULE or EXRULE. Numbers are sorted; `byday` has a place (0: every) and a weekday."""

    freq: str
    interval: int = 1
    count: int = 0
    until: When | None = None
    wkst: int = 0
    bysecond: tuple[int, ...] = ()
    byminute: tuple[int, ...] = ()
    byhour: tuple[int, ...] = ()
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    byyearday: tuple[int, ...] = ()
    byweekno: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()


def parse(text: str) -> Rule:
    """Raises ValueError when a part is unknown, is there twice, or is out of its range."""
    parts: dict[str, str] = {}
    for pair in filter(None, re.sub(r"\s", "", text).upper().removeprefix("RRULE:").split(";")):
        name, sign, value = pair.partition("=")
        if not sign or name in parts:
            raise ValueError(name)
        parts[name] = value
    for name, only in _HARMLESS.items():
        if parts.pop(name, only) != only:
            raise ValueError(name)
    numbers = {name.lower(): _numbers(name, parts.pop(name)) for name in _RANGES if name in parts}
    rule = Rule(
        freq=parts.pop("FREQ"),
        interval=_positive(parts.pop("INTERVAL", "1")),
        count=_positive(parts.pop("COUNT")) if "COUNT" in parts else 0,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
        wkst=WEEKDAYS.index(parts.pop("WKST", "MO")),
        byday=_days(parts.pop("BYDAY")) if "BYDAY" in parts else (),
        **numbers,
    )
    if rule.freq not in FREQUENCIES or parts:
        raise ValueError(rule.freq, *parts)
    return rule


def check(rule: Rule, *, timed: bool) -> None:
    """Raises ValueError when RFC 5545 does not allow this, for times or for whole days."""
    given = {each.name.upper() for each in fields(rule) if getattr(rule, each.name)}
    placed = any(place for place, _ in rule.byday)
    if (
        (rule.count and rule.until)
        or any(name in given and rule.freq in never for name, never in _NEVER_WITH.items())
        or (placed and (rule.freq not in {"MONTHLY", "YEARLY"} or rule.byweekno))
        or (rule.bysetpos and not any(name[:2] == "BY" for name in given - {"BYSETPOS"}))
    ):
        raise ValueError(rule.freq)
    if not timed and (rule.freq in WITHIN_DAYS or given & {"BYSECOND", "BYMINUTE", "BYHOUR"}):
        raise ValueError(rule.freq)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    least, most, negative = _RANGES[name]
    found = sorted({int(each) for each in text.split(",")})
    if any(not least <= (abs(each) if negative else each) <= most for each in found):
        raise ValueError(name)
    # A leap second is the one before it (RFC 5545, 3.3.10).
    return tuple(min(each, 59) for each in found) if name == "BYSECOND" else tuple(found)


def _days(text: str) -> tuple[tuple[int, int], ...]:
    found = [_DAY.fullmatch(each) for each in text.split(",")]
    days = {(int(each[1] or 0), WEEKDAYS.index(each[2])) for each in found if each}
    if None in found or any(not 0 <= abs(place) <= 53 for place, _ in days):  # noqa: PLR2004
        raise ValueError(text)
    return tuple(sorted(days))


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number < 10**9:
        raise ValueError(text)
    return number


def _until(text: str) -> When:
    found = _UNTIL.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, utc = found.groups()
    on = date(int(year), int(month), int(day))
    if hour is None:
        return on
    at = datetime.combine(on, time(int(hour), int(minute), int(second or 0)))
    return at.replace(tzinfo=UTC) if utc else at


def admitting(rule: Rule) -> Admits:
    """Whether a day is one of the rule's; every part narrows what the parts before it leave."""
    tests: list[Admits] = []
    if rule.bymonth:
        tests.append(lambda day: day.month in rule.bymonth)
    if rule.byweekno:
        tests.append(lambda day: _among(rule.byweekno, *_week_of(day, rule.wkst)))
    if rule.byyearday:
        tests.append(lambda day: _among(rule.byyearday, *_of_year(day)))
    if rule.bymonthday:
        tests.append(lambda day: _among(rule.bymonthday, *_of_month(day)))
    if rule.byday:
        tests.append(_weekdays(rule))
    return lambda day: all(test(day) for test in tests)


def _weekdays(rule: Rule) -> Admits:
    within = _of_month if rule.freq == "MONTHLY" or rule.bymonth else _of_year
    placed = rule.freq in {"MONTHLY", "YEARLY"} and not rule.byweekno
    plain = {weekday for place, weekday in rule.byday if not (place and placed)}

    def admits(day: date) -> bool:
        if day.weekday() in plain:
            return True
        number, most = within(day)
        places = ((number + 6) // 7, -((most - number) // 7 + 1))
        return any((place, day.weekday()) in rule.byday for place in places)

    return admits


def _among(wanted: tuple[int, ...], number: int, most: int) -> bool:
    """Whether it is wanted, counted from the beginning or from the end."""
    return number in wanted or number - most - 1 in wanted


def _of_month(day: date) -> tuple[int, int]:
    return day.day, month_length(day.year, day.month)


def _of_year(day: date) -> tuple[int, int]:
    number = day.toordinal() - date(day.year, 1, 1).toordinal() + 1
    return number, 337 + month_length(day.year, 2)


def _week_of(day: date, wkst: int) -> tuple[int, int]:
    """The number of the day's week, and of weeks in the year that has most of that week."""
    middle = day + timedelta(days=3 - (day.weekday() - wkst) % 7)
    last = date(middle.year, 12, 28)
    last += timedelta(days=3 - (last.weekday() - wkst) % 7)
    return (_of_year(middle)[0] + 6) // 7, (_of_year(last)[0] + 6) // 7


@lru_cache(maxsize=1024)
def month_length(year: int, month: int) -> int:
    return monthrange(year, month)[1]
