"""The calendar's rules of repetition: as RFC 5545 and dateutil have them, and in bounded steps."""
# ruff: noqa: DTZ001  rules are followed on the clock of a wall

from datetime import datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.tools.calendar.repetition import FEW_STEPS, MAX_STEPS, Steps, follow
from functions.tools.calendar.rules import WEEKDAYS, check, parse
from switchboard.sdk.kit.times.moments import DAY

START = datetime(2026, 3, 4, 9)  # a Wednesday


def days(rule: str, start: datetime = START, most: int = 5) -> str:
    """The first times of a rule, as `03-04 09`."""
    found = follow(parse(rule), start, start, start + 4000 * DAY, Steps())
    return " ".join(f"{each:%y-%m-%d}" for each in islice(found, most))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # BYSETPOS counts within all of the first week, where dateutil begins at the start.
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "26-03-04 26-03-09 26-03-16 26-03-23 26-03-30"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=-1;COUNT=3", "26-03-04 26-03-11 26-03-18"),
        # A week alone is that week's day of the start; numbers go by WKST.
        ("FREQ=YEARLY;BYWEEKNO=1", "26-03-04 27-01-06 28-01-05 29-01-03 30-01-02"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "26-03-04 26-12-28 27-12-27 28-12-25 29-12-24"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU", "26-03-04 27-01-03 28-01-02 28-12-31 29-12-30"),
        ("FREQ=YEARLY;BYYEARDAY=1,-1;COUNT=4", "26-03-04 26-12-31 27-01-01 27-12-31"),
        ("FREQ=YEARLY;BYDAY=20MO,-1SU", "26-03-04 26-05-18 26-12-27 27-05-17 27-12-26"),
        ("FREQ=YEARLY;BYMONTH=1,3;BYDAY=1WE", "26-03-04 27-01-06 27-03-03 28-01-05 28-03-01"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "26-03-04 26-03-31 26-05-31 26-07-31 26-08-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3;INTERVAL=2", "26-03-04 26-03-29 26-05-29 26-07-29 26-09-28"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "26-03-04 26-03-13 26-11-13 27-08-13 28-10-13"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
            "26-03-04 26-03-30 26-04-29 26-05-28 26-06-29",
        ),
        ("FREQ=MONTHLY;BYDAY=MO,2FR", "26-03-04 26-03-09 26-03-13 26-03-16 26-03-23"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
            "26-03-04 26-03-08 26-03-17 26-03-22 26-03-31",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            "26-03-04 26-03-15 26-03-17 26-03-29 26-03-31",
        ),
        ("FREQ=DAILY;BYHOUR=9,17;BYSETPOS=-1;COUNT=3", "26-03-04 26-03-04 26-03-05"),
        ("RRULE:freq=daily;count=2;", "26-03-04 26-03-05"),
        ("FREQ=DAILY;RSCALE=GREGORIAN;SKIP=OMIT;COUNT=1", "26-03-04"),
        # What does not fit is the first all the same, and counted (RFC 5545, 3.3.10).
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=5", "26-03-04"),
    ],
)
def test_a_rule_is_followed_as_it_is_meant(rule, expected):
    assert days(rule) == expected


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=5"),
        *("FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300"),
        *("FREQ=YEARLY;BYMONTH=1;BYYEARDAY=200", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2"),
        *("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=999999999"),
        *("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6", "FREQ=WEEKLY;INTERVAL=99999999;BYDAY=MO"),
        *("FREQ=YEARLY;INTERVAL=9999;BYMONTH=2", "FREQ=MONTHLY;INTERVAL=999999999;COUNT=9"),
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
    ],
)
@pytest.mark.parametrize("year", [1903, 1970, 2026])
def test_a_rule_that_never_matches_ends_with_the_time_that_is_asked_for(rule, year):
    steps, start = Steps(), datetime(year, 12, 1, 10)
    first = datetime(2026, 11, 27)

    assert set(follow(parse(rule), start, first, first + 750 * DAY, steps)) <= {start}
    assert steps.left > MAX_STEPS // 2


def test_events_share_what_steps_there_are():
    steps = Steps(MAX_STEPS + 10)
    greedy, modest = steps.share(), steps.share()
    modest.take(FEW_STEPS)
    steps.give_back(modest)

    assert (greedy.left, steps.share().left) == (MAX_STEPS, FEW_STEPS)
    steps.give_back(greedy)
    assert steps.share().left > FEW_STEPS


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=999999"])
def test_a_rule_of_too_many_times_is_given_up(rule):
    with pytest.raises(ValueError, match="for ever"):
        list(follow(parse(rule), datetime(1990, 1, 1), START, START + 750 * DAY, Steps()))


