"""What a cell shows of a moment or a span of time, which is kept as a number of days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .pieces import Pieces, literal

DAY = 86_400
LAST = 2_958_465
"""The number of 9999-12-31."""
DAYS_1904 = 1_462
LEAP = 60
"""The number of 1900-02-29, a day that Lotus 1-2-3 had and Excel kept."""
BUDDHIST = 543
"""Years before the common era in which the Buddhist one began."""
SHORT, INITIAL = 3, 5
"""Letters of a part that mean a short name, and its first letter."""
ENGLISH = "January February March April May June July August September October November December"
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
NAMES = {
    0x07: (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    ),
    0x09: (ENGLISH, WEEKDAYS),
    0x0A: (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "lunes martes miércoles jueves viernes sábado domingo",
    ),
    0x0C: (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    ),
    0x04: (
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
        "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    ),
    0x11: (
        "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    ),
    0x12: (
        "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
        "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    ),
}
"""Of months and weekdays, by the language in the low bits of Windows' LCID; else English ones."""
_PART = re.compile(r"(?i)y+|m+|d+|h+|s+(?:\.0+)?|e+|b+|a{3,4}|\[(?:h+|m+|s+)\]")
_CLOCK = re.compile(r"(?i)h+|\[h+\]")
_SECONDS = re.compile(r"(?i)s+(?:\.0+)?|\[s+\]")
_HALVES = {"AM/PM": ("AM", "PM"), "A/P": ("A", "P"), "上午/下午": ("上午", "下午")}


class Moment(NamedTuple):
    year: int
    month: int
    day: int
    weekday: int
    """0 is Monday."""
    seconds: Decimal
    """Of the day."""
    elapsed: Decimal
    """All seconds."""


def is_date(pieces: Pieces) -> bool:
    return any(_PART.fullmatch(one) for one in pieces)


def written(pieces: Pieces, days: Decimal, *, since_1904: bool) -> str | None:
    """None where there is no such day."""
    moment = _moment(pieces, days, since_1904=since_1904)
    if moment is None:
        return None
    text = "".join(_parts(pieces, moment)).strip()
    return f"-{text}" if days < 0 else text


def _moment(pieces: Pieces, days: Decimal, *, since_1904: bool) -> Moment | None:
    """Rounded to what the format shows: 59.9996 s under `ss` is the next minute."""
    spans = any(one.startswith("[") and _PART.fullmatch(one) for one in pieces)
    if abs(days) > 100 * LAST or (not 0 <= days <= LAST and not spans):
        return None
    digits = max(
        (len(one.partition(".")[2]) for one in pieces if _SECONDS.fullmatch(one)), default=0
    )
    elapsed = (abs(days) * DAY).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    number = int(elapsed // DAY) + DAYS_1904 * since_1904
    if number > LAST:
        return Moment(0, 0, 0, 0, elapsed % DAY, elapsed) if spans else None
    weekday = (number - 2) % 7
    if number == LEAP:
        return Moment(1900, 2, 29, weekday, elapsed % DAY, elapsed)
    if number == 0:
        return Moment(1900, 1, 0, weekday, elapsed % DAY, elapsed)
    day = date(1899, 12, 31 if number < LEAP else 30) + timedelta(number)
    return Moment(day.year, day.month, day.day, weekday, elapsed % DAY, elapsed)


def _parts(pieces: Pieces, moment: Moment) -> Iterator[str]:
    halves = next((_HALVES[one.upper()] for one in pieces if one.upper() in _HALVES), None)
    language = next((found for one in pieces if (found := _language(one))), 0x09)
    for at, piece in enumerate(pieces):
        if piece.upper() in _HALVES and halves:
            yield halves[moment.seconds >= DAY // 2]
        elif not _PART.fullmatch(piece):
            yield literal(piece) if piece.strip("gG") else ""
        elif piece[0] in "mM" and _is_minute(pieces, at):
            yield f"{int(moment.seconds) // 60 % 60:0{len(piece)}d}"
        elif piece[0] in "hHsS[":
            yield _clock(piece, moment, twelve=halves is not None)
        else:
            yield _day(piece.lower(), moment, NAMES.get(language, NAMES[0x09]))


def _language(piece: str) -> int | None:
    found = re.fullmatch(r"\[\$[^-\]]*-([0-9A-Fa-f]+)(?:,.*)?\]", piece)
    return int(found[1], 16) & 0xFF if found else None


def _is_minute(pieces: Pieces, at: int) -> bool:
    """`m` is a minute after hours or before seconds, else a month."""
    before = [one for one in pieces[:at] if _PART.fullmatch(one)]
    after = [one for one in pieces[at + 1 :] if _PART.fullmatch(one)]
    return bool(
        (before and _CLOCK.fullmatch(before[-1])) or (after and _SECONDS.fullmatch(after[0]))
    )


def _clock(piece: str, moment: Moment, *, twelve: bool) -> str:
    name, width = piece.strip("[]").lower(), len(piece.strip("[]"))
    if piece.startswith("["):
        return f"{int(moment.elapsed // {'h': 3600, 'm': 60, 's': 1}[name[0]]):0{width}d}"
    if name[0] == "h":
        hour = int(moment.seconds) // 3600
        return f"{(hour - 1) % 12 + 1 if twelve else hour:0{min(width, 2)}d}"
    whole, _, part = name.partition(".")
    seconds = moment.seconds % 60
    text = f"{int(seconds):0{len(whole)}d}"
    return f"{text}.{f'{seconds:.{len(part)}f}'.partition('.')[2]}" if part else text


def _day(piece: str, moment: Moment, names: tuple[str, str]) -> str:
    """Years, months and days; four letters of a name are all of it, three its beginning."""
    months, weekdays = (one.split() for one in names)
    letter, width = piece[0], len(piece)
    if letter in "yeb":
        year = moment.year + BUDDHIST * (letter == "b")
        return f"{year % 100:02d}" if width < SHORT and letter != "e" else f"{year:04d}"
    if letter == "a":
        chinese = NAMES[0x04] if names is NAMES[0x09] else names
        return _name(chinese[1].split()[moment.weekday], width)
    number = moment.month if letter == "m" else moment.day
    if width < SHORT:
        return f"{number:0{width}d}"
    return _name(months[number - 1] if letter == "m" else weekdays[moment.weekday], width)


def _name(name: str, width: int) -> str:
    if width == INITIAL:
        return name[0]
    if width != SHORT:
        return name
    asian = name[0] >= "\u3000" or name[0].isdigit()
    return name.replace("星期", "周").removesuffix("曜日") if asian else name[:3]
