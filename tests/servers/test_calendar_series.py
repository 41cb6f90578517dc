"""The calendar tool and events that repeat: rules, exceptions, and changes to all or to one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from functions.tools.calendar import occurrences
from functions.tools.calendar.objects import UnreadableError
from switchboard.sdk.kit.times.moments import DAY
from tests.servers.caldav_servers import DAILY, MOVED, NOW, written

pytest_plugins = ["tests.servers.caldav_servers"]

BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = """DTSTART;TZID=Europe/Berlin:20260316T100000
DURATION:PT30M
RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260415T080000Z"""


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=40",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    ],
)
def test_the_server_counts_the_same_occurrences(ask, calendar, rule):
    # Radicale 3.9.0 expands in the offset of the first occurrence and misses changes of the clocks.
    ask.timezone = {"radicale": "UTC", "xandikos": "Europe/Berlin"}[calendar.kind]
    zone = ZoneInfo(ask.timezone)
    ask("events.create", title="Rule", start="2026-02-20T10:00", rrule=rule)
    first, last = datetime(2026, 3, 1, tzinfo=zone), datetime(2026, 12, 1, tzinfo=zone)
    with calendar.client() as client:
        found = client.calendar(url=calendar.url).search(
            event=True, start=first, end=last, expand=True, server_expand=True, post_filter=False
        )
        theirs = {
            part.start.astimezone(UTC)
            for each in found
            for part in icalendar.Calendar.from_ical(each.data).walk("VEVENT")
        }

    ours = ask("events.list", from_="2026-03-01", to="2026-11-30").content["events"]
    assert {datetime.fromisoformat(each["start"]) for each in ours} == theirs
    assert len(theirs) > 1


def test_exceptions_of_a_series_are_left_out_moved_or_cancelled(ask, calendar):
    calendar.put("s", written(DAILY, after=MOVED))

    assert ask.starts("2026-03-01", "2026-03-31") == [
        "2026-03-02T10:00:00+01:00 Standup",
        "2026-03-03T10:00:00+01:00 Standup",
        "2026-03-06T15:00:00+01:00 Long standup",
        "2026-03-08T10:00:00+01:00 Standup",
    ]
    busy = ask("freebusy.query", from_="2026-03-06", to="2026-03-07").content["busy"]
    assert [each["start"] for each in busy] == ["2026-03-06T15:00:00+01:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;COUNT=9999999",
        "FREQ=FOO",
        "COUNT=2",
        "FREQ=DAILY;BYMONTHDAY=99",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=HOURLY;BYYEARDAY=400",
        "FREQ=MONTHLY;RSCALE=CHINESE",
        "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD",
        "FREQ=DAILY;BYEASTER=0",
    ],
)
def test_a_rule_nobody_can_follow_makes_the_event_unreadable(rule):
    with pytest.raises(UnreadableError):
        followed(rule)


def followed(rule: str) -> list[occurrences.Occurrence]:
    """Today's of an event that has repeated for years."""
    raw = written(f"DTSTART:20200101T100000Z\nRRULE:{rule}").encode()
    return occurrences.expand(raw, (NOW, NOW + DAY), BERLIN)


def test_a_last_day_belongs_to_the_series(ask, calendar):
    ask("events.create", title="a", start="2026-03-16T20:00", repeat="daily", until="2026-03-17")
    ask("events.create", title="b", start="2026-03-16", repeat="daily", until="2026-03-17")
    calendar.put(
        "s", written("DTSTART;TZID=Europe/Berlin:20260316T210000\nRRULE:FREQ=DAILY;UNTIL=20260317")
    )

    days = [
        each.split()[0][:10] + each.split()[1] for each in ask.starts("2026-03-16", "2026-03-20")
    ]
    assert days == [f"2026-03-{day}{who}" for day in (16, 17) for who in ("b", "a", "Standup")]


def test_a_month_without_a_31st_has_no_occurrence(ask):
    ask("events.create", title="Pay", start="2026-01-31", repeat="monthly")

    days = [each.split()[0] for each in ask.starts("2026-01-01", "2026-06-01")]
    assert days == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_moving_a_series_moves_its_exceptions_and_not_its_days(ask, calendar):
    calendar.put("s", written(DAILY, after=MOVED))
    # The day is that of any occurrence, even the one that stands elsewhere.
    ask("events.update", id="series-1", start="2026-03-06T11:30", end="2026-03-06T12:00")
    once = calendar.raw()
    ask("events.update", id="series-1", start="2026-03-06T11:30", end="2026-03-06T12:00")

    assert ask.starts("2026-03-01", "2026-03-31") == [
        "2026-03-02T11:30:00+01:00 Standup",
        "2026-03-03T11:30:00+01:00 Standup",
        "2026-03-06T15:00:00+01:00 Long standup",
        "2026-03-08T11:30:00+01:00 Standup",
    ]
    found = ask("events.list", from_="2026-03-01", to="2026-03-31").content["events"]
    assert [each["end"][11:16] for each in found] == ["12:00", "12:00", "15:45", "12:00"]
    assert calendar.raw() == once


