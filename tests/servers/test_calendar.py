"""The calendar tool against real CalDAV servers: what each operation does, and what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import mistune

from switchboard.errors import UnavailableError
from switchboard.sdk.adapter import Output
from tests.servers.caldav_servers import Asker, asking

pytest_plugins = ["tests.servers.caldav_servers"]

LUNCH = {"title": "Team lunch", "start": "2026-03-18T12:00", "end": "2026-03-18T13:00"}
RICH = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Elsewhere//EN
X-WR-CALNAME:kept
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART:20260318T110000Z
DURATION:PT45M
SUMMARY;LANGUAGE=en:Review
LOCATION:Room 4
CATEGORIES:one,two
ORGANIZER;CN=Bob:mailto:bob@example.com
ATTENDEE;CN="Li, Lei";PARTSTAT=ACCEPTED;X-NUM=1:mailto:li@example.com
X-CUSTOM;X-PARAM=a:kept as it is
{more}BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:soon
END:VALARM
END:VEVENT
END:VCALENDAR
"""
ZONE = "Times are those of Europe/Berlin."


def rich(uid: str, more: str = "") -> str:
    return RICH.format(uid=uid, more=more)


def insist(ask: Asker, operation: str, **given: object) -> Output:
    """Run it again while the server is unavailable, as its effect class says one may.

    Xandikos answers 500 to one of two PUTs of an object that meet.
    """
    for _ in range(10):
        with suppress(UnavailableError):
            return ask(operation, **given)
    raise AssertionError


def test_a_created_event_is_listed(ask):
    made = ask("events.create", **LUNCH, location="Room [4]", description="bring *cake*")
    listed = ask("events.list")

    (event,) = listed.content["events"]
    assert event == made.content
    assert event["start"] == "2026-03-18T12:00:00+01:00"
    assert event["end"] == "2026-03-18T13:00:00+01:00"
    assert event["description"] == "bring *cake*"
    short = event["id"][:8]
    line = f"12:00–13:00 **Team lunch** · Room \\[4\\] · `{short}`"
    assert listed.text == f"**Wed 2026-03-18**\n- {line}\n\n{ZONE}"
    assert listed.tainted
    assert not made.tainted


def test_whose_clocks_it_is_is_said_and_that_a_new_event_is_over(ask):
    made = ask("events.create", title="Slip", start="2025-03-18T12:00")
    again = ask("events.create", title="Daily", start="2025-03-18T12:00", repeat="daily")
    whole = ask("events.create", title="Day", start="2026-03-18")

    assert made.text.endswith(f"This is in the past. {ZONE}")
    assert again.text.endswith(f"`\n\n{ZONE}")
    assert "\n" not in whole.text
    assert ask("events.update", id=made.content["id"], title="Old").text.endswith(ZONE)


def test_every_day_of_a_list_is_a_heading_of_its_own(ask):
    for day in (18, 19):
        ask("events.create", title="Tea", start=f"2026-03-{day}T12:00")

    text = ask("events.list").text.removesuffix(ZONE)
    read = mistune.create_markdown(renderer="ast")(text)
    assert [one["type"] for one in read if one["type"] != "blank_line"] == ["paragraph", "list"] * 2


def test_answers_are_in_the_language_of_the_asker(ask):
    ask.locale = "zh"
    made = ask("events.create", title="团队午餐", start="2026-03-18 12:00", location="四号会议室")

    assert made.text.startswith("已创建：2026-03-18 12:00–13:00 **团队午餐** · 四号会议室 · Work")
    assert ask("events.list").text.startswith("**2026-03-18 周三**\n- 12:00–13:00 **团队午餐**")
    assert ask("events.search", text="午餐").content["events"] == [made.content]
    assert "没有日程" in ask("events.search", text="晚餐").text


