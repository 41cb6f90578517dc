"""Times as people write and read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from switchboard.errors import BadRequestError
from switchboard.sdk.kit.times.moments import DAY, clock, later, moment, opening, window

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 16, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026/3/1", "2026-03-01"),
        ("2026-11-24T12:00", "2026-11-24T12:00:00+01:00"),
        (" 2026-11-24 9:05 ", "2026-11-24T09:05:00+01:00"),
        ("2026-11-24T12:00:30Z", "2026-11-24T13:00:30+01:00"),
        ("2026-11-24T12:00+08:00", "2026-11-24T05:00:00+01:00"),
        ("2026-07-24 12:00 -0400", "2026-07-24T18:00:00+02:00"),
    ],
)
def test_times_are_read_as_people_write_them(text: str, expected: str):
    assert moment(text, BERLIN).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "12:00", "24.11.2026", "2026-13-01", "2026-02-29", "2026-11-24T12"),
        *("2026-11-24T25:00", "2026-11-24T12:00+25:00", "2026-11-24T12:00 2026"),
        *("٢٠٢٦-11-24", "0001-01-01T00:00Z", "0001-01-01", "1899-12-31", "2201-01-01"),
        *("9999-12-31", "9999-12-31T23:30", "0000-01-01"),
    ],
)
def test_what_is_not_a_time_is_refused(text: str):
    zone = ZoneInfo("America/New_York")
    with pytest.raises(BadRequestError) as caught:
        moment(text, zone)

    assert caught.value.say == "not_a_time"


def test_a_time_that_the_clocks_skip_is_none():
    with pytest.raises(BadRequestError) as caught:
        moment("2026-03-29T02:30", BERLIN)

    assert caught.value.say == "no_such_time"


def test_a_day_later_by_the_stopwatch_may_be_another_time_on_the_wall():
    eve = datetime(2026, 3, 28, 12, tzinfo=BERLIN)

    assert later(eve, DAY) == datetime(2026, 3, 29, 13, tzinfo=BERLIN)
    assert later(eve.date(), DAY) == datetime(2026, 3, 29, tzinfo=BERLIN).date()
    assert opening(eve.date(), BERLIN) == datetime(2026, 3, 28, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("", "", "2026-03-14T23:00", "2026-03-22T23:00"),
        ("2026-03-20", "", "2026-03-19T23:00", "2026-03-26T23:00"),
        ("2026-03-20T10:00", "2026-03-20", "2026-03-20T09:00", "2026-03-20T23:00"),
        ("", "2026-03-20T10:00", "2026-03-14T23:00", "2026-03-20T09:00"),
    ],
)
def test_a_window_reaches_around_today_as_far_as_nothing_is_said(start, end, first, last):
    found = window(start, end, BERLIN, NOON, (DAY, 7 * DAY))

    assert [f"{one:%FT%H:%M}" for one in found] == [first, last]
    assert {one.tzinfo for one in found} == {UTC}


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        (NOON, "12:00"),
        (NOON.replace(hour=13), "12:00–13:00"),
        (NOON.replace(day=17, hour=0), "12:00–24:00"),
        (NOON.replace(day=18), "12:00 – 2026-03-18 12:00"),
    ],
)
def test_a_span_is_shown_by_the_clock(end, shown):
    assert clock((NOON, end)) == shown
