"""Days as people say them: `next Friday`, `Dec 1`, `三天后`, `下周五`."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from switchboard.sdk.kit.times import dates
from switchboard.sdk.kit.times.moments import DAY, YEARS

RELATIVE = {
    "the day before yesterday": -2, "day before yesterday": -2, "yesterday": -1, "today": 0,
    "tomorrow": 1, "tmr": 1, "tmrw": 1, "the day after tomorrow": 2, "day after tomorrow": 2,
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1,
    "后天": 2, "后日": 2, "大后天": 3,
}  # fmt: skip
ENGLISH = r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFTS = {
    "上上": -2, "上": -1, "last": -1, "这": 0, "本": 0, "this": 0, "": 0,
    "下": 1, "next": 1, "明": 1, "今": 0, "下下": 2,
}  # fmt: skip
_COUNT = r"(\d{1,4}|an?)"
_UNIT = r"(day|week|fortnight|month|year)s?"
_CHINESE_UNIT = r"(天|日|周|个?星期|个?礼拜|个?月|年)"
_LENGTHS = {"day": 1, "天": 1, "日": 1, "fortnight": 14}


class Asked(NamedTuple):
    """From where days are told."""

    today: date
    since: date
    """A day that is told without its week or year is the first on or after it: today, or where a
    range begins."""
    chinese: bool


Days = list[date]
Told = Callable[..., Days]
"""Takes where days are told from, and what the pattern's groups found."""


def read(text: str, asked: Asked) -> Days:
    """The days that `text` in one spelling may be; none: it is no day, or there is no such day."""
    text = text.removeprefix("on ")
    if text in RELATIVE:
        return [asked.today + RELATIVE[text] * DAY]
    found: Days = []
    for pattern, told in _TOLD:
        if match := re.fullmatch(pattern, text):
            try:
                found += told(asked, *match.groups())
            except (ValueError, OverflowError):  # there is no such day
                continue
    return sorted({day for day in found if day.year in YEARS})


def weekday(name: str) -> int:
    """Monday is 0, as in `date.weekday()`."""
    return NAMES.index(name[:3]) if name[0].isalpha() else int(name) - 1


def _bare(asked: Asked, name: str) -> Days:
    """The next; said on that day, it may be today."""
    ahead = (weekday(name) - asked.since.weekday()) % 7
    if ahead or asked.since != asked.today:
        return [asked.since + (ahead or 7) * DAY]
    return [asked.today, asked.today + 7 * DAY]


def _of_week(asked: Asked, which: str, name: str) -> Days:
    ahead = weekday(name) - asked.today.weekday() + 7 * SHIFTS[which]
    return [asked.today + ahead * DAY]


def _week_after(asked: Asked, name: str, which: str) -> Days:
    return _of_week(asked, which, name)


def _with_which(asked: Asked, which: str, name: str) -> Days:
    """`next Friday` is next week's; `this Monday` may be past, `last Monday` either of two."""
    ahead = weekday(name) - asked.today.weekday()
    weeks = {"next": (1,), "last": (-1, 0), "this": (0, 1)}[which] if ahead < 0 else None
    weeks = weeks or (SHIFTS[which],)
    return [asked.today + (ahead + 7 * week) * DAY for week in weeks]


def _weeks_from(asked: Asked, count: str, unit: str, day: str) -> Days:
    length = _number(count) * (14 if unit == "fortnight" else 7)
    return [found + length * DAY for found in read(day, asked)]


def _week_added(asked: Asked, day: str) -> Days:
    return _weeks_from(asked, "1", "week", day)


def _number(count: str) -> int:
    return int(count) if count.isdigit() else 1


def _ahead(asked: Asked, count: str, unit: str, *, sign: int = 1) -> Days:
    number, unit = sign * _number(count), unit.lstrip("个")
    if unit in {"month", "月"}:
        return [dates.later(asked.today, number)]
    if unit in {"year", "年"}:
        return [dates.later(asked.today, 12 * number)]
    return [asked.today + timedelta(number * _LENGTHS.get(unit, 7))]


def _ago(asked: Asked, count: str, unit: str) -> Days:
    return _ahead(asked, count, unit, sign=-1)