def test_the_same_creation_again_makes_no_second_event_and_undoes_no_change(ask, calendar):
    key = uuid4()
    first = ask("events.create", key=key, **LUNCH)
    before = calendar.raw()

    assert ask("events.create", key=key, **LUNCH) == first
    assert calendar.raw() == before
    ask("events.update", id=first.content["id"], title="Team dinner")
    assert ask("events.create", key=key, **LUNCH).content["title"] == "Team dinner"
    assert len(before) == len(calendar.raw()) == 1
    ask("events.create", **LUNCH)
    assert len(calendar.raw()) == 2


def test_the_same_creation_run_at_once_makes_one_event(ask, calendar):
    key = uuid4()
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(insist, ask, "events.create", key=key, **LUNCH) for _ in range(4)]
        texts = {run.result().text for run in runs}

    assert len(texts) == 1
    assert len(calendar.raw()) == 1


def test_search_looks_at_all_words_in_any_case(ask):
    ask("events.create", **LUNCH, location="Café Ödland")
    ask("events.create", title="Café", start="2026-06-01")

    def titles(text: str) -> list[str]:
        return [each["title"] for each in ask("events.search", text=text).content["events"]]

    assert titles("ödland LUNCH") == ["Team lunch"]
    assert titles("CAFÉ") == ["Team lunch", "Café"]
    assert titles("dinner") == []
    late = ask("events.search", text="café", from_="2026-05-01")
    assert [each["title"] for each in late.content["events"]] == ["Café"]


