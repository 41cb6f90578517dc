"""The rules by which events repeat: those that people ask for, and those that others wrote."""

import math
from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vRecur

from switchboard.errors import BadRequestError

from .models import DAY, CreateEvent, UpdateEvent, moment, opening

MAX_STEPS = 300_000
"""Repetitions counted through for one event, about a second; a rule for every minute has more."""
_STEP = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
_COARSE = {"BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", *_COARSE}


def rule_of(
    arguments: CreateEvent | UpdateEvent, start: datetime | date, zone: ZoneInfo
) -> vRecur | None:
    """The rule that is asked for. Raises BadRequestError when it makes no sense."""
    plain = arguments.repeat != "none"
    if (arguments.rrule and (plain or arguments.until)) or (arguments.until and not plain):
        raise BadRequestError("rules do not agree", say="two_rules")
    if not arguments.rrule and not plain:
        return None
    rule = _parsed(arguments.rrule) if arguments.rrule else vRecur()
    if plain:
        rule["FREQ"] = [arguments.repeat.upper()]
    if arguments.until:
        rule["UNTIL"] = [moment(arguments.until, zone)]
    if "UNTIL" in rule:
        rule["UNTIL"] = [_until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str) -> vRecur:
    with suppress(ValueError):
        rule: vRecur = vRecur.from_ical(text.strip().upper().removeprefix("RRULE:"))
        if (
            set(rule) <= _PARTS
            and rule.get("FREQ", [""])[0] in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
            and rule.get("COUNT", [1])[0] >= 1
            and not {"COUNT", "UNTIL"} <= set(rule)
            and _feasible(rule)
        ):
            return rule
    raise BadRequestError("bad rule", say="bad_rule", value=text)


def tame(part: icalendar.Event, last: datetime) -> None:
    """Give rules an end they can be held to. Raises ValueError for one without end."""
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = math.prod(len(rule.get(by, [0])) for by in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        step = _STEP.get(rule["FREQ"][0], DAY.total_seconds()) / often
        steps = (last - opening(part.start, UTC)).total_seconds() / step
        if steps > MAX_STEPS or not _feasible(rule):
            raise ValueError("takes for ever")
        if "UNTIL" in rule:
            rule["UNTIL"] = [_until(end, part.start) for end in rule["UNTIL"]]


def _feasible(rule: vRecur) -> bool:
    """Whether there is a step and ever a day; what never matches is followed to the year 9999."""
    steps = rule.get("INTERVAL", [1])[0] >= 1
    coarse = rule["FREQ"][0] in {"YEARLY", "MONTHLY"} or not _COARSE & set(rule.keys())
    days = rule.get("BYMONTHDAY", [1])
    longest = [monthrange(2000, month)[1] for month in rule.get("BYMONTH", range(1, 13))]
    return steps and coarse and any(0 < abs(day) <= most for day in days for most in longest)


def _until(when: datetime | date, start: datetime | date) -> datetime | date:
    """An UNTIL of the kind that `start` asks for; a day is meant to its end."""
    if not isinstance(start, datetime):
        return when.date() if isinstance(when, datetime) else when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(23, 59, 59))
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    return (when if when.tzinfo else when.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def move_marks(part: icalendar.Event, moved: timedelta) -> None:
    """Move what names occurrences by their time, so that it goes on naming them."""
    for name in ("EXDATE", "RDATE"):
        held = part.get(name, [])
        for each in held if isinstance(held, list) else [held]:
            for one in each.dts:
                one.dt = _moved(one.dt, moved)
    if mark := part.get("RECURRENCE-ID"):
        mark.dt = _moved(mark.dt, moved)
    rules = part.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if "UNTIL" in rule:
            rule["UNTIL"] = [_moved(end, moved) for end in rule["UNTIL"]]


def _moved(when: Any, moved: timedelta) -> Any:
    """A day stays; a time moves; of a period, both ends do."""
    if isinstance(when, tuple):
        return tuple(_moved(each, moved) for each in when)
    return when + moved if isinstance(when, datetime) else when
