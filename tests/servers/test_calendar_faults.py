"""The calendar tool when others fail: broken objects, wrong passwords, servers that are ill."""

import logging
import sys
import warnings

import pytest
from caldav.lib import vcal
from dulwich import porcelain

from functions.tools.calendar import adapter
from switchboard import loggers
from switchboard.errors import RateLimitedError, UnavailableError
from tests.kit.servers import Told, serving
from tests.servers import caldav_servers
from tests.servers.caldav_servers import USER, Calendar, asking, written

pytest_plugins = ["tests.servers.caldav_servers"]

GOOD = {"title": "Good", "start": "2026-03-18T12:00"}


def smuggle(calendar: Calendar, name: str, content: bytes) -> None:
    """Put an object into the server's store that it would not take from anybody."""
    (calendar.store / name).write_bytes(content)
    if calendar.kind == "xandikos":
        porcelain.add(str(calendar.store), [str(calendar.store / name)])
        porcelain.commit(str(calendar.store), message=b"x", author=b"a <a@b>", committer=b"a <a@b>")


@pytest.mark.parametrize(
    "content",
    [
        b"garbage \xff\xfe",
        b"",
        written("DTSTART:nonsense").encode(),
        written("DTSTART:20260318T110000Z\nDTEND:20260318T1").encode(),
        written("X-NO:START").encode(),
        written("DTSTART;TZID=Our Office:20260318T110000").encode(),
    ],
)
def test_a_broken_object_does_not_hide_the_others(ask, calendar, content):
    made = ask("events.create", **GOOD).content
    smuggle(calendar, "broken.ics", content)

    listed = ask("events.list")
    assert listed.content["events"] == [made]
    assert ask("events.search", text="good").content["events"] == [made]
    assert len(ask("freebusy.query").content["busy"]) == 1
    assert ask("events.update", id=made["id"][:8], title="Better").content["title"] == "Better"
    assert "Deleted" in ask("events.delete", id=made["id"][:8]).text
    ask("events.delete", id="series-1")  # done where it has an id, and told without its words
    assert "no event" in ask("events.delete", id="series-1").text


def test_one_broken_end_that_makes_a_server_fail_is_counted(ask, calendar):
    if calendar.kind == "radicale":
        bad = written("DTSTART:20260318T110000Z\nRRULE:FREQ=SECONDLY")
    else:
        bad = written("DTSTART:20260318T110000Z\nDTEND:nonsense")
    ask("events.create", **GOOD)
    assert calendar.put("bad", bad) == 201

    listed = ask("events.list")
    assert [each["title"] for each in listed.content["events"]] == ["Good"]
    assert listed.content["unreadable"] == 1
    assert "could not be read and are not shown: 1." in listed.text


def test_a_server_that_fails_at_all_at_once_is_asked_for_each(ask, calendar):
    """Xandikos does: of a time, when one is odd, and of several by name, when an alarm is."""
    made = ask("events.create", **GOOD).content
    alarm = "DTSTART:20260318T110000Z\nBEGIN:VALARM\nTRIGGER:hm\nEND:VALARM"
    dates = "DTSTART:20260101T090000Z\nRDATE:20260318T090000Z"
    for name, lines in {
        "iso": "DTSTART:2026-03-18T11:00:00Z",
        "alarm": alarm,
        "dates": dates,
    }.items():
        smuggle(calendar, f"{name}.ics", written(lines).replace("series-1", name).encode())

    listed = ask("events.list").content["events"]
    assert {"dates", made["id"]} <= {each["id"] for each in listed}
    assert ask("events.search", text="good").content["events"] == [made]


def test_what_the_library_warns_of_holds_no_word_of_an_event(ask, calendar, monkeypatch):
    said = []
    for name in ("lastResort", "_logRecordFactory"):
        monkeypatch.setattr(logging, name, getattr(logging, name))
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(sys.stdout)])
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(vcal, "fixup_error_loggings", 0)
    flawed = written("DTSTART:20260318T110000Z\nDESCRIPTION:canary ").replace("Standup", "canary")
    assert calendar.put("flawed", flawed) == 201
    loggers.hush(lambda *line: said.append(line))

    assert "canary" in ask("events.list").text
    assert ("WARNING", "caldav", "") in said
    assert "canary" not in repr(said)


def test_a_wrong_password_is_said_and_not_tried_again(tmp_path):
    with caldav_servers.serving("radicale", tmp_path) as address:
        ask = asking(f"{address}/", password="wrong")

        for operation, given in (("events.list", {}), ("events.create", GOOD)):
            assert ask.refused(operation, **given) == "not_let_in"


def test_a_server_that_is_lost_in_a_rule_is_asked_for_all(tmp_path, monkeypatch):
    monkeypatch.setattr(adapter, "TIMEOUT", 4)
    with caldav_servers.serving("radicale", tmp_path) as address:
        home = f"{address}/{USER}/"
        calendar = Calendar("radicale", f"{address}/", home, f"{home}work/", tmp_path)
        calendar.add("work", "Work")
        ask = asking(f"{address}/")
        ask("events.create", **GOOD)
        lost = written("DTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY;BYMONTH=1")
        assert calendar.put("lost", lost) == 201

        assert [each["title"] for each in ask("events.list").content["events"]] == ["Good"]


def test_a_server_that_goes_away_is_unavailable(tmp_path):
    with caldav_servers.serving("xandikos", tmp_path) as address:
        ask = asking(f"{address}/")
        assert ask.refused("calendars.list") == "not_caldav"  # there are none yet

    with pytest.raises(UnavailableError):
        ask("calendars.list")


def test_a_server_that_is_busy_and_says_until_when_is_obeyed():
    busy = Told(503, b"", {"Retry-After": "90"})
    with serving(busy) as server, pytest.raises(RateLimitedError) as caught:
        asking(server.url)("events.list")

    assert caught.value.retry_after == 90


@pytest.mark.parametrize(
    ("status", "headers", "body", "phrase"),
    [
        (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>", "not_caldav"),
        (200, {}, b"", "not_caldav"),
        (207, {"Content-Type": "text/xml"}, b"<a", "not_caldav"),
        (401, {"WWW-Authenticate": "Negotiate"}, b"", "not_caldav"),
        (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"", "not_let_in"),
        (401, {}, b"", "not_let_in"),
        (403, {}, b"", "not_permitted"),
        (404, {}, b"", "not_there"),
        (507, {}, b"", "full"),
    ],
)
def test_an_answer_that_no_retry_would_change_is_explained(status, headers, body, phrase):
    with serving(Told(status, body, headers)) as server:
        assert asking(server.url).refused("events.list") == phrase
