"""Zones as programs name them: by IANA, by Windows, by cities, by an offset."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from switchboard.sdk.kit.times.moments import HOUR

from .vtimezone import fixed, seasons

_SHOWN = re.compile(
    r"\(?(?:UTC(?:/GMT)?|GMT|Z)?\s*(?:([+-])\s*(\d{1,2})[:.]?(\d\d)?)?\)?(?:\s+(\S.*))?", re.ASCII
)
"""An offset, and after it often what lies there: `(UTC+01:00) Amsterdam, Berlin`, `GMT+0800`."""
_APART = re.compile(r"[,;:/，；、]")
_CITIES = {
    # What Windows shows and no zone of IANA is called by.
    "abu dhabi": "Asia/Dubai",
    "astana": "Asia/Almaty",
    "atlantic time": "America/Halifax",
    "baja california": "America/Tijuana",
    "beijing": "Asia/Shanghai",
    "brasilia": "America/Sao_Paulo",
    "cape verde": "Atlantic/Cape_Verde",
    "cabo verde": "Atlantic/Cape_Verde",
    "central america": "America/Guatemala",
    "chennai": "Asia/Kolkata",
    "central time": "America/Chicago",
    "e. europe": "Europe/Chisinau",
    "eastern time": "America/New_York",
    "ekaterinburg": "Asia/Yekaterinburg",
    "greenland": "America/Nuuk",
    "haiti": "America/Port-au-Prince",
    "indiana": "America/Indiana/Indianapolis",
    "international date line west": "Etc/GMT+12",
    "mid-atlantic": "Etc/GMT+2",
    "mountain time": "America/Denver",
    "nuku'alofa": "Pacific/Tongatapu",
    "pacific time": "America/Los_Angeles",
    "petropavlovsk-kamchatsky": "Asia/Kamchatka",
    "port louis": "Indian/Mauritius",
    "saint pierre and miquelon": "America/Miquelon",
    "samoa": "Pacific/Apia",
    "solomon": "Pacific/Guadalcanal",
    "sri jayawardenepura": "Asia/Colombo",
    "turks and caicos": "America/Grand_Turk",
    "west central africa": "Africa/Lagos",
    "北京": "Asia/Shanghai",
    "东京": "Asia/Tokyo",
    "台北": "Asia/Taipei",
    "新加坡": "Asia/Singapore",
    "香港": "Asia/Hong_Kong",
}


@lru_cache(maxsize=256)
def named(tzid: str) -> tzinfo | None:
    """The zone that this is a name of, as far as anybody can tell; None when nobody can."""
    if not re.search(r"\w", tzid):
        return None
    text = " ".join(tzid.replace("\u2212", "-").split()).strip("\"' ")
    for each in _endings(text):
        name = _known().get(each.casefold().replace(" ", "_")) or _of_windows(each)
        if name:
            return ZoneInfo(name)
    return _shown(text)


def _endings(text: str) -> Iterator[str]:
    """It, and what follows a vendor's prefix: `/example.org/20260101_1/Europe/Berlin`."""
    yield text
    parts = [part for part in text.split("/") if part]
    yield from ("/".join(parts[start:]) for start in range(len(parts)) if text.count("/"))


def _of_windows(text: str) -> str | None:
    summer = re.sub(r" (?:daylight|summer) time$", " standard time", text.casefold())
    return _windows().get(summer)


@cache
def _known() -> dict[str, str]:
    vague = {"factory", "localtime", "posixrules"}
    names = {name.casefold(): name for name in available_timezones()}
    return {low: name for low, name in names.items() if low not in vague} | {
        "asia/beijing": "Asia/Shanghai"  # a widespread slip
    }


@cache
def _windows() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@cache
def _places() -> dict[str, list[str]]:
    """Zones by the last part of their names."""
    found = defaultdict(list)
    for name in sorted(available_timezones()):
        if "/" in name and not name.startswith("Etc/"):
            found[name.rpartition("/")[2].casefold().replace("_", " ")].append(name)
    return found


def _shown(text: str) -> tzinfo | None:
    """By an offset, or by places that have it."""
    match = _SHOWN.fullmatch(text)
    sign, hours, minutes, words = match.groups() if match else ("", "0", "", text)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    offset = -offset if sign == "-" else offset
    if not words or words.casefold().startswith("coordinated universal time"):
        return _fixed(text, offset)
    zones = [ZoneInfo(name) for part in _APART.split(words) for name in _there(part)]
    if match is None:  # no offset to choose by: `Eastern Time (US & Canada)`
        return zones[0] if zones and "time" in text.casefold() else None

    def distance(zone: ZoneInfo) -> timedelta:
        return min(abs(each - offset) for each in seasons(zone))

    # An hour apart: the law of either season may have changed since the zone was named.
    nearest = min(zones, key=distance, default=None)
    return nearest if nearest and distance(nearest) <= HOUR else None


def _there(part: str) -> list[str]:
    low = re.sub(r"\(.*?\)", "", part).casefold().strip().removeprefix("city of ")
    low = re.sub(r" (?:islands?|is\.)$", "", low)
    return [_CITIES[low]] if low in _CITIES else _places().get(low, [])


def _fixed(text: str, offset: timedelta) -> tzinfo | None:
    if abs(offset) > 14 * HOUR:
        return None
    if offset % HOUR or offset < -12 * HOUR:
        return fixed(text, offset)
    return ZoneInfo(f"Etc/GMT{-(offset // HOUR):+d}" if offset else "UTC")
