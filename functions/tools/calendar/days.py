"""Which days a rule of repetition admits."""

from collections.abc import Callable
from datetime import date, timedelta

from .rules import Rule

Admits = Callable[[date], bool]


def admitting(rule: Rule) -> Admits:
    """Whether a day is one of the rule's; every part narrows what the parts before it leave."""
    tests: list[Admits] = []
    if rule.bymonth:
        tests.append(lambda day: day.month in rule.bymonth)
    if rule.byweekno:
        tests.append(lambda day: _among(rule.byweekno, *week_of(day, rule.wkst)))
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


def week_of(day: date, wkst: int) -> tuple[int, int]:
    """The number of the day's week, and of weeks in the year that has most of that week."""
    middle = day + timedelta(days=3 - (day.weekday() - wkst) % 7)
    last = date(middle.year, 12, 28)
    last += timedelta(days=3 - (last.weekday() - wkst) % 7)
    return (_of_year(middle)[0] + 6) // 7, (_of_year(last)[0] + 6) // 7


def month_length(year: int, month: int) -> int:
    if month == 2:  # noqa: PLR2004
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
