"""The calendar's zones: by whatever name others give them, and as files describe them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from functions.tools.calendar import occurrences, vtimezone
from functions.tools.calendar.objects import UnreadableError
from functions.tools.calendar.parsing import parsed
from functions.tools.calendar.zones import named
from tests.servers.caldav_servers import written

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        *(
            (name, "Europe/Berlin")
            for name in ("Europe/Berlin", "europe/berlin", '"Europe/Berlin"')
        ),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/example.org/20260101_1/America/Argentina/Salta", "America/Argentina/Salta"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe daylight time", "Europe/Berlin"),
        ("China Standard Time", "Asia/Shanghai"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("America/New York", "America/New_York"),
        ("Asia/Beijing", "Asia/Shanghai"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "Europe/Amsterdam"),
        ("(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai"),
        ("(UTC+08:00) 北京，重庆，香港特别行政区，乌鲁木齐", "Asia/Shanghai"),
        ("(GMT-05.00) Eastern Time (US & Canada)", "America/New_York"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("(UTC-07:00) Chihuahua, La Paz, Mazatlan", "America/Mazatlan"),
        ("(UTC-04:00) Georgetown, La Paz, Manaus, San Juan", "America/La_Paz"),
        ("(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("(UTC+13:00) Samoa", "Pacific/Apia"),
        ("(UTC-11:00) Coordinated Universal Time-11", "Etc/GMT+11"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        *(
            (name, "Etc/GMT-8")
            for name in ("GMT+0800", "UTC+8", "+08:00", "Etc/GMT-8", "(UTC+08:00)")
        ),
        *((name, "Etc/GMT+5") for name in ("UTC-5", "GMT -05.00", "UTC\u22125")),
        ("UTC+05:30", "UTC+05:30"),
        *(
            (name, "")
            for name in ("", "CST", "Berlin", "Customized Time Zone", "tzone://Microsoft/Custom")
        ),
        *(
            (name, "")
            for name in ("Nowhere/Else", "(UTC+01:00) Atlantis", "UTC+99", "Factory", "()")
        ),
    ],
)
def test_a_zone_is_known_by_its_names_or_not_at_all(name, zone):
    assert getattr(named(name), "key", "") == zone
    assert zone != "UTC+05:30" or named(name).utcoffset(None) == timedelta(hours=5, minutes=30)


def shape(zone: str) -> list[str]:
    """Each half of a zone's description with its rule."""
    halves = vtimezone.write(ZoneInfo(zone), zone, date(2026, 1, 1)).subcomponents
    return [
        f"{half.name} {half['RRULE'].to_ical().decode() if 'RRULE' in half else ''}"
        for half in halves
    ]


@pytest.mark.parametrize(
    ("zone", "halves"),
    [
        ("Europe/Berlin", ["STANDARD YEARLY;-1SU;10", "DAYLIGHT YEARLY;-1SU;3"]),
        ("Europe/Dublin", ["STANDARD YEARLY;-1SU;10", "DAYLIGHT YEARLY;-1SU;3"]),
        ("America/New_York", ["STANDARD YEARLY;1SU;11", "DAYLIGHT YEARLY;2SU;3"]),
        ("Australia/Sydney", ["STANDARD YEARLY;1SU;4", "DAYLIGHT YEARLY;1SU;10"]),
        *(
            (zone, ["STANDARD "])
            for zone in ("Asia/Shanghai", "America/Mexico_City", "UTC", "Asia/Amman")
        ),
    ],
)
def test_a_zone_is_written_with_one_rule_for_each_half_of_the_year(zone, halves):
    brief = [
        text.replace("FREQ=", "").replace("BYDAY=", "").replace("BYMONTH=", "")
        for text in shape(zone)
    ]

    assert brief == halves


@pytest.mark.parametrize(
    "zone",
    [
        *(
            "Europe/Berlin",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Africa/Cairo",
            "Asia/Jerusalem",
        ),
        *(
            "Africa/Casablanca",
            "America/Mexico_City",
            "Asia/Kathmandu",
            "America/Nuuk",
            "Pacific/Apia",
        ),
    ],
)
@pytest.mark.parametrize("year", [1985, 2021, 2026])
def test_a_written_zone_is_read_as_it_is(zone, year):
    real = ZoneInfo(zone)
    read = vtimezone.read(vtimezone.write(real, zone, date(year, 1, 1)).to_ical())
    turns = [turn for turn in vtimezone.found(real) if year < turn.at.year < 2050][-40:]
    around = [timedelta(seconds=seconds) for seconds in (-7200, -1800, -1, 0, 1799, 3599, 5400)]

    for at in (turn.at + each for turn in turns for each in around):
        theirs, ours = (at.replace(tzinfo=UTC).astimezone(each) for each in (real, read))
        assert (theirs.replace(tzinfo=None), theirs.fold) == (ours.replace(tzinfo=None), ours.fold)
        for fold in (0, 1):
            wall = theirs.replace(fold=fold)
            assert wall.utcoffset() == wall.replace(tzinfo=read).utcoffset()


ZONE = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
{more}END:STANDARD
END:VTIMEZONE
"""


def starts(tzid: str, *zones: str, more: str = "") -> str:
    """When noon there is in Berlin."""
    before = "".join(zones) + more
    raw = written(f'DTSTART;TZID="{tzid}":20260718T120000', before).encode()
    span = (datetime(2026, 7, 17, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC))
    return " ".join(f"{each.start:%H:%M}" for each in occurrences.expand(raw, span, BERLIN))


def test_the_description_in_a_file_is_for_that_file_alone():
    for offset, noon in (("+0530", "08:30"), ("-0300", "17:00"), ("+0530", "08:30")):
        zone = ZONE.format(tzid="Customized Time Zone", offset=offset, more="")
        assert starts("Customized Time Zone", zone) == noon

    with pytest.raises(UnreadableError):
        starts("Customized Time Zone")


def test_a_description_gives_way_to_a_name_that_all_know_unless_it_says_otherwise():
    half = ZONE.format(tzid="Europe/Athens", offset="+0200", more="")  # without its summers
    other = ZONE.format(tzid="Europe/Athens", offset="+0530", more="")
    near = vtimezone.write(BERLIN, "Europe/Athens", date(2026, 1, 1)).to_ical().decode()

    assert (starts("Europe/Athens", half), starts("Europe/Athens", other)) == ("11:00", "08:30")
    assert starts("Europe/Athens", near) == "12:00"  # it shares an offset, but in no season
    for free in ("Eastern Standard Time", "EST", "GMT"):  # as Outlook and others can
        assert starts(free, ZONE.format(tzid=free, offset="-0400", more="")) == "18:00"


@pytest.mark.parametrize(
    "more", ["RRULE:FREQ=SECONDLY\n", "TZOFFSETTO:soon\n", "RDATE:\nRRULE:FREQ=NO\n"]
)
def test_an_odd_description_is_passed_over(more):
    zone = ZONE.format(tzid="Tokyo Standard Time", offset="+0300", more=more)

    assert starts("Tokyo Standard Time", zone) in {"05:00", "11:00"}
    assert parsed(zone.encode())[0].name == "VTIMEZONE"


def test_a_time_without_a_zone_is_in_that_of_its_calendar():
    raw = written("DTSTART:20260718T120000", "X-WR-TIMEZONE:Asia/Tokyo\n").encode()
    span = (datetime(2026, 7, 17, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC))

    assert [each.start.hour for each in occurrences.expand(raw, span, BERLIN)] == [5]
