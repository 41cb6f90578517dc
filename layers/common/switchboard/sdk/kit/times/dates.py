"""Months and the days in them."""

from calendar import monthrange
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_CYCLE = 8 * 12 + 1
"""Months within which every day comes again: leap years are 8 apart at most."""


def month(name: str) -> int:
    """1 to 12, by its name in English or its number."""
    return _MONTHS.index(name[:3]) + 1 if name[0].isalpha() else int(name)


def length(day: date) -> int:
    """The days of its month."""
    return monthrange(day.year, day.month)[1]


def later(day: date, months: int) -> date:
    """The same day of another month. Raises ValueError where that has none."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, day.day)


def following(since: date, month: int | None, day: int) -> list[date]:
    """The first such day of `month`, or of any, on or after `since`; none where there is none."""
    for ahead in range(_CYCLE):
        first = later(since.replace(day=1), ahead)
        if month in {None, first.month} and 0 < day <= length(first):
            found = first.replace(day=day)
            if found >= since:
                return [found]
    return []