@pytest.mark.parametrize(
    "rule",
    [
        *(
            "",
            "COUNT=2",
            "FREQ=FOO",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=0",
        ),
        *(
            "FREQ=DAILY;BYMONTHDAY=0",
            "FREQ=DAILY;BYHOUR=24",
            "FREQ=YEARLY;BYDAY=54MO",
            "FREQ=DAILY;BYDAY=",
        ),
        *(
            "FREQ=DAILY;UNTIL=soon",
            "FREQ=DAILY;X-A=1",
            "FREQ=DAILY;COUNT",
            "FREQ=YEARLY;RSCALE=HEBREW",
        ),
        *("FREQ=DAILY;BYMONTH=5L", "FREQ=DAILY;UNTIL=20261399"),
    ],
)
def test_a_rule_that_cannot_be_read_is_no_rule(rule):
    with pytest.raises((ValueError, LookupError)):
        parse(rule)


@pytest.mark.parametrize(
    ("rule", "timed"),
    [
        *((rule, True) for rule in ("FREQ=DAILY;BYSETPOS=1", "FREQ=WEEKLY;BYMONTHDAY=1")),
        *((rule, True) for rule in ("FREQ=MONTHLY;BYWEEKNO=1", "FREQ=DAILY;BYYEARDAY=1")),
        *((rule, True) for rule in ("FREQ=WEEKLY;BYDAY=1MO", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO")),
        *((rule, False) for rule in ("FREQ=HOURLY", "FREQ=DAILY;BYHOUR=0")),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", True),
    ],
)
def test_a_rule_that_the_standard_forbids_is_not_made(rule, timed):
    with pytest.raises(ValueError, match=parse(rule).freq):
        check(parse(rule), timed=timed)


def numbers(least, most, *, negative=False):
    ranged = st.integers(least, most)
    ranged = st.one_of(ranged, ranged.map(lambda number: -number)) if negative else ranged
    return st.lists(ranged, min_size=1, max_size=3, unique=True).map(
        lambda some: ",".join(map(str, some))
    )


@st.composite
def rules(draw):
    """Rules that the standard allows and dateutil gets right."""
    freq = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {
        "FREQ": freq,
        "INTERVAL": draw(st.integers(1, 5)),
        "WKST": draw(st.sampled_from(WEEKDAYS)),
    }
    weekdays = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True))
    place = (
        draw(st.sampled_from(["", "1", "2", "-1", "-2"])) if freq in {"MONTHLY", "YEARLY"} else ""
    )
    may = {
        "BYMONTH": numbers(1, 12),
        "BYDAY": st.just(",".join(place + day for day in weekdays)),
        "BYHOUR": numbers(0, 23),
        "BYMINUTE": numbers(0, 59),
    }
    if freq != "WEEKLY":
        may |= {
            "BYMONTHDAY": numbers(1, 31, negative=True),
            "BYSETPOS": numbers(1, 3, negative=True),
        }
    if freq == "YEARLY":
        may["BYYEARDAY"] = numbers(1, 366, negative=True)
    for name in draw(st.lists(st.sampled_from(sorted(may)), max_size=3, unique=True)):
        parts[name] = draw(may[name])
    if "BYSETPOS" in parts and not {"BYDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE"} & set(parts):
        del parts["BYSETPOS"]
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=60, deadline=None)
@given(rules(), st.integers(0, 3000), st.integers(0, 60))
def test_dateutil_follows_a_rule_the_same(rule, offset, skipped):
    start = datetime(2020, 1, 1, 9, 30) + timedelta(days=offset)
    last = start + timedelta(days=90 if "HOURLY" in rule else 900)
    (start, *_) = [*follow(parse(rule), start, start, last, Steps(10**7), fitting=True), start]
    first = start + timedelta(days=skipped)
    ours = [each for each in follow(parse(rule), start, first, last, Steps(10**7)) if each >= first]

    # Only as many as there are: dateutil looks for what never comes until the year 9999.
    assume(len(ours) > 2)
    theirs = rrulestr(rule, dtstart=start).xafter(first, count=len(ours[:20]), inc=True)
    assert ours[:20] == list(theirs)
