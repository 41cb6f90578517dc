"""What is found and done in a calendar, put into words for people and data for machines."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from switchboard.sdk.adapter import Call, Output
from switchboard.sdk.kit.listing import bullets, paragraphs
from switchboard.sdk.kit.times.moments import DAY, Span, clock
from switchboard.sdk.kit.words import code, plain

from .naming import shortened
from .objects import UnreadableError, parts_of, read, text_of
from .occurrences import Occurrence, whole
from .parsing import all_of

MAX_TITLE = 120
MAX_SHOWN = 40
MAX_INVITED = 10
_MAILTO = re.compile("^mailto:", re.IGNORECASE)


def calendars(call: Call, names: list[str]) -> Output:
    listed = bullets(plain(name, MAX_TITLE) for name in names)
    return Output(text=f"{call.say('calendars')}\n{listed}", content={"calendars": names})


def listing(call: Call, found: list[Occurrence], broken: int, span: Span) -> Output:
    """What takes place within the span; `broken` entries could not be read."""
    several = len({each.calendar for each in found}) > 1
    ids = shortened(each.uid for each in found)
    lines = [
        (each.start, _described(each, ids[each.uid], call.say, where=several)) for each in found
    ]
    head = "" if found else call.say("nothing", **_bounds(call, span))
    content = {"events": [_as_json(each) for each in found], "unreadable": broken}
    note = _zone(call) if any(not each.all_day for each in found) else ""
    return Output(text=paragraphs(head, *_shown(call, lines, broken), note), content=content)


def busy(call: Call, taken: list[Span], broken: int, span: Span) -> Output:
    """The stretches of the span that are taken, without a word of what by."""
    lines = [(start, clock((start, end))) for start, end in taken]
    head = call.say("busy" if taken else "free", **_bounds(call, span))
    stretches = [{"start": start.isoformat(), "end": end.isoformat()} for start, end in taken]
    content = {"busy": stretches, "unreadable": broken}
    text = paragraphs(head, *_shown(call, lines, broken), _zone(call))
    return Output(text=text, content=content, tainted=False)


def one(call: Call, phrase: str, raw: bytes, calendar: str, **values: object) -> Output:
    """What was done to one event; its words may be those of others.

    It has been done: that nobody can tell when such an event takes place is no refusal.
    """
    try:
        return _told(call, phrase, raw, calendar, **values)
    except UnreadableError:
        return Output(text=call.say("done"), tainted=False)


def _told(call: Call, phrase: str, raw: bytes, calendar: str, **values: object) -> Output:
    """A phrase about one event. Raises UnreadableError when nobody can tell when it is."""
    each = whole(raw, ZoneInfo(call.timezone), calendar)
    short = shortened([each.uid])[each.uid]
    line = f"{each.start:%F} {_described(each, short, call.say, where=True)}"
    # A slip of the year is easily made, and a series may have begun long ago.
    over = phrase == "created" and each.end <= call.now and not each.repeats
    notes = [call.say("past")] if over else []
    notes += [] if each.all_day else [_zone(call)]
    text = paragraphs(call.say(phrase, event=line, **values), " ".join(notes))
    return Output(text=text, content=_as_json(each), tainted=phrase != "created")


def foreseen(call: Call, phrase: str, raw: bytes, calendar: str, **values: object) -> Output:
    """What would be done to one event: which it is, how it repeats, and who is invited to it."""
    parts = parts_of(read(raw))
    try:
        text = _told(call, phrase, raw, calendar, **values).text
    except UnreadableError:
        text = call.say(phrase, event=code(text_of(parts[0], "UID")), **values)
    rules = [code(rule.to_ical().decode()) for rule in all_of(parts[0], "RRULE")]
    more = sum(len(dates.dts) for dates in all_of(parts[0], "RDATE"))
    invited = (str(each) for part in parts for each in all_of(part, "ATTENDEE"))
    people = dict.fromkeys(plain(_MAILTO.sub("", each), MAX_TITLE) for each in invited)
    listed = call.say("and").join([*people][:MAX_INVITED])
    notes = [
        call.say("repeats_by", rule=rules[0]) if rules else "",
        call.say("repeats_on", count=more) if more else "",
        call.say("invited", count=len(people), people=listed) if people else "",
    ]
    return Output(text=paragraphs(text, bullets(filter(None, notes))))


def gone(call: Call, phrase: str, **values: object) -> Output:
    """There is nothing (any more) that could be deleted."""
    return Output(text=call.say(phrase, **values), content={"deleted": False}, tainted=False)


def _shown(call: Call, lines: list[tuple[datetime, str]], broken: int) -> tuple[str, str]:
    """The first of the lines by their days, and what is not among them."""
    more = call.say("more", count=len(lines) - MAX_SHOWN) if len(lines) > MAX_SHOWN else ""
    unread = call.say("unreadable", count=broken) if broken else ""
    return _by_day(lines[:MAX_SHOWN], call.say), "\n".join(filter(None, (more, unread)))


def _zone(call: Call) -> str:
    """Whose clocks show the times: in a group people have several, and a setting may be wrong."""
    return call.say("zone", zone=call.timezone)


def _bounds(call: Call, span: Span) -> dict[str, str]:
    start, end = (each.astimezone(ZoneInfo(call.timezone)) for each in span)
    return {"start": f"{start:%F %H:%M}", "end": f"{end:%F %H:%M}"}


def _described(
    each: Occurrence, short: str, say: Callable[..., str], *, where: bool = False
) -> str:
    """`12:00–13:00 **Team lunch** · Room 4 · `1b4e28ba`` in one line."""
    last = each.end - DAY
    when = clock((each.start, each.end))
    if each.all_day:
        when = say("all_day")
        when = say("all_day_until", day=f"{last:%F}") if last > each.start else when
    title = plain(each.title, MAX_TITLE) or say("untitled")
    place, calendar = plain(each.location, MAX_TITLE), plain(each.calendar, MAX_TITLE)
    marks = [place, calendar if where else "", code(short)]
    again = " ↻" if each.repeats else ""
    return f"{when} **{title}**{again} · " + " · ".join(mark for mark in marks if mark)


def _by_day(lines: list[tuple[datetime, str]], say: Callable[..., str]) -> str:
    """The lines under a heading for every day, which no list may take for its own."""
    weekdays = say("weekdays").split()
    days = []
    for day, group in groupby(lines, key=lambda line: line[0].date()):
        head = say("day", weekday=weekdays[day.weekday()], date=f"{day:%F}")
        days.append(f"{head}\n{bullets(line for _, line in group)}")
    return "\n\n".join(days)


def _as_json(each: Occurrence) -> dict[str, object]:
    start, end = each.start.isoformat(), each.end.isoformat()
    if each.all_day:
        start, end = f"{each.start:%F}", f"{max(each.start, each.end - DAY):%F}"
    return {
        "id": each.uid,
        "title": each.title,
        "start": start,
        "end": end,
        "all_day": each.all_day,
        "repeats": each.repeats,
        "location": each.location,
        "description": each.description,
        "calendar": each.calendar,
    }
