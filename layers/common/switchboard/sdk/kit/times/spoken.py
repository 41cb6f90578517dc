"""Days, times, stretches and lengths of time as people say them, in English and Chinese.

What may mean several things comes with all that it may mean, for the person to say which; nothing
is guessed.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from switchboard.sdk.kit.times import days, digits, lengths, periods, points, ranges, rules
from switchboard.sdk.kit.times.days import Asked
from switchboard.sdk.kit.times.moments import When

_EDGES = (
    (r"(?:by|before|until|till|no later than|not later than) (.+)", "end"),
    (r"(?:至|到|截至|截止到?|直到)(.+)", "end"),
    (r"(.+?)(?:之前|以前|前)", "end"),
    (r"(?:from|since|starting) (.+)", "start"),
    (r"(?:从|自)?(.+?)(?:开始|起)", "start"),
    (r"从(.+)", "start"),
)
_LASTING = (
    r"(.+?),? (?:for|lasting) (.+)",
    r"(.+?)[, ](.+)",
    r"(.+点\D*?)(\d.*)",
    r"(.+?)开?共(.+)",
)
_AHEAD = r"in (.+)|(.+) (?:from now|later)|(.+?)(?:之后|以后|后)"
_AGO = r"(.+) ago|(.+?)(?:之前|以前|前)"


class Said(NamedTuple):
    """What was said: a day or time, a stretch from one to another, or a length."""

    start: When | None = None
    end: When | None = None
    """Of days, the last one."""
    minutes: int | None = None
    rule: str = ""
    """As RFC 5545 has it, without its first time, which is `start` where a clock time was said."""


def shown(when: When) -> str:
    """`2026-12-01` or `2026-12-01T15:00`: what `moments.moment` reads."""
    return f"{when:%Y-%m-%dT%H:%M}" if isinstance(when, datetime) else when.isoformat()


def read(text: str, now: datetime, *, chinese: bool = False) -> list[Said]:
    """All that `text` may mean, as the clocks of `now`'s zone show it, without their zone.

    `chinese` tells whose `12/5` it is, where no letter does. Empty: it is no time.
    """
    text = digits.normal(text)
    if not text:
        return []
    asked = Asked(now.date(), now.date(), chinese or digits.is_chinese(text))
    found: list[Said] = []
    for told in (_lengths, _points, _stretches, _rules):
        found += told(text, asked, now)
    for told in (_edges, _lasting):  # what is not said yet
        found = found or list(told(text, asked, now))
    return list(dict.fromkeys(found))


def _lengths(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    minutes = lengths.minutes(text)
    if minutes is not None:
        yield Said(minutes=minutes)


def _points(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    for point in points.parse(text, asked):
        yield from (Said(each) for each in points.placed(point, asked, now))
    if days.read(text, asked):
        return
    for pattern, sign in ((_AHEAD, 1), (_AGO, -1)):
        found = re.fullmatch(pattern, text)
        minutes = lengths.minutes(next(filter(None, found.groups()))) if found else None
        if minutes is not None:
            yield Said(points.after(sign * minutes, now))


def _stretches(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    yield from (Said(*each) for each in periods.read(text, asked))
    yield from (Said(*each) for each in ranges.read(text, asked, now))


def _rules(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    for rule, start in rules.read(text, asked, now):
        yield Said(start, rule=rule)


def _edges(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    """One end of a stretch: a deadline, or since when."""
    for pattern, edge in _EDGES:
        if found := re.fullmatch(pattern, text):
            for each in _points(found[1], asked, now):
                yield each if edge == "start" else Said(end=each.start)


def _lasting(text: str, asked: Asked, now: datetime) -> Iterator[Said]:
    for pattern in _LASTING:
        for cut in re.finditer(pattern, text):
            minutes = lengths.minutes(cut[2])
            for each in _points(cut[1], asked, now) if minutes and cut[0] == text else ():
                if isinstance(each.start, datetime) and minutes:
                    yield Said(each.start, each.start + timedelta(minutes=minutes))