def test_a_series_moves_by_the_clock_on_the_wall(ask, calendar):
    calendar.put("s", written(PLAIN))
    # It is found in summer and began in winter.
    ask("events.update", id="series-1", start="2026-04-01T17:00")

    days = [f"03-{day}" for day in (16, 18, 23, 25, 30)]
    days += [f"04-{day:02}" for day in (1, 6, 8, 13, 15)]
    assert ask.times("2026-03-16", "2026-04-30") == [f"{day} 17:00" for day in days]


def test_a_series_can_last_longer_without_moving(ask, calendar):
    calendar.put("s", written(DAILY, after=MOVED))
    ask("events.update", id="series-1", duration=60)

    found = ask("events.list", from_="2026-03-01", to="2026-03-31").content["events"]
    assert [each["end"][11:16] for each in found] == ["11:00", "11:00", "15:45", "11:00"]


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        ({"start": "2026-03-17T12:00"}, "no_occurrence"),  # a Tuesday
        ({"start": "2026-03-18"}, "mixed_kinds"),
        ({"end": "2026-03-18T12:00"}, "end_needs_start"),
        ({"start": "2026-03-18T12:00", "end": "2026-03-18T11:00"}, "ends_before"),
        ({"until": "2026-05-01"}, "two_rules"),
        ({"rrule": "FREQ=NEVER"}, "bad_rule"),
    ],
)
def test_a_change_that_a_series_cannot_take_leaves_it_alone(ask, calendar, given, phrase):
    calendar.put("s", written(PLAIN))
    before = calendar.raw()

    assert ask.refused("events.update", id="series-1", **given) == phrase
    assert calendar.raw() == before


def test_a_new_title_reaches_the_occurrences_that_had_the_old_one(ask, calendar):
    moved = MOVED.replace("STATUS:CANCELLED\n", "LOCATION:Garden\n")
    calendar.put("s", written(DAILY, after=moved))
    ask("events.update", id="series-1", title="Sync", location="Room 4")

    found = ask("events.list", from_="2026-03-06", to="2026-03-08").content["events"]
    assert [each["title"] for each in found] == ["Long standup", "Sync", "Sync"]
    assert [each["location"] for each in found] == ["Room 4", "Garden", "Room 4"]


def test_a_new_rule_starts_clean_and_the_same_rule_changes_nothing(ask, calendar):
    calendar.put("s", written(DAILY, after=MOVED))
    before = calendar.raw()
    ask("events.update", id="series-1", rrule="freq=daily;until=20260308T090000Z")
    assert calendar.raw() == before

    ask("events.update", id="series-1", repeat="weekly", until="2026-03-16")
    assert ask.times("2026-03-01", "2026-04-30") == ["03-02 10:00", "03-09 10:00", "03-16 10:00"]
    assert "EXDATE" not in calendar.raw()[0]

    ask("events.update", id="series-1", repeat="none")
    assert ask.times("2026-03-01", "2026-04-30") == ["03-02 10:00"]


def test_one_occurrence_is_deleted_where_it_stands_and_the_rest_stays(ask, calendar):
    calendar.put("s", written(DAILY, after=MOVED))
    first = ask("events.delete", id="series-1", occurrence="2026-03-03")
    once = calendar.raw()
    second = ask("events.delete", id="series-1", occurrence="2026-03-03")

    assert "Deleted the occurrence of 2026-03-03" in first.text
    assert "has no occurrence on 2026-03-03 (any more)" in second.text
    assert calendar.raw() == once
    assert ask.times("2026-03-01", "2026-03-31") == ["03-02 10:00", "03-06 15:00", "03-08 10:00"]

    ask("events.delete", id="series-1", occurrence="2026-03-06T15:00")  # it was moved there
    assert ask.times("2026-03-01", "2026-03-31") == ["03-02 10:00", "03-08 10:00"]
    assert "Long standup" not in calendar.raw()[0]
    gone = ask("events.delete", id="nosuchthing", occurrence="2026-03-06")
    assert "no event `nosuchthing`" in gone.text


def test_the_occurrence_of_a_day_is_that_of_whoever_asks(ask):
    ask.timezone = "America/New_York"
    made = ask("events.create", title="Late", start="2026-03-16T20:00", rrule="FREQ=DAILY;COUNT=3")
    ask.timezone = "Asia/Shanghai"
    ask("events.delete", id=made.content["id"], occurrence="2026-03-18")

    assert ask.times("2026-03-16", "2026-03-31") == ["03-17 08:00", "03-19 08:00"]


def test_what_does_not_repeat_has_no_occurrence_to_delete(ask):
    made = ask("events.create", title="Once", start="2026-03-16").content

    refused = ask.refused("events.delete", id=made["id"], occurrence="2026-03-16")
    assert refused == "does_not_repeat"
    assert ask.refused("events.delete", id=made["id"], occurrence="soon") == "not_a_time"
    assert len(ask("events.list").content["events"]) == 1


def test_days_that_repeat_lose_the_right_one(ask):
    made = ask("events.create", title="Duty", start="2026-03-16", rrule="FREQ=DAILY;COUNT=3")
    ask("events.delete", id=made.content["id"], occurrence="2026-03-17")

    assert ask.starts("2026-03-01", "2026-03-31") == ["2026-03-16 Duty", "2026-03-18 Duty"]
