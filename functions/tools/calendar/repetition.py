"""Rules of repetition followed on the clock of a wall, in a bounded number of steps.

dateutil, which knows these rules too, follows one that never matches to the year 9999, walks every
time from the first on, and counts BYSETPOS of the first week from where the series begins.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import product

from .rules import WITHIN_DAYS, Rule, admitting, month_length

MAX_STEPS = 30_000
"""Days looked at and times found for one event: some 0.1 s, and a second in Lambda."""
ALL_STEPS = 300_000
"""For all events of one question."""
FEW_STEPS = 2_000
"""What each event has left, whatever others took."""


@dataclass(slots=True)
class Steps:
    """What is left of them. Raises ValueError when there is nothing left."""

    left: int = MAX_STEPS

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise ValueError("takes for ever")

    def share(self) -> "Steps":
        """For one event of many: what it takes is missing from what the next may have."""
        share = Steps(max(FEW_STEPS, min(MAX_STEPS, self.left)))
        self.left -= share.left
        return share

    def give_back(self, share: "Steps") -> None:
        self.left += max(0, share.left)


def follow(  # noqa: PLR0913  the rule, its window, and what it may cost
    rule: Rule,
    start: datetime,
    first: datetime,
    last: datetime,
    steps: Steps,
    *,
    fitting: bool = False,
) -> Iterator[datetime]:
    """The rule's times from `start` up to `last`, in order; those before `first` may be missing.

    All without a zone; whole days are their midnights. `rule.until` is for the caller to have
    turned into `last`. `start` is the first of all, and of COUNT, whether it fits or not (RFC 5545,
    3.3.10), unless only what is `fitting` is asked for. Raises ValueError when it would take more
    than `steps`.
    """
    seen = 0
    if start <= last and not fitting:
        yield start
        seen = 1
    begin = start if rule.count else max(start, first)
    for at in _times(_Walk(_settled(rule, start), start, begin, last, steps)):
        if at > last or (rule.count and seen == rule.count):
            return
        if at > start or (at == start and fitting):
            seen += 1
            yield at


def _settled(rule: Rule, start: datetime) -> Rule:
    """With what a rule leaves to the start of its event."""
    if rule.freq != "SECONDLY":
        rule = replace(rule, bysecond=rule.bysecond or (start.second,))
    if rule.freq not in {"SECONDLY", "MINUTELY"}:
        rule = replace(rule, byminute=rule.byminute or (start.minute,))
    if rule.freq in WITHIN_DAYS:
        return rule
    rule = replace(rule, byhour=rule.byhour or (start.hour,))
    if rule.byyearday or rule.bymonthday or rule.byday or rule.freq == "DAILY":
        return rule
    if rule.freq == "WEEKLY" or rule.byweekno:
        return replace(rule, byday=((0, start.weekday()),))
    months = rule.bymonth or ((start.month,) if rule.freq == "YEARLY" else ())
    return replace(rule, bymonth=months, bymonthday=(start.day,))


@dataclass(frozen=True, slots=True)
class _Walk:
    """From the first step at or before `begin`; steps are counted from `start`."""

    rule: Rule
    start: datetime
    begin: datetime
    last: datetime
    steps: Steps


def _times(walk: _Walk) -> Iterator[datetime]:
    for times in (_within_days if walk.rule.freq in WITHIN_DAYS else _by_days)(walk):
        many = len(times)
        places = {place - 1 if place > 0 else many + place for place in walk.rule.bysetpos}
        chosen = sorted(place for place in places if 0 <= place < many)
        yield from (times[place] for place in chosen) if walk.rule.bysetpos else times


def _by_days(walk: _Walk) -> Iterator[list[datetime]]:
    """The times of each year, month, week or day that the rule repeats by."""
    rule, steps, admits = walk.rule, walk.steps, admitting(walk.rule)
    clock = [time(*each) for each in product(rule.byhour, rule.byminute, rule.bysecond)]
    index = _index(rule, walk.start.date())
    index += max(0, _index(rule, walk.begin.date()) - index) // rule.interval * rule.interval
    for period in range(index, _index(rule, walk.last.date()) + 1, rule.interval):
        days = _DAYS[rule.freq](rule, period)
        steps.take(1 + len(days))
        good = [day for day in days if admits(day)]
        steps.take(len(good) * len(clock))
        yield [datetime.combine(day, at) for day in good for at in clock]


def _index(rule: Rule, day: date) -> int:
    """The number of the day's year, month, week or day."""
    if rule.freq == "YEARLY":
        return day.year
    if rule.freq == "MONTHLY":
        return day.year * 12 + day.month - 1
    if rule.freq == "WEEKLY":
        return (day.toordinal() - 1 - rule.wkst) // 7
    return day.toordinal()


def _year(rule: Rule, index: int) -> list[date]:
    if rule.byyearday:
        first, after = date(index, 1, 1).toordinal(), date(index + 1, 1, 1).toordinal()
        numbers = {first + day - 1 if day > 0 else after + day for day in rule.byyearday}
        return [date.fromordinal(each) for each in sorted(numbers) if first <= each < after]
    months = rule.bymonth or range(1, 13)
    return [day for month in months for day in _month(rule, index * 12 + month - 1)]


def _month(_: Rule, index: int) -> list[date]:
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1).toordinal()
    return [date.fromordinal(first + place) for place in range(month_length(year, month + 1))]


def _week(rule: Rule, index: int) -> list[date]:
    first = index * 7 + 1 + rule.wkst
    return [date.fromordinal(each) for each in range(max(1, first), first + 7)]


_DAYS: dict[str, Callable[[Rule, int], list[date]]] = {
    "YEARLY": _year,
    "MONTHLY": _month,
    "WEEKLY": _week,
    "DAILY": lambda _, index: [date.fromordinal(index)],
}


def _within_days(walk: _Walk) -> Iterator[list[datetime]]:
    """The times of each hour, minute or second that the rule repeats by, day for day."""
    rule, admits = walk.rule, admitting(walk.rule)
    for number in range(walk.begin.date().toordinal(), walk.last.date().toordinal() + 1):
        walk.steps.take(1)
        day = date.fromordinal(number)
        if admits(day):
            for hour in rule.byhour or range(24):
                yield from _within_hour(walk, datetime.combine(day, time(hour)))


def _within_hour(walk: _Walk, hour: datetime) -> Iterator[list[datetime]]:
    rule, begins = walk.rule, walk.start.replace(minute=0, second=0)
    if rule.freq == "HOURLY":
        walk.steps.take(1)
        if (hour - begins) // timedelta(hours=1) % rule.interval == 0:
            clock = list(product(rule.byminute, rule.bysecond))
            walk.steps.take(len(clock))
            yield [hour.replace(minute=minute, second=second) for minute, second in clock]
        return
    unit = timedelta(minutes=1) if rule.freq == "MINUTELY" else timedelta(seconds=1)
    begins = walk.start.replace(second=0) if rule.freq == "MINUTELY" else walk.start
    for minute in rule.byminute or range(60):
        walk.steps.take(1)
        at = hour.replace(minute=minute)
        for found in _within_minute(rule, (at - begins) // unit % rule.interval):
            walk.steps.take(len(found))
            yield [at.replace(second=second) for second in found]


def _within_minute(rule: Rule, offset: int) -> Iterator[tuple[int, ...]]:
    """The seconds of the sets that begin in a minute so far behind a step of the rule."""
    if rule.freq == "MINUTELY":
        if offset == 0:
            yield rule.bysecond
        return
    for second in range(-offset % rule.interval, 60, rule.interval):
        if not rule.bysecond or second in rule.bysecond:
            yield (second,)
