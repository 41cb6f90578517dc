"""Days and times as people say them, in English and Chinese: only what has one meaning."""

import re
from datetime import datetime, time, timedelta

_DAYS = {
    "the day before yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1,
    "the day after tomorrow": 2, "day after tomorrow": 2,
    "前天": -2, "昨天": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_WEEKS = {"上": -1, "这": 0, "本": 0, "this": 0, "下": 1, "next": 1, "下下": 2}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", *"一二三四五六日")
_NUMBERS = {one: at for at, one in enumerate("一二三四五六七八九十", 1)}
_NUMBERS |= {"两": 2, "十一": 11, "十二": 12}
_MORNING = {"早上", "上午", "am"}

_DAY = (
    f"(?P<day>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
    r"|(?:on )?(?:(?P<next>this|next) )?"
    r"(?P<english>mon|tues?|wed|thu(?:rs)?|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?"
    r"|(?P<week>上|这|本|下下|下)?个?(?:周|星期|礼拜)(?P<chinese>[一二三四五六日天])"
)
_TIME = (
    r"(?P<noon>noon|中午)"
    r"|(?P<hour>\d{1,2})(?:[:：](?P<minute>\d{2}))? ?(?P<half>am|pm)"
    r"|(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上)?"
    r"(?:(?P<clock>\d{1,2})[:：](?P<past>\d{2})"
    rf"|(?P<count>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})点"
    r"(?P<rest>半|整|一刻|三刻|\d{1,2}分?)?钟?)"
)
_SAID = f"(?:{_DAY})?(?: ?(?:at )?(?:{_TIME}))?"  # compiled, in 1 ms, when it is first needed
_RESTS = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, None: 0}
_DAWN, _AFTER_WORK = 6, 12


def spelled(text: str, now: datetime) -> str | None:
    """`2026-12-01` or `2026-12-01T15:00`, as the clocks of `now`'s zone show it.

    None for what is said otherwise, and for what may mean two things: a clock time of today that is
    past, an hour that may be one of the morning, midnight, a weekday that is today's.
    """
    found = re.fullmatch(_SAID, " ".join(text.casefold().split()))
    if found is None or not found[0]:
        return None
    said = found.groupdict()
    named = any(said[name] for name in ("day", "english", "chinese"))
    day, at = _day(said, now), _time(said)
    if day is None or (at is None and len(found[0]) > len(_day_of(found))):
        return None
    if at is None:
        return day.date().isoformat()
    moment = datetime.combine(day.date(), at)
    clocks = {moment.replace(tzinfo=now.tzinfo, fold=fold).utcoffset() for fold in (0, 1)}
    if len(clocks) > 1:  # they go forward or back: it is skipped, or comes twice
        return None
    today = not named or day.date() == now.date()
    return None if today and moment <= now.replace(tzinfo=None) else f"{moment:%Y-%m-%dT%H:%M}"


def _day_of(found: re.Match[str]) -> str:
    """The words of the day alone."""
    match = re.match(_DAY, found[0])
    return match[0] if match else ""


def _day(said: dict[str, str | None], now: datetime) -> datetime | None:
    if said["day"]:
        return now + timedelta(days=_DAYS[said["day"]])
    name = (said["english"] or said["chinese"] or "").replace("天", "日")[:3]
    if not name:
        return now
    ahead = _WEEKDAYS.index(name) % 7 - now.weekday()
    week = said["week"] or said["next"]
    if week is None:
        return now + timedelta(days=ahead % 7) if ahead else None
    if week == "this" and ahead < 0:
        return None
    return now + timedelta(days=ahead + 7 * _WEEKS[week])


def _time(said: dict[str, str | None]) -> time | None:
    """The clock time, if it is said and is one."""
    if said["noon"]:
        return time(12)
    hour = said["hour"] or said["clock"] or said["count"]
    if hour is None:
        return None
    rest = said["rest"]
    spoken = _RESTS.get(rest) if rest is None or not rest[0].isdigit() else int(rest.rstrip("分"))
    minute = int(said["minute"] or said["past"] or spoken or 0)
    number = _NUMBERS.get(hour) or int(hour)
    part = said["half"] or said["part"] or ""
    found = _hour(number, part, exact=bool(said["clock"]) and hour.startswith("0"))
    return time(found, minute) if found is not None and minute < 60 else None  # noqa: PLR2004


def _hour(hour: int, part: str, *, exact: bool) -> int | None:
    """The hour of the day, or None where it may be another."""
    if not part:
        return hour if exact or hour == 0 or 6 < hour < 24 else None  # noqa: PLR2004
    if part in {"am", "pm"} and not 0 < hour <= 12:  # noqa: PLR2004
        return None
    if hour == 12:  # noqa: PLR2004
        return {"am": 0, "pm": 12, "中午": 12, "下午": 12, "凌晨": 0}.get(part)
    return _within(hour, part)


def _within(hour: int, part: str) -> int | None:
    if part == "凌晨":
        return hour if hour < _DAWN else None
    if part == "中午":
        return {11: 11, 1: 13, 2: 14}.get(hour)
    if part in _MORNING:
        return hour if hour < _AFTER_WORK else None
    return hour + 12 if 0 < hour < _AFTER_WORK else hour if _AFTER_WORK < hour < 24 else None  # noqa: PLR2004
