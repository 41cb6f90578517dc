"""Days, times, stretches, lengths and rules as people say them: one meaning, or all of them."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.sdk.kit.times import spoken
from switchboard.sdk.kit.times.spoken import Said

NOW = datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


def told(said):
    """`start – end`, minutes, or a rule with its start."""
    shown = [spoken.shown(each) for each in (said.start, said.end) if each]
    lone = ["by"] * (said.start is None and said.end is not None)
    return " ".join(
        [*lone, *filter(None, [said.rule]), *shown, *([str(said.minutes)] if said.minutes else [])]
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "2026-12-02"), ("Tomorrow", "2026-12-03"), ("明天", "2026-12-03"),
        ("后天", "2026-12-04"), ("大后天", "2026-12-05"), ("day after tomorrow", "2026-12-04"),
        ("下周五", "2026-12-11"), ("下个星期五", "2026-12-11"), ("下下周一", "2026-12-14"),
        ("这周一", "2026-11-30"), ("本周日", "2026-12-06"), ("上周五", "2026-11-27"),
        ("周五", "2026-12-04"),
        ("周一", "2026-12-07"), ("礼拜天", "2026-12-06"), ("friday", "2026-12-04"),
        ("on Tuesday", "2026-12-08"), ("next Friday", "2026-12-11"), ("this thu", "2026-12-03"),
        ("next wednesday", "2026-12-09"), ("last Friday", "2026-11-27"),
        ("Friday next week", "2026-12-11"), ("a week on Monday", "2026-12-14"),
        ("Monday week", "2026-12-14"), ("two weeks from Friday", "2026-12-18"),
        ("this coming Saturday", "2026-12-05"), ("Dec 5", "2026-12-05"),
        ("1 December", "2027-12-01"), ("December 5th, 2028", "2028-12-05"),
        ("12月5日", "2026-12-05"), ("十二月二号", "2026-12-02"), ("2026/12/01", "2026-12-01"),
        ("二〇二七年三月十五日", "2027-03-15"), ("24.12.2026", "2026-12-24"),
        ("Feb 29", "2028-02-29"),
        ("15号", "2026-12-15"), ("the 1st", "2027-01-01"), ("下个月3号", "2027-01-03"),
        ("Friday, December 4", "2026-12-04"), ("12月4日（周五）", "2026-12-04"),
        ("月底", "2026-12-31"),
        ("end of the month", "2026-12-31"), ("明年底", "2027-12-31"), ("in 3 days", "2026-12-05"),
        ("三天后", "2026-12-05"), ("in a fortnight", "2026-12-16"), ("两周后", "2026-12-16"),
        ("3 days ago", "2026-11-29"), ("in a month", "2027-01-02"), ("3pm", "2026-12-02T15:00"),
        ("3:30 P.M.", "2026-12-02T15:30"), ("at 3", "2026-12-02T15:00"),
        ("下午三点", "2026-12-02T15:00"), ("下午3点半", "2026-12-02T15:30"),
        ("五点", "2026-12-02T17:00"),
        ("15:00", "2026-12-02T15:00"), ("noon", "2026-12-02T12:00"), ("中午", "2026-12-02T12:00"),
        ("half past three", "2026-12-02T15:30"), ("quarter to 5 pm", "2026-12-02T16:45"),
        ("tomorrow 3pm", "2026-12-03T15:00"), ("tomorrow at 12am", "2026-12-03T00:00"),
        ("tomorrow at 12 pm", "2026-12-03T12:00"), ("明天下午三点", "2026-12-03T15:00"),
        ("明天 15:00", "2026-12-03T15:00"), ("明天下午12点45", "2026-12-03T12:45"),
        ("明天中午一点", "2026-12-03T13:00"), ("明天凌晨2点", "2026-12-03T02:00"),
        ("凌晨两点", "2026-12-03T02:00"), ("今晚12点", "2026-12-03T00:00"),
        ("tonight at midnight", "2026-12-03T00:00"), ("tonight at 8", "2026-12-02T20:00"),
        ("明早八点", "2026-12-03T08:00"), ("3 in the afternoon", "2026-12-02T15:00"),
        ("3 tomorrow afternoon", "2026-12-03T15:00"), ("8pm tonight", "2026-12-02T20:00"),
        ("明天晚上八点一刻", "2026-12-03T20:15"), ("明天上午十一点", "2026-12-03T11:00"),
        ("下周五下午三点", "2026-12-11T15:00"), ("next Friday at 9:15am", "2026-12-11T09:15"),
        ("明天9点", "2026-12-03T09:00"), ("tomorrow 03:30", "2026-12-03T03:30"),
        ("3pm on the 15th", "2026-12-15T15:00"), ("周三十点", "2026-12-09T10:00"),
        ("in 90 minutes", "2026-12-02T11:30"), ("两小时后", "2026-12-02T12:00"),
        ("in half an hour", "2026-12-02T10:30"), ("in 24 hours", "2026-12-03T10:00"),
        # stretches
        ("3-4pm", "2026-12-02T15:00 2026-12-02T16:00"),
        ("from 3pm to 4pm", "2026-12-02T15:00 2026-12-02T16:00"),
        ("下午三点到四点", "2026-12-02T15:00 2026-12-02T16:00"),
        ("明天到周五", "2026-12-03 2026-12-04"),
        ("between 3 and 4:30 pm", "2026-12-02T15:00 2026-12-02T16:30"),
        ("11点到1点", "2026-12-02T11:00 2026-12-02T13:00"),
        ("tomorrow from 9 to 5", "2026-12-03T09:00 2026-12-03T17:00"),
        ("3-4pm tomorrow", "2026-12-03T15:00 2026-12-03T16:00"),
        ("11am-1", "2026-12-02T11:00 2026-12-02T13:00"),
        ("10pm-2am", "2026-12-02T22:00 2026-12-03T02:00"), ("Dec 5-7", "2026-12-05 2026-12-07"),
        ("5-7 December", "2026-12-05 2026-12-07"), ("12月5日到7日", "2026-12-05 2026-12-07"),
        ("Monday to Wednesday", "2026-12-07 2026-12-09"), ("下周一到周五", "2026-12-07 2026-12-11"),
        ("2pm Friday to 3pm Saturday", "2026-12-04T14:00 2026-12-05T15:00"),
        ("this weekend", "2026-12-05 2026-12-06"), ("下周", "2026-12-07 2026-12-13"),
        ("next month", "2027-01-01 2027-01-31"), ("from tomorrow", "2026-12-03"),
        ("tomorrow at 3pm for 90 minutes", "2026-12-03T15:00 2026-12-03T16:30"),
        ("明天下午三点一个半小时", "2026-12-03T15:00 2026-12-03T16:30"),
        ("by Friday", "by 2026-12-04"),
        ("before 5pm", "by 2026-12-02T17:00"), ("周五之前", "by 2026-12-04"),
        ("到周五", "by 2026-12-04"),
        ("月底前", "by 2026-12-31"),
        # lengths
        ("90 minutes", "90"), ("1.5h", "90"), ("一个半小时", "90"), ("half an hour", "30"),
        ("an hour and a half", "90"), ("two and a half hours", "150"), ("1h30", "90"),
        ("1 hour 30 minutes", "90"), ("2小时30分钟", "150"), ("一刻钟", "15"), ("三天", "4320"),
        # rules
        ("every day", "FREQ=DAILY"), ("every Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("每天", "FREQ=DAILY"), ("每周一三五", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("每周一至周五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("Mondays and Fridays", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("每月15号", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every other Monday at 9am", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO 2026-12-07T09:00"),
        ("每两周周一", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO 2026-12-07"),
        ("每月最后一个周五", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("first Monday of the month", "FREQ=MONTHLY;BYDAY=1MO"),
        ("每年12月25日", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"),
        ("every Monday until Dec 31", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231"),
        ("每天早上8点，共10次", "FREQ=DAILY;COUNT=10 2026-12-03T08:00"),
        ("每个工作日", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        # several things
        ("9am", "2026-12-02T09:00 or 2026-12-03T09:00"),
        ("今天上午九点", "2026-12-02T09:00 or 2026-12-03T09:00"),
        ("明天3点半", "2026-12-03T03:30 or 2026-12-03T15:30"),
        ("wednesday", "2026-12-02 or 2026-12-09"), ("this monday", "2026-11-30 or 2026-12-07"),
        ("last Monday", "2026-11-23 or 2026-11-30"), ("12/5", "2026-12-05 or 2027-05-12"),
        ("03/04/2027", "2027-03-04 or 2027-04-03"),
        ("midnight on Friday", "2026-12-04T00:00 or 2026-12-05T00:00"),
        ("明天半夜12点", "2026-12-03T00:00 or 2026-12-04T00:00"),
        ("tomorrow 3-4", "2026-12-03T03:00 2026-12-03T04:00 or 2026-12-03T15:00 2026-12-03T16:00"),
        # nothing
        *((text, "") for text in (
            "明天13pm", "tomorrow 0am", "25:00", "上午12点", "明天下午三点80", "soon", "三点建议",
            "march", "",
            " ", "at", "3", "2026", "下周一点半", "明天下午", "tomorrow morning", "next",
            "明天24点",
            "tomorrow tomorrow", "2月30日", "Friday, December 5", "twice a week", "3pm or 4pm",
            "I may march second", "1 hour 1 hour", "0 minutes", "2026-02-29", "tomorrow to 5pm",
            "9" * 121,
        )),
    ],
)  # fmt: skip
def test_what_is_said_has_one_meaning_or_all_that_it_may_have(text, meant):
    assert " or ".join(told(one) for one in spoken.read(text, NOW)) == meant


def test_whose_order_of_day_and_month_it_is_is_the_reader_s():
    assert [told(one) for one in spoken.read("12/5", NOW, chinese=True)] == ["2026-12-05"]


@pytest.mark.parametrize("text", ["March 29 at 2:30am", "October 25 at 2:30am", "2027-03-28 02:30"])
def test_a_time_that_the_clocks_skip_or_show_twice_is_none(text):
    assert spoken.read(text, datetime(2026, 1, 2, 10, tzinfo=ZoneInfo("Europe/Berlin"))) == []


DAYS = (
    "{0:%Y-%m-%d}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0.day} {0:%b} {0:%Y}",
    "{0.year}年{0.month}月{0.day}日",
)
TIMES = ("{0:%H:%M}", "{1}:{0:%M}{2}", "{3}{1}点{0:%M}分", "{1}:{0:%M} {2}")
CHINESE = {"凌晨": 6, "上午": 12, "中午": 13, "下午": 24}


@given(
    st.datetimes(NOW.replace(tzinfo=None) + timedelta(1), NOW.replace(tzinfo=None, year=2100)),
    st.sampled_from(DAYS), st.sampled_from(TIMES), st.integers(1, 600),
)  # fmt: skip
def test_what_is_written_in_any_way_is_read_back(at, day, clock, length):
    at = at.replace(second=0, microsecond=0)
    part = "pm" if at.hour >= 12 else "am"
    chinese = (
        "中午" if at.hour == 12 else "凌晨" if at.hour < 6 else "上午" if at.hour < 12 else "下午"
    )
    hour = at.hour % 12 or (12 if "{2}" in clock or at.hour else 0)
    said = clock.format(at, hour, part, chinese)
    now = NOW.replace(tzinfo=UTC)
    if "{0:%H" in clock and 0 < at.hour <= 6:
        said = f"{at:%H:%M}"
    for text in (f"{day.format(at)} {said}", f"{said} {day.format(at)}"):
        assert spoken.read(text, now) == [Said(at)]
    until = at + timedelta(minutes=length)
    stretch = f"{day.format(at)} {at:%H:%M} - {day.format(until)} {until:%H:%M}"
    assert spoken.read(stretch, now) == [Said(at, until)]
    hours, minutes = divmod(length, 60)
    for text in (
        f"{hours}h {minutes}m",
        f"{hours}小时{minutes}分钟",
        f"{60 * hours + minutes} min",
    ):
        assert spoken.read(text, now) == [Said(minutes=length)]


PIECES = (
    "every|每|周一|周|下|明天|3|3pm|下午|点|半|-|到| |,|:|12|12/5|dec|week|a|in|for|小时|before|the"
    "|1.5|h|and|between"
)


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=60).map("".join))
def test_whatever_is_said_is_read_in_bounded_time(text):
    began = time.process_time()
    found = spoken.read(text, NOW)

    assert time.process_time() - began < 0.5
    assert len(found) == len(set(found)) <= 8
    assert all(one.end is None or one.start is None or one.end > one.start for one in found)
