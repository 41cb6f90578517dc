"""The calendar tool when others fail: broken objects, wrong passwords, servers that are ill."""

import socket
import time
from pathlib import Path

import pytest
from dulwich import porcelain

from functions.tools.calendar import adapter
from switchboard.errors import BadRequestError, NotAllowedError, RateLimitedError, UnavailableError
from tests.servers.caldav_servers import (
    Asker,
    Calendar,
    answering,
    asking,
    free_port,
    serving,
    written,
)

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
        written("DTSTART:20260318T110000Z").replace("UID:series-1\n", "").encode(),
    ],
)
def test_a_broken_object_does_not_hide_the_others(ask: Asker, calendar: Calendar, content: bytes):
    made = ask("events.create", **GOOD).content
    smuggle(calendar, "broken.ics", content)

    listed = ask("events.list")
    assert listed.content["events"] == [made]
    assert ask("events.search", text="good").content["events"] == [made]
    assert len(ask("freebusy.query").content["busy"]) == 1
    assert ask("events.update", id=made["id"][:8], title="Better").content["title"] == "Better"
    assert "Deleted" in ask("events.delete", id=made["id"][:8]).text
    assert "no event" in ask("events.delete", id="series-1").text


def test_one_broken_end_that_makes_a_server_fail_is_counted(ask: Asker, calendar: Calendar):
    if calendar.kind == "radicale":
        bad = written("DTSTART:20260318T110000Z\nRRULE:FREQ=DAILY;INTERVAL=1;BYSETPOS=1")
    else:
        bad = written("DTSTART:20260318T110000Z\nDTEND:nonsense")
    ask("events.create", **GOOD)
    assert calendar.put("bad", bad) == 201

    listed = ask("events.list")
    assert [each["title"] for each in listed.content["events"]] == ["Good"]
    assert listed.content["unreadable"] == 1
    assert listed.text.endswith("could not be read and are not shown: 1.")


def test_a_wrong_password_is_said_and_not_tried_again(tmp_path: Path):
    with serving("radicale", tmp_path) as address:
        ask = asking(f"{address}/", password="wrong")

        for operation, given in (("events.list", {}), ("events.create", GOOD)):
            assert ask.refused(operation, **given) == "not_let_in"


def test_a_server_that_is_down_is_unavailable():
    ask = asking(f"http://127.0.0.1:{free_port()}/")

    for operation, given in (("events.list", {}), ("events.create", GOOD)):
        with pytest.raises(UnavailableError):
            ask(operation, **given)


def test_a_server_that_goes_away_is_unavailable(tmp_path: Path):
    with serving("xandikos", tmp_path) as address:
        ask = asking(f"{address}/")
        assert ask.refused("calendars.list") == "not_caldav"  # there are none yet

    with pytest.raises(UnavailableError):
        ask("calendars.list")


def test_a_server_that_never_answers_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    assert adapter.TIMEOUT == 10
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ask = asking(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            ask("events.list")

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (500, {}, UnavailableError),
        (502, {}, UnavailableError),
        (503, {}, UnavailableError),
        (302, {"Location": "http://127.0.0.1:1/"}, UnavailableError),
    ],
)
def test_a_server_that_is_ill_is_unavailable(status: int, headers: dict[str, str], error: type):
    with answering(status, headers) as address, pytest.raises(error) as caught:
        asking(address)("events.list")

    assert type(caught.value) is UnavailableError


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [(429, {"Retry-After": "7"}, 7), (429, {}, 60), (503, {"Retry-After": "90"}, 90)],
)
def test_a_server_that_asks_to_slow_down_is_obeyed(
    status: int, headers: dict[str, str], wait: float
):
    with answering(status, headers) as address, pytest.raises(RateLimitedError) as caught:
        asking(address)("events.list")

    assert caught.value.retry_after == wait


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
def test_an_answer_that_no_retry_would_change_is_explained(
    status: int, headers: dict[str, str], body: bytes, phrase: str
):
    with answering(status, headers, body) as address:
        assert asking(address).refused("events.list") == phrase


def test_what_is_kept_for_the_log_names_no_secret(tmp_path: Path):
    with serving("radicale", tmp_path) as address, pytest.raises(NotAllowedError) as caught:
        asking(f"{address}/", password="hunter2-wrong")("events.list")

    assert caught.value.detail == "the vendor answered 401"
    assert "hunter2" not in f"{caught.value.values}{caught.value}"


def test_a_refusal_is_an_error_people_can_read(ask: Asker):
    with pytest.raises(BadRequestError) as caught:
        ask("events.create", title="x", start="next tuesday")

    assert caught.value.say == "not_a_time"
    assert caught.value.values == {"value": "next tuesday"}