def _date(asked: Asked, year: str | None, month: str, day: str) -> Days:
    if year:
        return [date(int(year), dates.month(month), int(day))]
    return dates.following(asked.since, dates.month(month), int(day))


def _month_first(asked: Asked, month: str, day: str, year: str | None = None) -> Days:
    return _date(asked, year, month, day)


def _day_first(asked: Asked, day: str, month: str, year: str | None = None) -> Days:
    return _date(asked, year, month, day)


def _either_first(asked: Asked, first: str, second: str, year: str | None) -> Days:
    """`12/5` has its month first in Chinese, and in English either."""
    orders = [(first, second)] if asked.chinese else [(first, second), (second, first)]
    found: Days = []
    for month, day in orders:
        if int(month) in range(1, 13):
            found += _date(asked, year, month, day)
    return found


def _of_month(asked: Asked, which: str | None, day: str) -> Days:
    """The next 15th; in a month that is named by its distance, that one's."""
    if which:
        first = dates.later(asked.today.replace(day=1), SHIFTS[which])
        return [first.replace(day=int(day))]
    return dates.following(asked.since, None, int(day))


def _nth(asked: Asked, day: str) -> Days:
    return _of_month(asked, None, day)


def _month_end(asked: Asked, which: str | None) -> Days:
    first = dates.later(asked.today.replace(day=1), SHIFTS[which or ""] + 1)
    return [first - DAY]


def _year_end(asked: Asked, which: str | None) -> Days:
    return [date(asked.today.year + SHIFTS[which or ""], 12, 31)]


def _agreeing(asked: Asked, name: str, day: str) -> Days:
    """A date and its weekday; none where they disagree."""
    return [found for found in read(day, asked) if found.weekday() == weekday(name)]


def _agreeing_after(asked: Asked, day: str, name: str) -> Days:
    return _agreeing(asked, name, day)


_TOLD: tuple[tuple[str, Told], ...] = (
    (rf"(?:(?:the |this )?coming )?{ENGLISH}", _bare),
    (r"周([1-7])", _bare),
    (rf"(this|next|last) {ENGLISH}", _with_which),
    (rf"(this|next|last) week(?: on)? {ENGLISH}", _of_week),
    (rf"{ENGLISH},? (?:of )?(this|next|last) week", _week_after),
    (r"(上上|下下|上|这|本|下)个?周([1-7])", _of_week),
    (rf"{_COUNT} (week|fortnight)s? (?:(?:from|on|after) )?(.+)", _weeks_from),
    (r"(.+) week", _week_added),
    (rf"in {_COUNT} {_UNIT}(?: time|'s? time)?", _ahead),
    (rf"{_COUNT} {_UNIT} (?:from (?:now|today)|later)", _ahead),
    (rf"(\d{{1,4}}){_CHINESE_UNIT}(?:后|以后|之后)", _ahead),
    (rf"{_COUNT} {_UNIT} ago", _ago),
    (rf"(\d{{1,4}}){_CHINESE_UNIT}(?:前|以前|之前)", _ago),
    (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", lambda asked, y, _, m, d: _date(asked, y, m, d)),
    (r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?", _date),
    (rf"{dates.MONTH},? (?:the )?{dates.NTH}(?:,? (\d{{4}}))?", _month_first),
    (rf"(?:the )?{dates.NTH} (?:of )?{dates.MONTH}(?:,? (\d{{4}}))?", _day_first),
    (r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?", _either_first),
    (r"(?:(本|这|下)个?月)?(\d{1,2})[日号]", _of_month),
    (r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", _nth),
    (r"(?:(本|这|下)个?)?月[底末]", _month_end),
    (r"(?:the )?end of (?:(this|next) |the )?month", _month_end),
    (r"(今|明)?年[底末]", _year_end),
    (r"(?:the )?end of (?:(this|next) |the )?year", _year_end),
    (rf"{ENGLISH},? (.*\d.*)", _agreeing),
    (rf"(.*\d.*),? {ENGLISH}", _agreeing_after),
    (r"(.*\d[日号]?)[,( ]*周([1-7]) ?\)?", _agreeing_after),
    (r"周([1-7])[, ]*(.*\d[日号]?)", _agreeing),
)
