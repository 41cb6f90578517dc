"""How events are to repeat: the rule that is asked for, and what goes along when a series moves."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vRecur

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times import DAY, YEARS, When, moment, opening

from .models import CreateEvent, UpdateEvent
from .objects import all_of
from .repetition import Steps, follow
from .rules import Rule, check, parse
from .series import MAX_FOUND, until_of

_HORIZON = 60 * 366 * DAY
"""How far a first repetition is looked for: what comes less often than that never comes."""


def rule_of(arguments: CreateEvent | UpdateEvent, start: When, zone: ZoneInfo) -> vRecur | None:
    """The rule that is asked for. Raises BadRequestError when it makes no sense."""
    plain = arguments.repeat != "none"
    if (arguments.rrule and (plain or arguments.until)) or (arguments.until and not plain):
        raise BadRequestError("rules do not agree", say="two_rules")
    if not arguments.rrule and not plain:
        return None
    rule = _parsed(arguments.rrule, start) if arguments.rrule else vRecur()
    if plain:
        rule["FREQ"] = [arguments.repeat.upper()]
    if arguments.until:
        rule["UNTIL"] = [moment(arguments.until, zone)]
    if "UNTIL" in rule:
        rule["UNTIL"] = [_until(rule["UNTIL"][0], start)]
        if opening(rule["UNTIL"][0], UTC) < opening(start, UTC):
            raise BadRequestError("repetition ends before it starts", say="ends_before")
    return rule


def _parsed(text: str, start: When) -> vRecur:
    try:
        rule = parse(text)
        check(rule, timed=isinstance(start, datetime))
        if rule.until is not None and rule.until.year not in YEARS:
            raise ValueError(rule.until)
        _require_matches(rule, start)
        written: vRecur = vRecur.from_ical("".join(text.split()).upper().removeprefix("RRULE:"))
    except (ValueError, LookupError, OverflowError) as error:
        raise BadRequestError("bad rule", say="bad_rule", value=text) from error
    return written


def _require_matches(rule: Rule, start: When) -> None:
    """Raises ValueError when it never comes again, or so often that nobody could list a week."""
    wall = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    wall = wall.replace(tzinfo=None)
    last = wall + _HORIZON if rule.until is None else until_of(rule.until, start)
    again = list(islice(follow(rule, wall, wall, last, Steps()), 2))
    week = follow(rule, wall, wall, min(last, wall + 7 * DAY), Steps())
    if (len(again) == 1 and rule.count != 1 and rule.until is None) or sum(
        1 for _ in week
    ) > MAX_FOUND:
        raise ValueError(rule.freq)


def _until(when: When, start: When) -> When:
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
    for name in ("EXDATE", "RDATE", "RECURRENCE-ID"):
        for each in all_of(part, name):
            for one in each.dts:
                one.dt = _moved(one.dt, moved)
    for rule in all_of(part, "RRULE"):
        if "UNTIL" in rule:
            rule["UNTIL"] = [_moved(end, moved) for end in rule["UNTIL"]]


def _moved(when: Any, moved: timedelta) -> Any:
    """A day stays; a time moves; of a period, both ends do."""
    if isinstance(when, tuple):
        return tuple(_moved(each, moved) for each in when)
    return when + moved if isinstance(when, datetime) else when
