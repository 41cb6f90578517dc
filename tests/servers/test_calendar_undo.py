"""A deletion against real CalDAV servers: shown before it is done, and taken back to the byte."""

import re

import pytest
from caldav.davclient import DAVClient

from switchboard.errors import RejectedError
from tests.servers.caldav_servers import DAILY, MOVED, written
from tests.servers.test_calendar import LUNCH, rich

pytest_plugins = ["tests.servers.caldav_servers"]

SERIES = written(DAILY, after=MOVED)
OBJECTS = {"event": rich("whole-1"), "series": SERIES, "feed": SERIES.replace("\n", "\r\n")}
IDS = {"event": "whole-1", "series": "series-1", "feed": "series-1"}
DAY = "2026-03-03"


@pytest.fixture(params=OBJECTS)
def kind(request, calendar):
    """A kind of object, which is in the calendar."""
    assert calendar.put(IDS[request.param], OBJECTS[request.param]) in {200, 201, 204}
    return request.param


@pytest.fixture
def asked(monkeypatch):
    """The methods of all that the server is asked from now on."""
    found, usual = [], DAVClient.request

    def request(self, url, method="GET", *rest, **more):
        found.append(method)
        return usual(self, url, method, *rest, **more)

    monkeypatch.setattr(DAVClient, "request", request)
    return found


def stored(calendar):
    """Every object to the byte, by its address."""
    with calendar.client() as client:
        found = client.calendar(url=calendar.url).search(event=True, post_filter=False)
        return {str(one.url): one.load().raw_data for one in found}


def test_a_preview_says_which_event_how_it_repeats_and_who_is_invited(ask, calendar, asked):
    more = "RRULE:FREQ=WEEKLY;BYDAY=WE\nRDATE:20260320T110000Z,20260321T110000Z\n"
    calendar.put("whole-1", rich("whole-1", more))
    before = stored(calendar)
    asked.clear()

    shown = ask.preview("events.delete", id="whole-1")

    event, *notes = shown.text.split("\n\n")[0], *shown.text.split("\n\n")[-1].splitlines()
    assert event == (
        "This event is deleted: 2026-03-18 12:00–12:45 **Review** ↻ · Room 4 · Work · `whole-1`"
    )
    assert notes == [
        "- It repeats: `FREQ=WEEKLY;BYDAY=WE`",
        "- It takes place on 2 days more.",
        "- Invited (1), and perhaps told by their calendar: li@example.com",
    ]
    assert set(asked) <= {"PROPFIND", "REPORT", "GET"}
    assert stored(calendar) == before
    assert re.fullmatch("[0-9a-f]{64}", shown.shown)
    assert shown.tainted


def test_what_is_shown_is_what_is_deleted(ask, calendar, kind):
    ask("events.create", **LUNCH)
    shown = ask.preview("events.delete", id=IDS[kind])

    done = ask("events.delete", id=IDS[kind])

    line = shown.text.partition(": ")[2].split("\n")[0]
    assert done.text.startswith(f"Deleted: {line}")
    assert [one for one in calendar.raw() if IDS[kind] in one] == []
    assert len(calendar.raw()) == 1


def test_what_is_deleted_comes_back_to_the_byte(ask, calendar, kind):
    ask("events.create", **LUNCH)
    before = stored(calendar)
    ask.preview("events.delete", id=IDS[kind])
    ask("events.delete", id=IDS[kind])
    assert len(stored(calendar)) == 1

    back = ask.undo("events.delete", id=IDS[kind])

    assert back.text.startswith("It is back: ")
    assert stored(calendar) == before
    again = ask.undo("events.delete", id=IDS[kind])
    assert again == back
    assert stored(calendar) == before
    assert ask.happened[-2:] == ["events.delete"] * 2


@pytest.mark.parametrize("day", [DAY, "2026-03-06"])
@pytest.mark.parametrize("name", ["series", "feed"])
def test_one_occurrence_comes_back_to_the_byte(ask, calendar, name, day):
    """The one that differs too, with what it differs by."""
    calendar.put("series-1", OBJECTS[name])
    before, times = stored(calendar), ask.times("2026-03-01", "2026-03-09")
    shown = ask.preview("events.delete", id="series-1", occurrence=day)
    assert shown.text.startswith(f"The occurrence of {day} is deleted; the rest stays: ")
    ask("events.delete", id="series-1", occurrence=day)
    assert len(ask.times("2026-03-01", "2026-03-09")) == len(times) - 1

    for _ in range(2):
        ask.undo("events.delete", id="series-1", occurrence=day)

        assert stored(calendar) == before
    assert ask.times("2026-03-01", "2026-03-09") == times


@pytest.mark.parametrize("occurrence", ["", DAY])
def test_what_has_changed_since_it_was_shown_is_not_deleted(ask, calendar, occurrence):
    calendar.put("series-1", SERIES)
    ask.preview("events.delete", id="series-1", occurrence=occurrence)
    ask("events.update", id="series-1", title="Standup, renamed")
    before = stored(calendar)

    assert ask.refused("events.delete", id="series-1", occurrence=occurrence) == "changed_since"
    assert stored(calendar) == before
    assert ask.saved == {}


def test_the_beginning_of_an_id_is_the_event_that_was_shown(ask, calendar):
    first, second = "common-0001-1111", "common-0001-2222"
    calendar.put("a", rich(first))
    ask.preview("events.delete", id="common-0001")
    ask.preview("events.delete", id="common-0001")
    with calendar.client() as client:
        client.delete(f"{calendar.url}a.ics")
    calendar.put("b", rich(second))
    before = stored(calendar)

    assert ask.refused("events.delete", id="common-0001") == "changed_since"
    assert stored(calendar) == before


def test_what_is_gone_already_needs_no_deletion_and_no_undo(ask, calendar):
    made = ask("events.create", **LUNCH).content["id"]
    ask.preview("events.delete", id=made)
    with calendar.client() as client:
        client.delete(next(iter(stored(calendar))))

    assert ask("events.delete", id=made).text.startswith("There is no event")
    assert ask.saved == {}


def test_what_is_not_there_is_not_asked_about(ask, calendar):
    calendar.put("series-1", SERIES)

    for given in ({"id": "nothing-here"}, {"id": "series-1", "occurrence": "2026-03-04"}):
        with pytest.raises(RejectedError, match=r"gone|no such event"):
            ask.preview("events.delete", **given)


@pytest.mark.parametrize("occurrence", ["", DAY])
def test_what_others_have_done_since_is_not_undone(ask, calendar, occurrence):
    calendar.put("series-1", SERIES)
    ask("events.delete", id="series-1", occurrence=occurrence)
    calendar.put("series-1", SERIES.replace("Standup", "Somebody else's"))
    before = stored(calendar)

    with pytest.raises(RejectedError, match="changed since"):
        ask.undo("events.delete", id="series-1", occurrence=occurrence)
    assert stored(calendar) == before


def test_a_series_that_is_gone_meanwhile_gets_no_occurrence_back(ask, calendar):
    calendar.put("series-1", SERIES)
    ask("events.delete", id="series-1", occurrence=DAY)
    with calendar.client() as client:
        client.delete(f"{calendar.url}series-1.ics")

    with pytest.raises(RejectedError, match="changed since"):
        ask.undo("events.delete", id="series-1", occurrence=DAY)
    assert stored(calendar) == {}
