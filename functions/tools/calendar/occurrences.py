"""When events take place, for whoever asks: in their zone, and whether it takes their time."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from switchboard.sdk.kit.times.moments import DAY, Span, When

from .objects import end_of, instant, parts_of, read, readable, repeats, start_of, text_of
from .parsing import all_of
from .repetition import Steps
from .series import spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that an event takes place; `start` and `end` are in the asker's zone."""

    uid: str
    title: str
    start: datetime
    end: datetime
    all_day: bool
    repeats: bool
    busy: bool
    location: str
    description: str
    calendar: str = ""


def expand(  # noqa: PLR0913  an event, and who asks what of it
    raw: bytes,
    span: Span,
    zone: ZoneInfo,
    calendar: str = "",
    *,
    person: str = "",
    steps: Steps | None = None,
) -> list[Occurrence]:
    """Every time within `span`, in UTC, that the event takes place. Raises UnreadableError.

    `person` is by what name the server knows whose calendar it is.
    """
    ical = read(raw)
    first, last = span
    with readable():
        again = {text_of(part, "UID") for part in parts_of(ical) if {"RRULE", "RDATE"} & {*part}}
        found = [
            _occurrence(time.part, (time.start, time.end), zone, calendar, person)
            for time in spread(ical, span, steps)
        ]
    return [
        replace(each, repeats=each.uid in again)
        for each in found
        if each.start < last and (each.end > first or each.start >= first)
    ]


def taken(found: list[Occurrence], span: Span, zone: ZoneInfo) -> list[Span]:
    """The stretches of `span` that what is found takes, none touching another."""
    # Python compares times of one zone by the wall, wrong in the hour that comes twice.
    times = ((one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in found if one.busy)
    merged: list[Span] = []
    for begin, over in sorted(times):
        start, end = max(begin, span[0]), min(over, span[1])
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return [(start.astimezone(zone), end.astimezone(zone)) for start, end in merged]


def uids(raw: bytes) -> list[str]:
    """The ids of the events in an object. Raises UnreadableError."""
    return list(dict.fromkeys(text_of(part, "UID") for part in parts_of(read(raw))))


def whole(raw: bytes, zone: tzinfo, calendar: str) -> Occurrence:
    """The event as it was first meant to be. Raises UnreadableError."""
    ical = read(raw)
    with readable():
        part = parts_of(ical)[0]
        one = _occurrence(part, (start_of(part), end_of(part)), zone, calendar)
        return replace(one, repeats=repeats(ical))


def _occurrence(
    part: icalendar.Event,
    times: tuple[When, When],
    zone: tzinfo,
    calendar: str,
    person: str = "",
) -> Occurrence:
    start, end = (_seen(each, zone) for each in times)
    return Occurrence(
        uid=text_of(part, "UID"),
        title=text_of(part, "SUMMARY"),
        start=start,
        end=end if end.astimezone(UTC) > start.astimezone(UTC) else start,
        all_day=not isinstance(times[0], datetime),
        repeats=False,
        busy=_takes_time(part, person.casefold()),
        location=text_of(part, "LOCATION"),
        description=text_of(part, "DESCRIPTION"),
        calendar=calendar,
    )


def _seen(when: When, zone: tzinfo) -> datetime:
    """In the asker's zone; the ends of time are a day nearer, for every zone to have them."""
    at = instant(when, zone)
    edges = (datetime.min.replace(tzinfo=UTC) + DAY, datetime.max.replace(tzinfo=UTC) - DAY)
    return min(max(at, edges[0]), edges[1]).astimezone(zone)


def _takes_time(part: icalendar.Event, person: str) -> bool:
    """Not when it says so, and not when whose calendar it is has declined, or all have."""
    if text_of(part, "TRANSP").upper() == "TRANSPARENT":
        return False
    if text_of(part, "X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE":
        return False
    invited = all_of(part, "ATTENDEE")
    ours = [each for each in invited if _is(each, person)]
    if not ours and any(_is(each, person) for each in all_of(part, "ORGANIZER")):
        return True
    declined = [str(each.params.get("PARTSTAT")).upper() == "DECLINED" for each in ours or invited]
    return not declined or not all(declined)


def _is(address: Any, person: str) -> bool:
    """Whether an address is that of a login, which is one too, or what stands before its `@`."""
    mail = str(address).casefold().removeprefix("mailto:")
    return bool(person) and person in {mail, mail.partition("@")[0]}
