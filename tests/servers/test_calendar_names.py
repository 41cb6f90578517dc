"""The calendar tool and names: which event, and which calendar, is meant."""

from uuid import uuid4

from tests.servers.test_calendar import LUNCH, rich

pytest_plugins = ["tests.servers.caldav_servers"]


def test_the_beginning_of_an_id_is_enough_when_only_one_begins_so(ask, calendar):
    for uid in ("meeting-1", "meeting-12", "meeting-1@a", "another@b"):
        calendar.put(uid, rich(uid))

    assert ask.refused("events.update", id="meeting-", title="x") == "ambiguous"
    assert ask.refused("events.delete", id="MEETING-") == "ambiguous"
    assert ask.refused("events.update", id="another", title="x") == "no_event"  # too short
    assert ask("events.update", id="ANOTHER@", title="x").content["id"] == "another@b"
    assert ask("events.update", id="meeting-1", title="x").content["id"] == "meeting-1"
    listed = ask("events.list").text
    assert all(f"`{uid}`" in listed for uid in ("meeting-1", "meeting-12"))
    assert len(ask("events.list").content["events"]) == 4


def test_a_second_try_changes_nothing_that_the_first_did_not_mean(ask, calendar):
    for uid in ("standup-1", "standup-10", "standup-a", "standup-ab"):
        calendar.put(uid, rich(uid))
    key = uuid4()
    assert ask("events.delete", key=key, id="standup-a").content["id"] == "standup-a"

    assert "no event" in ask("events.delete", key=key, id="standup-a").text
    # Nor does another call take a whole number for the beginning of one.
    ask("events.delete", id="standup-1")
    assert "no event" in ask("events.delete", id="standup-1").text
    left = [each["id"] for each in ask("events.list").content["events"]]
    assert sorted(left) == ["standup-10", "standup-ab"]


def test_an_object_of_several_events_is_read_and_left_alone(ask, calendar):
    two = rich("first-event") + rich("second-event")
    two = two.replace("END:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Elsewhere//EN\n", "")
    taken = calendar.put("two", two.replace("X-WR-CALNAME:kept\n", "")) < 400
    assert taken is (calendar.kind == "xandikos")  # Radicale takes no such object
    before = calendar.raw()

    listed = [each["id"] for each in ask("events.list").content["events"]]
    assert sorted(listed) == (["first-event", "second-event"] if taken else [])
    for operation, given in taken * (("events.delete", {}), ("events.update", {"title": "x"})):
        assert ask.refused(operation, id="first-event", **given) == "unreadable_event"
    assert calendar.raw() == before


def test_calendars_of_one_name_are_told_apart_by_their_paths(ask, calendar):
    other = calendar.add("work2", title="Work")
    calendar.put("a", rich("review-1"))
    calendar.put("b", rich("review-2").replace("T110000Z", "T150000Z"), other)

    assert ask("calendars.list").text == "Calendars:\n- Work (work)\n- Work (work2)"
    for given in ({}, {"calendar": "Work"}):
        assert len(ask("events.list", **given).content["events"]) == 2
        assert len(ask("freebusy.query", **given).content["busy"]) == 2
        assert "Work (work), Work (work2)" in ask.told("events.create", **LUNCH, **given)
    for name, begun in (("work2", "16:00"), ("Work (work2)", "16:00"), ("alice/", "")):
        if begun:
            assert begun in ask("events.list", calendar=name).text
            ask("events.create", **LUNCH, calendar=name)
        else:
            assert ask.refused("events.list", calendar=name) == "no_calendar"
    assert len(calendar.raw()) == 1


def test_one_invitation_in_two_calendars_needs_a_calendar(ask, calendar):
    home = calendar.add("home")
    calendar.put("r", rich("review-1"))
    calendar.put("r", rich("review-1"), home)

    assert ask.refused("events.delete", id="review-1") == "ambiguous"
    assert "Deleted" in ask("events.delete", id="review-1", calendar="home").text
    assert len(calendar.raw()) == 1
