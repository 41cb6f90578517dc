"""Calendars as programs export them: read alike in two zones, and kept when they are changed."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from msgspec import json

from functions.tools.calendar import changes, occurrences
from functions.tools.calendar.models import UpdateEvent
from functions.tools.calendar.parsing import parsed
from switchboard.sdk.kit.times.moments import opening

EXPORTS = sorted(Path("tests/calendars").glob("*.ics"))
ANSWERS = json.decode(Path("tests/calendars/answers.json").read_bytes())
OWN = {"feishu", "thunderbird", "wecom"}
"""Zones by an offset or a slip, and EXRULE: recurring-ical-events knows none."""
NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
SPAN = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC))


def listed(raw: bytes, zone: str) -> list[str]:
    """When each is, from and to, with a dot when it takes no time."""
    found = sorted(occurrences.expand(raw, SPAN, ZoneInfo(zone)), key=lambda one: one.start)
    return [
        f"{each.start:%m-%d %H:%M}-{each.end:%H:%M} {each.title}{'' if each.busy else ' .'}"
        for each in found
    ]


def test_ten_programs_are_there():
    assert [path.stem for path in EXPORTS] == sorted(ANSWERS)
    assert len(EXPORTS) == 10


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
class TestExport:
    @pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai"])
    def test_its_events_are_when_they_are_meant(self, path, zone):
        assert listed(path.read_bytes(), zone) == ANSWERS[path.stem][zone]

    def test_a_change_keeps_all_else(self, path):
        raw, change = path.read_bytes(), UpdateEvent(id="x", title="New")
        edited = changes.change(raw, change, ZoneInfo("UTC"), NOW)

        for zone, answers in ANSWERS[path.stem].items():
            when = [line[:17] for line in answers]
            assert [line[:17] for line in listed(edited, zone)] == when
        assert lines(raw) <= lines(edited)
        assert changes.change(edited, change, ZoneInfo("UTC"), NOW) is None


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - OWN))
def test_another_library_reads_the_same(name):
    raw = Path(f"tests/calendars/{name}.ics").read_bytes()
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(*SPAN)
    theirs = [opening(part.start, UTC).astimezone(UTC) for part in found]

    assert sorted(theirs) == sorted(
        one.start for one in occurrences.expand(raw, SPAN, ZoneInfo("UTC"))
    )


def lines(raw: bytes) -> set[str]:
    """All that is said in it and that a change of a title does not change."""
    ours = ("SUMMARY", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
    (calendar,) = parsed(raw)
    return {
        f"{part.name} {line}"
        for part in calendar.walk()
        for line in map(str, part.content_lines())
        if not line.startswith(ours)
    }
