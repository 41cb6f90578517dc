"""Times of the day as people say them: `3pm`, `half past three`, `下午三点半`."""

import re
from collections.abc import Callable
from typing import NamedTuple

_PARTS = {
    "am": "am", "pm": "pm",
    "morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "night",
    "凌晨": "dawn", "清晨": "morning", "早晨": "morning", "早上": "morning", "早": "morning",
    "上午": "morning", "中午": "noon", "下午": "afternoon", "傍晚": "afternoon",
    "晚上": "evening", "晚": "evening", "夜里": "night", "半夜": "night", "深夜": "night",
}  # fmt: skip
_EITHER = "|".join(_PARTS)
_BEFORE = rf"(?:(?P<before>{_EITHER})(?:,? ?at | ?))?(?:at )?"
_AFTER = r"(?: ?(?P<after>am|pm)| (?P<late>morning|afternoon|evening|night))?"
_AROUND = r"(?P<none>half|quarter|5|10|20|25)(?: minutes)? (?P<side>past|to)"
_WRITTEN = (
    rf"{_BEFORE}(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?P<none>){_AFTER}",
    rf"{_BEFORE}(?P<hour>\d{{1,2}})(?P<minute>)(?P<none>)(?: o'clock)?{_AFTER}",
    rf"{_BEFORE}(?P<hour>\d{{1,2}})[点时](?P<minute>\d{{1,2}}|)(?P<none>)分?",
    rf"{_BEFORE}(?P<hour>\d{{1,2}})点(?P<minute>)(?P<none>半|整|钟|[13]刻)钟?",
    rf"{_BEFORE}{_AROUND} (?P<hour>\d{{1,2}})(?P<minute>)(?: o'clock)?{_AFTER}",
)
_NAMED = {"noon": 12, "midday": 12, "12 noon": 12, "中午": 12, "正午": 12}
_MIDNIGHT = {"midnight", "12 midnight", "午夜", "半夜"}
_RESTS = {"": 0, "half": 30, "半": 30, "整": 0, "钟": 0, "quarter": 15, "1刻": 15, "3刻": 45}
_HALF_DAY, _LAST, _DAWN, _WORK, _DINNER = 12, 24, 6, 6, 5

Clocks = tuple[int, ...]
"""Minutes from the day's midnight; those of the next day's first hours are over 1440."""


class Clock(NamedTuple):
    """A time of the day as it was said."""

    hour: int
    minute: int = 0
    part: str = ""
    exact: bool = False
    """Whether it can only be read by 24 hours."""
    bare: bool = False
    """Whether it is a number alone."""

    def within(self, part: str) -> "Clock":
        return self._replace(part=self.part or _PARTS[part], bare=False)

    def agrees(self, part: str) -> bool:
        """Whether this part of the day may be said of it too."""
        return not self.part or _PARTS[part] in _SAME.get(self.part, ())

    def minutes(self, part: str = "") -> Clocks:
        """What it may mean; with the `part` of the day that was said beside it."""
        hours = _HOURS[self.part or part](self.hour)
        if self.exact and not self.part:
            hours = (self.hour,)
        return tuple(60 * hour + self.minute for hour in hours)


def read(text: str) -> Clock | None:
    """The time that `text` in one spelling is."""
    bare, text = text.isdigit(), text.removeprefix("at ")
    if text in _NAMED:
        return Clock(12, part="noon")
    for name, part in (("", ""), ("evening ", ""), ("evening at ", "")):
        if text.removeprefix(name) in _MIDNIGHT:
            return Clock(12, part=part or "night")
    for written in _WRITTEN:
        if found := re.fullmatch(written, text):
            return _clock(found.groupdict(), bare=bare)
    return None


def _clock(said: dict[str, str | None], *, bare: bool) -> Clock | None:
    hour, minute = int(said["hour"] or 0), int(said["minute"] or 0)
    before = _PARTS.get(said["before"] or "", "")
    after = _PARTS.get(said.get("after") or said.get("late") or "", "")
    if before and after and not {before, after} <= _SAME.get(after, set()):
        return None
    rest = said["none"] or ""
    minute += _RESTS[rest] if rest in _RESTS else int(rest)
    if said.get("side") == "to":
        hour, minute = hour - 1, 60 - minute
    if minute >= 60 or hour >= _LAST or hour < 0:  # noqa: PLR2004
        return None
    exact = (said["hour"] or "").startswith("0") and not said.get("side")
    return Clock(hour, minute, after or before, exact=exact, bare=bare)


_SAME = {"am": {"am", "morning"}, "pm": {"pm", "afternoon", "evening", "night"}}
"""What may be said of one time at once."""


def _any(hour: int) -> Clocks:
    return (hour, hour + 12) if 0 < hour <= _WORK else (hour,)


def _am(hour: int) -> Clocks:
    return (hour % 12,) if 0 < hour <= _HALF_DAY else ()


def _pm(hour: int) -> Clocks:
    return (hour % 12 + 12,) if 0 < hour <= _HALF_DAY else ()


def _morning(hour: int) -> Clocks:
    return (hour,) if 0 < hour < _HALF_DAY else ()


def _noon(hour: int) -> Clocks:
    return {11: (11,), 12: (12,), 1: (13,), 2: (14,)}.get(hour, ())


def _afternoon(hour: int) -> Clocks:
    return (hour,) if hour >= _HALF_DAY else (hour + 12,) if hour else ()


def _evening(hour: int) -> Clocks:
    """Who is up late calls its first hours the same evening's."""
    if hour % 12 == 0:
        return (0, 24)
    return (hour + 12, hour + 24) if hour < _DINNER else _afternoon(hour)


def _night(hour: int) -> Clocks:
    return (hour % 12, hour % 12 + 24) if hour % 12 < _DAWN and hour <= 12 else _afternoon(hour)  # noqa: PLR2004


_HOURS: dict[str, Callable[[int], Clocks]] = {
    "": _any,
    "am": _am,
    "pm": _pm,
    "dawn": lambda hour: (hour % 12,) if hour % 12 < _DAWN and hour <= _HALF_DAY else (),
    "morning": _morning,
    "noon": _noon,
    "afternoon": _afternoon,
    "evening": _evening,
    "night": _night,
}
