"""The calendar tool and time: zones, days, clocks that change, and events that repeat."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from functions.tools.calendar import occurrences
from tests.servers.caldav_servers import written

pytest_plugins = ["tests.servers.caldav_servers"]

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "start", "viewer", "others"),
    [
        # Europe changes its clocks on 29 March and 25 October, America on 8 March and 1 November.
        ("Europe/Berlin", "2026-03-23", "UTC", ["03-23 08:00", "03-30 07:00", "04-06 07:00"]),
        ("Europe/Berlin", "2026-10-19", "UTC", ["10-19 07:00", "10-26 08:00", "11-02 08:00"]),
        ("America/New_York", "2026-03-02", "UTC", ["03-02 14:00", "03-09 13:00", "03-16 13:00"]),
        ("America/New_York", "2026-10-26", "UTC", ["10-26 13:00", "11-02 14:00", "11-09 14:00"]),
        # For three weeks, New York is an hour nearer to Berlin.
        (
            *("America/New_York", "2026-03-02", "Europe/Berlin"),
            [f"03-{day}:00" for day in ("02 15", "09 14", "16 14", "23 14", "30 15")],
        ),
    ],
)
def test_a_repeated_event_keeps_its_time_on_the_wall(ask, zone, start, viewer, others):
    ask.timezone = zone
    rule = f"FREQ=WEEKLY;COUNT={len(others)}"
    ask("events.create", title="Weekly", start=f"{start}T09:00", duration=30, rrule=rule)
    here = ask.times("2026-03-01", "2026-12-01")
    ask.timezone = viewer

    assert [each[6:] for each in here] == ["09:00"] * len(others)
    assert ask.times("2026-03-01", "2026-12-01") == others


def test_a_window_holds_what_began_before_it_and_not_what_begins_at_its_end(ask):
    ask("events.create", title="Night", start="2026-03-17T22:00", end="2026-03-18T06:00")
    ask("events.create", title="Noon", start="2026-03-18T12:00")

    assert ask.starts("2026-03-18T05:59", "2026-03-18T12:00") == ["2026-03-17T22:00:00+01:00 Night"]
    assert ask.starts("2026-03-18T06:00", "2026-03-18T12:00") == []
    assert "22:00 – 2026-03-18 06:00" in ask("events.list", from_="2026-03-17").text


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_a_day_is_the_same_day_everywhere(ask, zone):
    ask("events.create", title="Fair", start="2026-03-18", end="2026-03-19")
    ask.timezone = zone

    for day in ("2026-03-17", "2026-03-20"):
        assert ask.starts(day, day) == []
    for day in ("2026-03-18", "2026-03-19"):
        (event,) = ask("events.list", from_=day, to=day).content["events"]
        assert (event["start"], event["end"]) == ("2026-03-18", "2026-03-19")
        assert event["all_day"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_time_without_a_zone_is_on_the_wall_of_whoever_asks(ask, calendar, zone):
    calendar.put("s", written("DTSTART:20260318T233000\nDTEND:20260318T234500"))
    ask.timezone = zone

    (event,) = ask("events.list", from_="2026-03-18", to="2026-03-18").content["events"]
    assert event["start"].startswith("2026-03-18T23:30:00")


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Our Office
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
"""


@pytest.mark.parametrize(
    ("lines", "before", "start"),
    [
        ("DTSTART;TZID=W. Europe Standard Time:20260318T120000", "", "2026-03-18T12:00:00+01:00"),
        ("DTSTART;TZID=Our Office:20260318T120000", OWN_ZONE, "2026-03-18T07:30:00+01:00"),
        ("DTSTART;TZID=Asia/Tokyo:20260318T200000", "", "2026-03-18T12:00:00+01:00"),
    ],
)
def test_zones_of_other_programs_are_understood(lines, before, start):
    raw = written(f"{lines}\nDURATION:PT1H", before).encode()
    span = (datetime(2026, 3, 18, tzinfo=BERLIN), datetime(2026, 3, 19, tzinfo=BERLIN))

    (found,) = occurrences.expand(raw, span, BERLIN)
    assert found.start.isoformat() == start


def test_a_time_the_clocks_skip_is_refused_and_one_they_repeat_is_the_first(ask):
    assert ask.refused("events.create", title="x", start="2026-03-29T02:30") == "no_such_time"
    made = ask("events.create", title="Twice", start="2026-10-25T02:30").content
    assert made["start"] == "2026-10-25T02:30:00+02:00"
    assert made["end"] == "2026-10-25T02:30:00+01:00"


