"""What comes again, as people say it: `every other Monday`, `每月15号`, as rules of RFC 5545."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from switchboard.sdk.kit.times import clocks, dates, days, points
from switchboard.sdk.kit.times.days import ENGLISH, Asked
from switchboard.sdk.kit.times.moments import DAY, When

_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORK, _REST = "MO,TU,WE,TH,FR", "SA,SU"
_UNITS = {
    "day": "DAILY", "天": "DAILY", "日": "DAILY", "week": "WEEKLY", "周": "WEEKLY",
    "星期": "WEEKLY", "礼拜": "WEEKLY", "month": "MONTHLY", "月": "MONTHLY",
    "year": "YEARLY", "年": "YEARLY",
}  # fmt: skip
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "last": -1, "第1个": 1, "第2个": 2, "第3个": 3, "第4个": 4, "最后1个": -1,
}  # fmt: skip
_NTH = f"({'|'.join(_ORDINALS)})"
_ONE = ENGLISH.replace("(mon", "(?:mon") + "s?"
_DAYS = _ONE.replace("(?:day)?s?", "days")
_SOME = rf"({_ONE}(?:(?:,|,? and| &) ?{_ONE})*)"
_TIMES = r"(.+?),? (?:for )?(\d{1,3}) times|(.+?)[, ]*共?(\d{1,3})次"
_UNTIL = r"(.+?),? (?:until|till|through) (.+)|(.+?)[, ]*(?<!周\d)(?:直到|到|至)(.+)"
_YEARS = 9


class Recurring(NamedTuple):
    """A rule, and when it first takes place, where it says more than days of every week."""

    rule: str
    start: When | None


def read(text: str, asked: Asked, now: datetime) -> list[Recurring]:
    """All that `text`, in one spelling, may mean."""
    found: list[Recurring] = []
    text = re.sub(r"^every (?=morning|afternoon|evening|night)", "every day ", text)
    text = re.sub(r"^每(?=早|晚)", "每天", text)
    for rest, ending in _endings(text, asked):
        for said, clock in _timed(rest):
            for pattern, told in _TOLD:
                if (match := re.fullmatch(pattern, said)) and (rule := told(*match.groups())):
                    found += _begun(rule, ending, clock, asked, now)
    return found


def _endings(text: str, asked: Asked) -> Iterator[tuple[str, str]]:
    """What is before its end, and its end as a part of a rule."""
    yield text, ""
    if found := re.fullmatch(_TIMES, text):
        yield found[1] or found[3], f";COUNT={found[2] or found[4]}"
    if found := re.fullmatch(
        r"(.+?),? (?:until|till|through) (.+)|(.+?)[, ]*(?<!周\d)(?:直到|到|至)(.+)", text
    ):
        for last in days.read(found[2] or found[4], asked):
            yield found[1] or found[3], f";UNTIL={last:%Y%m%d}"


def _timed(text: str) -> Iterator[tuple[str, clocks.Clock | None]]:
    yield text, None
    for at in range(1, len(text)):
        if text[at - 1].isdigit() and text[at].isdigit():
            continue
        first, second = text[:at].strip(" ,"), text[at:].strip(" ,的")
        if (clock := clocks.read(second)) and not clock.bare:
            yield first, clock
        if (clock := clocks.read(first)) and not clock.bare:
            yield second, clock


def _begun(
    rule: str, ending: str, clock: clocks.Clock | None, asked: Asked, now: datetime
) -> Iterator[Recurring]:
    parts = dict(part.split("=") for part in rule.split(";"))
    dates_ = (asked.today + ahead * DAY for ahead in range(_YEARS * 366))
    fitting = [day for day in dates_ if _fits(parts, day)]
    if clock is None:
        first = next((day for day in fitting if day > asked.today), None)
        yield Recurring(rule + ending, first if {"INTERVAL", "BYDAY"} <= set(parts) else None)
        return
    if "UNTIL" in ending:  # of a time of the day, the whole of the last day
        ending += "T235959"
    for minutes in clock.minutes():
        times = (points.opened(day, minutes) for day in fitting)
        at = next((each for each in times if each > now.replace(tzinfo=None)), None)
        if at and points.is_one(at, now):
            yield Recurring(rule + ending, at)


def _fits(parts: dict[str, str], day: date) -> bool:
    """Whether the rule has this day, if it begins there."""
    name, last = _NAMES[day.weekday()], dates.length(day)
    if parts.get("BYMONTH", str(day.month)) != str(day.month):
        return False
    if parts.get("BYMONTHDAY", str(day.day)) not in {str(day.day), str(day.day - last - 1)}:
        return False
    nth = {f"{(day.day + 6) // 7}{name}", f"{-((last - day.day) // 7 + 1)}{name}", name}
    return "BYDAY" not in parts or bool(nth & set(parts["BYDAY"].split(",")))


def _every(count: str | None, unit: str) -> str:
    number = {"other": 2, "second": 2, None: 1, "": 1}.get(count) or int(str(count))
    return f"FREQ={_UNITS[unit.rstrip('s').lstrip('个')]}" + _interval(number)


def _interval(number: int) -> str:
    return f";INTERVAL={number}" if number > 1 else ""


def _weekly(count: str | None, names: str) -> str:
    """On some weekdays, every `count` weeks."""
    number = {"other": 2, "second": 2, None: 1, "": 1, "隔": 2}.get(count) or int(str(count))
    found = re.findall(r"mon|tue|wed|thu|fri|sat|sun|[1-7]", names)
    ordered = sorted({days.weekday(one) for one in found})
    return f"FREQ=WEEKLY{_interval(number)};BYDAY={','.join(_NAMES[at] for at in ordered)}"


def _span(first: str, last: str) -> str:
    begin, end = days.weekday(first), days.weekday(last)
    return f"FREQ=WEEKLY;BYDAY={','.join(_NAMES[begin : end + 1])}" if begin < end else ""


def _monthly(day: str) -> str:
    return f"FREQ=MONTHLY;BYMONTHDAY={int(day)}" if int(day) in range(1, 32) else ""


def _nth(which: str, name: str) -> str:
    return f"FREQ=MONTHLY;BYDAY={_ORDINALS[which]}{_NAMES[days.weekday(name)]}"


def _yearly(month: str, day: str) -> str:
    number = dates.month(month)
    known = dates.following(date(2000, 1, 1), number, int(day))
    return f"FREQ=YEARLY;BYMONTH={number};BYMONTHDAY={int(day)}" if known else ""


def _always(rule: str) -> Callable[[], str]:
    return lambda: rule


_EVERY = r"(?:every|each)"
_MONTHLY = r"(?:of )?(?:the|every|each) month"
_TOLD: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"daily|天天", _always("FREQ=DAILY")),
    (r"weekly", _always("FREQ=WEEKLY")),
    (r"monthly", _always("FREQ=MONTHLY")),
    (r"yearly|annually", _always("FREQ=YEARLY")),
    (rf"{_EVERY} (?:(other|second|\d{{1,3}}) )?(day|week|month|year)s?", _every),
    (r"每(\d{0,3})(天|日|个?周|个?星期|个?礼拜|个?月|年)", _every),
    (rf"{_EVERY} (?:weekday|workday|working day|business day)|(?:on )?weekdays|每个?工作日",
     _always(f"FREQ=WEEKLY;BYDAY={_WORK}")),
    (rf"{_EVERY} weekend|(?:on )?weekends|每个?周末", _always(f"FREQ=WEEKLY;BYDAY={_REST}")),
    (rf"{_EVERY} (?:(other|second) )?{_SOME}", _weekly),
    (rf"{_EVERY} (?:(other|second|\d{{1,2}}) )?weeks? on {_SOME}", _weekly),
    (rf"()weekly on {_SOME}", _weekly),
    (rf"()(?:on )?({_DAYS}(?:(?:,|,? and) {_DAYS})*)", _weekly),
    (r"每()个?周([1-7](?:[ 、,和及]*周?[1-7])*)", _weekly),
    (r"(?:每(\d{1,2})个?周|每?(隔)1?周)的?周([1-7])",
     lambda count, other, names: _weekly(count or other, names)),
    (rf"{_EVERY} {ENGLISH} (?:to|through|-) {ENGLISH}", _span),
    (r"每周([1-7]) ?(?:到|至|-) ?周?([1-7])", _span),
    (rf"(?:{_EVERY} month|monthly) on (?:the )?{dates.NTH}", _monthly),
    (rf"(?:on )?the {dates.NTH} {_MONTHLY}", _monthly),
    (r"每个?月(\d{1,2})[日号]", _monthly),
    (rf"(?:on )?(?:the )?last day {_MONTHLY}|每个?月最后1天|每个?月底",
     _always("FREQ=MONTHLY;BYMONTHDAY=-1")),
    (rf"(?:on )?(?:the )?{_NTH} {ENGLISH} {_MONTHLY}", _nth),
    (rf"{_EVERY} month on the {_NTH} {ENGLISH}", _nth),
    (rf"每个?月的?{_NTH}周([1-7])", _nth),
    (rf"(?:{_EVERY} year|yearly) on {dates.MONTH} (?:the )?{dates.NTH}", _yearly),
    (rf"{_EVERY} {dates.MONTH} (?:the )?{dates.NTH}", _yearly),
    (r"每年(\d{1,2})月(\d{1,2})[日号]", _yearly),
)  # fmt: skip
