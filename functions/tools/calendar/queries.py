"""What a calendar holds of what is asked for, whatever its server makes of odd objects."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from caldav.elements import cdav
from caldav.lib import error as dav
from caldav.lib.http_sync import requests

from switchboard.sdk.kit.times.moments import DAY, Span

MAX_ALONE = 200
"""Objects that are asked for one by one, when the server fails at all at once."""


@dataclass(frozen=True, slots=True)
class Held:
    """An object as the server has it; empty when it fails at it."""

    url: str
    etag: str
    raw: bytes


def held(calendar: Any, **query: Any) -> list[Held]:
    """What the calendar holds of what is asked for, and often more."""
    # A rule that never matches keeps a server busy that follows it: then all is asked for.
    # One broken event is enough for Xandikos to answer 500: to every question of time, once it
    # has built an index to every question, or, when it is no iCalendar at all, to the last.
    for asked in (query, {}):
        try:
            return _search(calendar, asked)
        except requests.Timeout:
            if not asked:
                raise
        except dav.ReportError as error:
            if (error.status or 0) < 500:  # noqa: PLR2004
                raise
    places = [place for place, _, _ in calendar.children()]
    try:
        return _read(calendar.multiget(places)) if places else []
    except dav.ReportError as error:
        if (error.status or 0) < 500:  # noqa: PLR2004
            raise
    return [_alone(calendar, str(place)) for place in places[:MAX_ALONE]]


def _search(calendar: Any, query: dict[str, Any]) -> list[Held]:
    options = {"event": True, "post_filter": False, "compatibility_workarounds": False}
    return [each for each in _read(calendar.search(**options, **query)) if each.raw]


def _read(found: Iterable[Any]) -> list[Held]:
    return [Held(str(each.url), each.etag or "", each.raw_data or b"") for each in found]


def _alone(calendar: Any, place: str) -> Held:
    response = calendar.client.request(str(calendar.url.join(place)))
    fine = response.status < 400  # noqa: PLR2004
    return Held(place, response.headers.get("ETag", ""), response.raw.encode() if fine else b"")


def during(calendar: Any, span: Span) -> list[Held]:
    """What may take place in the span, and often more.

    Some servers find nothing of a list of dates, or of a rule that they cannot follow.
    """
    # A day more: servers place days and floating times in a zone of their own.
    found = held(calendar, start=span[0] - DAY, end=span[1] + DAY)
    for name in ("RDATE", "RRULE"):
        with suppress(dav.DAVError):
            found += _search(
                calendar, {"filters": cdav.CompFilter("VEVENT") + cdav.PropFilter(name)}
            )
    return list({each.url: each for each in found}.values())
