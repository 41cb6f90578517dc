"""Events of a calendar as others write them: series with all that differs, and odd objects."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from functions.tools.calendar import changes, occurrences
from functions.tools.calendar.models import UpdateEvent
from functions.tools.calendar.objects import UnreadableError
from tests.servers.caldav_servers import NOW, written

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = "DTSTART;TZID=Europe/Berlin:20260316T100000\nDTEND;TZID=Europe/Berlin:20260316T103000\n"
PERIOD = "RDATE;VALUE=PERIOD:20260320T090000Z"
DAYS = "DTSTART;VALUE=DATE:20260316\nRRULE:FREQ=DAILY;COUNT=3\n"


def shown(lines: str, after: str = "", week: date = date(2026, 3, 16)) -> str:
    """What there is in a week, in Berlin: `16 10:00-10:30`; a day as `16`, two as `16-17`."""
    first = datetime(week.year, week.month, week.day, tzinfo=BERLIN).astimezone(UTC)
    raw = written(lines, after=after).encode()
    found = sorted(
        occurrences.expand(raw, (first, first + timedelta(7)), BERLIN), key=lambda one: one.start
    )
    return " ".join(
        f"{each.start:%d}" + (f"-{each.end:%d}" if each.end - each.start > timedelta(1) else "")
        if each.all_day
        else f"{each.start:%d %H:%M}-{each.end:%H:%M}"
        for each in found
    )


def differing(mark: str, lines: str, uid: str = "series-1") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nRECURRENCE-ID{mark}\n{lines}\nEND:VEVENT\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # What is taken out, however it names its time.
        ("EXDATE:20260317T090000Z", "16 10:00-10:30 18 10:00-10:30"),
        ("EXDATE;VALUE=DATE:20260317", "16 10:00-10:30 18 10:00-10:30"),
        ("EXDATE;TZID=Asia/Tokyo:20260317T180000", "16 10:00-10:30 18 10:00-10:30"),
        ("EXDATE:20260317T100000", "16 10:00-10:30 18 10:00-10:30"),
        ("EXDATE:20260316T090000Z,20260317T090000Z\nEXDATE:20260318T090000Z", ""),
        ("EXRULE:FREQ=DAILY;INTERVAL=2", "17 10:00-10:30"),
        ("EXRULE:FREQ=WEEKLY;BYDAY=WE", "16 10:00-10:30 17 10:00-10:30"),
        # What is added.
        ("RDATE:20260320T140000Z", "16 10:00-10:30 17 10:00-10:30 18 10:00-10:30 20 15:00-15:30"),
        ("RDATE;VALUE=DATE:20260320\nEXRULE:FREQ=DAILY", "20 10:00-10:30"),
        (f"{PERIOD}/PT2H\nEXRULE:FREQ=DAILY", "20 10:00-12:00"),
        (
            f"{PERIOD}/20260320T100000Z\nEXRULE:FREQ=DAILY",
            "20 10:00-11:00",
        ),
        ("RRULE:FREQ=WEEKLY;BYDAY=SU;COUNT=2\nEXRULE:FREQ=DAILY;COUNT=3", "22 10:00-10:30"),
    ],
)
def test_what_is_taken_out_of_a_series_and_added(lines, expected):
    assert shown(f"{DAILY}RRULE:FREQ=DAILY;COUNT=3\n{lines}") == expected


LATER = "DTSTART;TZID=Europe/Berlin:20260317T150000\nDTEND;TZID=Europe/Berlin:20260317T160000"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        *(
            ([(mark, LATER)], "16 10:00-10:30 17 15:00-16:00 18 10:00-10:30")
            for mark in (":20260317T090000Z", ";VALUE=DATE:20260317", ":20260317T100000")
        ),
        (
            [(";RANGE=THISANDFUTURE:20260317T090000Z", LATER)],
            "16 10:00-10:30 17 15:00-16:00 18 15:00-16:00",
        ),
        (
            [
                (";RANGE=THISANDFUTURE:20260317T090000Z", LATER),
                (":20260318T090000Z", "DTSTART:20260318T060000Z\nDURATION:PT1H"),
            ],
            "16 10:00-10:30 17 15:00-16:00 18 07:00-08:00",
        ),
        (
            [(";RANGE=THISANDFUTURE:20260317T090000Z", f"{LATER}\nSTATUS:CANCELLED")],
            "16 10:00-10:30",
        ),
        # Of two changes of one occurrence the later revision counts.
        (
            [
                (":20260317T090000Z", f"{LATER}\nSEQUENCE:2"),
                (":20260317T090000Z", "DTSTART:20260317T060000Z\nSEQUENCE:1"),
            ],
            "16 10:00-10:30 17 15:00-16:00 18 10:00-10:30",
        ),
    ],
)
def test_what_differs_stands_in_the_place_of_what_it_names(parts, expected):
    after = "".join(differing(mark, lines) for mark, lines in parts)

    assert shown(f"{DAILY}RRULE:FREQ=DAILY;COUNT=3", after) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (f"{DAYS}EXDATE:20260317T000000Z", "16 18"),
        (f"{DAYS}EXDATE;TZID=Europe/Berlin:20260317T000000", "16 18"),
        (f"{DAYS}RDATE;VALUE=DATE:20260321", "16 17 18 21"),
        ("DTSTART;VALUE=DATE:16040318\nRRULE:FREQ=YEARLY", "18"),
        ("DTSTART;VALUE=DATE:00010318\nRRULE:FREQ=YEARLY", "18"),
        # A last day or moment, in any kind.
        *(
            (f"{DAILY}RRULE:FREQ=DAILY;UNTIL={until}", "16 10:00-10:30 17 10:00-10:30")
            for until in ("20260317", "20260317T100000", "20260317T090000Z", "20260318T085959Z")
        ),
        # A night in which the clocks change is as long on the wall.
        ("DTSTART;TZID=Europe/Berlin:20260317T220000\nDURATION:PT8H", "17 22:00-06:00"),
    ],
)
def test_days_and_ends_of_a_series(lines, expected):
    assert shown(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART:20260318T110000Z\nDTEND:20260318T100000Z", "18 12:00-12:00"),
        ("DTSTART:20260318T110000Z\nDTEND:20260318T100000Z\nDURATION:PT1H", "18 12:00-13:00"),
        ("DTSTART:20260318T110000Z\nDTEND:20260318T113000Z\nDURATION:PT2H", "18 12:00-12:30"),
        ("DTSTART:20260318T110000Z\nDURATION:-PT2H", "18 12:00-12:00"),
        ("DTSTART;VALUE=DATE:20260318T000000\nDTEND;VALUE=DATE:20260319T000000", "18"),
        ("DTSTART:20260318\nDTEND:20260320", "18-20"),
        ("DTSTART;VALUE=DATE:20260318\nDTEND;VALUE=DATE:20260318", "18"),
        ("DTSTART;TZID=Europe/Berlin:20260318", "18"),
        (
            "DTSTART;TZID=Europe/Berlin:20260318T1100\nDTEND;TZID=Europe/Berlin:20260318T1130",
            "18 11:00-11:30",
        ),
        ("DTSTART:2026-03-18T11:00:00Z", "18 12:00-12:00"),
        ("DTSTART;TZID=Europe/Berlin:20260318T110000Z", "18 12:00-12:00"),
        ("DTSTART:20260318T110000Z\nDTEND;VALUE=DATE:20260319", "18 12:00-01:00"),
        ("DTSTART;VALUE=DATE:20260318\nDTEND:20260319T000000Z", "18"),
        (
            "DTSTART:20260318T110000Z\nDTSTART:20260319T110000Z\nDTSTAMP:1\nDTSTAMP:2",
            "18 12:00-12:00",
        ),
        ("DTSTART:20260318T110000Z\nthis is no line\nX-A;B=:\nGEO:here", "18 12:00-12:00"),
        ("DTSTART:20260318T110000Z\nBEGIN:VALARM\nTRIGGER:hm\nEND:VALARM", "18 12:00-12:00"),
        ("DTSTART:20200101T000000Z\nDTEND:99991231T235959Z", "01 01:00-00:59"),
        *((f"DTSTART:{when}", "") for when in ("00010101T000000Z", "99991231T235959Z")),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000\nRRULE:FREQ=DAILY;COUNT=9", ""),
    ],
)
def test_an_odd_event_is_when_it_is_meant(lines, expected):
    assert shown(lines) == expected


@pytest.mark.parametrize(
    "lines",
    [
        *(
            "DTSTART:soon",
            "X-A:1",
            "DTSTART:20260318T110000Z\nDTEND:20260318T1",
            "DTSTART:20261399",
        ),
        "DTSTART;TZID=Nowhere:20260318T110000",
        "DTSTART:20260318T110000Z\nRDATE;TZID=Nowhere:20260318T110000",
        *(f"DTSTART:20200318T110000Z\nRRULE:{rule}" for rule in ("FREQ=SECONDLY", "FREQ=NO", "X")),
        "DTSTART:20260318T110000Z\nRRULE:FREQ=DAILY\nEXDATE:soon",
    ],
)
def test_an_event_that_nobody_can_place_is_unreadable(lines):
    with pytest.raises(UnreadableError):
        shown(lines)


def test_lines_may_be_folded_within_a_character_and_a_title_empty():
    raw = written("DTSTART:20260318T110000Z\nLOCATION:Ca@").encode()
    raw = raw.replace(b"@", "fé".encode()[:-1] + b"\r\n " + "é".encode()[-1:])
    span = (datetime(2026, 3, 18, tzinfo=UTC), datetime(2026, 3, 19, tzinfo=UTC))

    (found,) = occurrences.expand(raw.replace(b"SUMMARY:Standup", b"SUMMARY:"), span, BERLIN)
    assert (found.title, found.location) == ("", "Café")
    (nameless,) = occurrences.expand(raw.replace(b"UID:series-1\n", b""), span, BERLIN)
    assert nameless.uid in occurrences.uids(raw.replace(b"UID:series-1\n", b""))


@pytest.mark.parametrize(
    ("zone", "moved"),
    [
        ('"(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi"', "Asia/Shanghai:20260318T170000"),
        ("GMT+0800", "Etc/GMT-8:20260318T170000"),
        ("UTC+05:30", '"UTC+05:30":20260318T143000'),  # it should have been quoted
        ("(UTC+08:00) Beijing, Urumqi", "Asia/Shanghai:20260318T170000"),
        ("W. Europe Standard Time", "Europe/Berlin:20260318T100000"),
    ],
)
def test_an_event_that_moves_keeps_its_zone_and_has_it_described(zone, moved):
    raw = written(
        f"DTSTART;TZID={zone}:20260318T090000\nDTEND;TZID={zone}:20260318T093000"
    ).encode()
    edited = changes.change(raw, UpdateEvent(id="x", start="2026-03-18T10:00"), BERLIN, NOW)

    text = edited.decode().replace("\r\n ", "")
    assert f"DTSTART;TZID={moved}\r\n" in text
    name = moved.rpartition(":")[0].strip('"')
    assert f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n" in text


def test_an_occurrence_named_by_its_day_can_be_deleted():
    raw = written(
        f"{DAILY}RRULE:FREQ=DAILY;COUNT=3", after=differing(";VALUE=DATE:20260317", LATER)
    )
    edited = changes.exclude(raw.encode(), "2026-03-17", BERLIN, NOW)

    assert b"EXDATE;TZID=Europe/Berlin:20260317T100000" in edited
    assert b"RECURRENCE-ID" not in edited