def test_an_update_changes_what_is_given_and_nothing_else(ask, calendar):
    assert calendar.put("r", rich("review-1@example.com")) == 201
    answer = ask("events.update", id="review-1", title="评审", start="2026-03-18T15:00")

    (raw,) = calendar.raw()
    expected = rich("review-1@example.com").replace(";LANGUAGE=en:Review", ":评审")
    expected = expected.replace(
        "DTSTART:20260318T110000Z\nDURATION:PT45M", "DTSTART:20260318T140000Z"
    )
    ours = ("DTEND", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
    left = sorted(line for line in raw.split("\n") if not line.startswith(ours))
    assert left == sorted(line for line in expected.split("\n") if not line.startswith(ours))
    assert "DTEND:20260318T144500Z" in raw
    assert "SEQUENCE:1" in raw
    assert answer.content["start"] == "2026-03-18T15:00:00+01:00"
    assert answer.tainted


def test_an_update_that_changes_nothing_writes_nothing_and_one_can_remove_a_text(ask, calendar):
    calendar.put("r", rich("review-1@example.com"))
    ask("events.update", id="review-1", location="Room 5")
    before = calendar.raw()
    ask("events.update", id="review-1", location="Room 5", title="Review")
    assert calendar.raw() == before

    assert ask("events.update", id="review-1", location="").content["location"] == ""
    assert "LOCATION" not in calendar.raw()[0]


def test_updates_at_once_do_not_undo_each_other(ask, calendar):
    calendar.put("r", rich("review-1@example.com"))
    changes = [{"title": "New"}, {"location": "Far"}, {"description": "Long"}]
    with ThreadPoolExecutor(3) as pool:
        runs = [
            pool.submit(insist, ask, "events.update", id="review-1", **each) for each in changes
        ]
        for run in runs:
            run.result()

    (event,) = ask("events.list").content["events"]
    assert (event["title"], event["location"], event["description"]) == ("New", "Far", "Long")


def test_an_event_is_deleted_once_and_then_as_gone_as_one_that_never_was(ask):
    made = ask("events.create", **LUNCH).content
    kept = ask("events.create", title="Kept", start="2026-03-19").content
    first = ask("events.delete", id=made["id"][:8])

    assert first.text.startswith("Deleted: 2026-03-18 12:00–13:00 **Team lunch**")
    for gone in (made["id"][:8], "no-such-thing"):
        again = ask("events.delete", id=gone)
        assert again.text == ask.tool.phrase("gone", "en", id=gone)
        assert not again.tainted
        assert ask.refused("events.update", id=gone, title="x") == "no_event"
    assert ask("events.list").content["events"] == [kept]


def test_calendars_are_found_by_name(ask, calendar):
    calendar.add("home")
    ask("events.create", **LUNCH, calendar="home")

    answer = ask("calendars.list")
    assert answer.text == "Calendars:\n- Home\n- Work"
    assert answer.content == {"calendars": ["Home", "Work"]}
    assert [each["calendar"] for each in ask("events.list").content["events"]] == ["Home"]
    assert ask("events.list", calendar="Work").content["events"] == []
    for operation in ("events.list", "freebusy.query"):
        assert ask.refused(operation, calendar="Garden") == "no_calendar"
    assert ask.refused("events.create", **LUNCH, calendar="Garden") == "no_calendar"
    assert ask.refused("events.create", **LUNCH) == "which_calendar"


def test_the_configured_calendar_is_the_default(calendar):
    calendar.add("home")
    ask = asking(calendar.endpoint, calendar="Home")
    made = ask("events.create", **LUNCH).content
    ask("events.create", **LUNCH, calendar="Work")

    assert made["calendar"] == "Home"
    assert ask("events.list").content["events"] == [made]
    assert ask("calendars.list").content == {"calendars": ["Home", "Work"]}


def test_a_list_of_tasks_is_no_place_for_events(ask, calendar):
    calendar.add("tasks", "VTODO")

    assert ask("events.create", **LUNCH).content["calendar"] == "Work"
    assert ask("calendars.list").content == {"calendars": ["Tasks", "Work"]}


def test_busy_times_are_merged_and_cut_to_what_is_asked(ask, calendar):
    for uid, start, more in (
        ("a", "T100000Z", ""),
        ("b", "T103000Z", ""),  # overlaps a
        ("c", "T111500Z", ""),  # touches b
        ("d", "T150000Z", "TRANSP:TRANSPARENT\n"),
        ("e", "T160000Z", "STATUS:CANCELLED\n"),
        ("g", "T170000Z", "X-MICROSOFT-CDO-BUSYSTATUS:FREE\n"),
        ("h", "T180000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:Alice@example.com\n"),
        ("f", "T224500Z", ""),  # up to 00:30 in Berlin
    ):
        calendar.put(uid, rich(uid, more).replace("T110000Z", start))

    answer = ask("freebusy.query", from_="2026-03-18", to="2026-03-18")
    busy = [(each["start"], each["end"]) for each in answer.content["busy"]]
    assert busy == [
        ("2026-03-18T11:00:00+01:00", "2026-03-18T13:00:00+01:00"),
        ("2026-03-18T23:45:00+01:00", "2026-03-19T00:00:00+01:00"),
    ]
    assert answer.text.endswith(f"**Wed 2026-03-18**\n- 11:00–13:00\n- 23:45–24:00\n\n{ZONE}")
    assert not answer.tainted
    assert "Free all the time" in ask("freebusy.query", from_="2026-03-20").text


def test_others_words_cannot_pass_for_markdown(ask, calendar):
    nasty = "[Click](https://evil.example)\\n# `now` <b>" + "x" * 300
    calendar.put("n", rich("nasty-1").replace("Review", nasty))
    answer = ask("events.list")

    _, line = answer.text.removesuffix(ZONE).strip().split("\n")
    assert "\\[Click\\](https://evil.example) \\# \\`now\\` \\<b\\>xxx" in line
    assert len(line) < 200
    assert answer.content["events"][0]["title"].startswith("[Click](https://evil.example)\n#")


def test_a_long_list_is_cut_for_people_and_whole_for_machines(ask):
    ask("events.create", title="Daily", start="2026-03-18T09:00", repeat="daily")
    answer = ask("events.list", from_="2026-03-18", to="2026-05-06")

    assert len(answer.content["events"]) == 50
    assert answer.text.count("Daily") == 40
    assert answer.text.endswith(f"… and 10 more; ask for a shorter time to see them.\n\n{ZONE}")