def test_a_repeated_time_that_the_clocks_skip_once_is_shown_where_they_go_on(ask):
    ask("events.create", title="Backup", start="2026-03-28T02:30", rrule="FREQ=DAILY;COUNT=3")

    assert ask.times("2026-03-28", "2026-03-30") == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        ({"start": "2026-03-18T12:00", "end": "2026-03-18T12:00"}, "ends_before"),
        ({"start": "2026-03-18", "end": "2026-03-17"}, "ends_before"),
        *(({"start": day}, "not_a_time") for day in ("0001-01-01", "9999-12-31T23:30")),
        ({"start": "2026-03-18", "end": "9999-12-31"}, "not_a_time"),
        ({"start": "2026-03-18", "repeat": "daily", "until": "9999-12-31"}, "not_a_time"),
        ({"start": "2026-03-18T12:00", "rrule": "FREQ=DAILY;UNTIL=99991231T235959Z"}, "bad_rule"),
        ({"start": "2026-03-18T12:00", "rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "bad_rule"),
        ({"start": "2026-03-18T12:00", "rrule": "FREQ=SECONDLY"}, "bad_rule"),
        ({"start": "2026-03-18", "end": "2026-03-18T12:00"}, "mixed_kinds"),
        ({"start": "2026-03-18", "duration": 30}, "mixed_kinds"),
        ({"start": "2026-03-18T12:00", "end": "2026-03-18T13:00", "duration": 30}, "two_ends"),
        ({"start": "2026-03-18", "until": "2026-04-01"}, "two_rules"),
        ({"start": "2026-03-18", "repeat": "daily", "rrule": "FREQ=DAILY"}, "two_rules"),
        ({"start": "2026-03-18", "repeat": "daily", "until": "2026-03-17"}, "ends_before"),
        ({"start": "2026-03-18", "rrule": "whenever"}, "bad_rule"),
        ({"start": "2026-03-18", "rrule": "FREQ=MINUTELY"}, "bad_rule"),
        ({"start": "2026-03-18", "rrule": "FREQ=DAILY;INTERVAL=0"}, "bad_rule"),
        ({"start": "2026-03-18", "rrule": "FREQ=DAILY;BYMONTHDAY=99"}, "bad_rule"),
        ({"start": "2026-03-18", "rrule": "FREQ=DAILY;COUNT=2;UNTIL=20260401"}, "bad_rule"),
        ({"start": "2026-03-18", "rrule": "FREQ=DAILY\r\nATTACH:x"}, "bad_rule"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(ask, given, phrase):
    assert ask.refused("events.create", title="x", **given) == phrase
    assert ask("events.list").content["events"] == []


def test_a_window_that_makes_no_sense_is_refused(ask):
    assert ask.refused("events.list", from_="2026-03-18", to="2026-03-17") == "ends_before"
    assert ask.refused("events.list", from_="2020-01-01", to="2026-01-01") == "window_too_long"
    for given in ({"from_": "tomorrow"}, {"from_": "0001-01-01"}, {"to": "9999-12-31"}):
        assert ask.refused("events.list", **given) == "not_a_time"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (";TZID=America/New_York:20260318T090000", ";TZID=America/New_York:20260319T070000"),
        (":20260318T110000Z", ":20260319T110000Z"),
        (":20260318T110000", ":20260319T120000"),
        (";TZID=Our Office:20260318T110000", ";TZID=Our Office:20260319T163000"),
    ],
)
def test_a_moved_event_stays_in_its_own_zone(ask, calendar, start, expected):
    calendar.put("s", written(f"DTSTART{start}\nDURATION:PT1H", OWN_ZONE))
    moved = ask("events.update", id="series-1", start="2026-03-19T12:00").content

    assert f"DTSTART{expected}" in calendar.raw()[0]
    assert (moved["start"][:16], moved["end"][:16]) == ("2026-03-19T12:00", "2026-03-19T13:00")


def test_an_event_may_end_in_another_zone_than_it_began(ask, calendar):
    flight = """DTSTART;TZID=Europe/Berlin:20260318T100000
DTEND;TZID=America/New_York:20260318T130000"""
    calendar.put("s", written(flight))
    moved = ask("events.update", id="series-1", start="2026-03-18T12:00").content

    assert "DTEND;TZID=America/New_York:20260318T150000" in calendar.raw()[0]
    assert moved["end"] == "2026-03-18T20:00:00+01:00"


def test_a_time_becomes_a_day_and_a_day_a_time(ask):
    made = ask("events.create", title="x", start="2026-03-18T12:00", duration=45).content
    day = ask("events.update", id=made["id"], start="2026-03-19").content
    days = ask("events.update", id=made["id"], end="2026-03-21").content
    time = ask("events.update", id=made["id"], start="2026-03-20T09:00").content

    assert (day["start"], day["end"]) == ("2026-03-19", "2026-03-19")
    assert (days["start"], days["end"]) == ("2026-03-19", "2026-03-21")
    assert (time["start"][:16], time["end"][:16]) == ("2026-03-20T09:00", "2026-03-20T10:00")


def test_a_zone_that_is_named_is_described(ask, calendar):
    made = ask("events.create", title="x", start="2026-03-18").content
    assert "VTIMEZONE" not in calendar.raw()[0]

    ask("events.update", id=made["id"], start="2026-03-20T09:00")
    assert "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n" in calendar.raw()[0]


def test_only_the_end_can_be_moved(ask):
    made = ask("events.create", title="x", start="2026-03-18T12:00").content
    later = ask("events.update", id=made["id"], end="2026-03-18T15:00").content

    assert (later["start"][:16], later["end"][:16]) == ("2026-03-18T12:00", "2026-03-18T15:00")
    assert ask.refused("events.update", id=made["id"], end="2026-03-18T11:00") == "ends_before"
    assert ask.refused("events.update", id=made["id"], end="2026-03-19") == "mixed_kinds"
    assert ask("events.list").content["events"] == [later]
