"""Days and times as people say them: one meaning, or none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.sdk.kit.spoken import spelled

NOW = datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "2026-12-02"), ("Tomorrow", "2026-12-03"), ("明天", "2026-12-03"),
        ("后天", "2026-12-04"), ("大后天", "2026-12-05"), ("day after tomorrow", "2026-12-04"),
        ("下周五", "2026-12-11"), ("下个星期五", "2026-12-11"), ("下下周一", "2026-12-14"),
        ("这周一", "2026-11-30"), ("本周日", "2026-12-06"), ("上周五", "2026-11-27"),
        ("周五", "2026-12-04"), ("周一", "2026-12-07"), ("礼拜天", "2026-12-06"),
        ("friday", "2026-12-04"), ("on Tuesday", "2026-12-08"), ("next Friday", "2026-12-11"),
        ("this thu", "2026-12-03"), ("next wednesday", "2026-12-09"),
        ("3pm", "2026-12-02T15:00"), ("3:30 PM", "2026-12-02T15:30"),
        ("下午三点", "2026-12-02T15:00"), ("下午3点半", "2026-12-02T15:30"),
        ("15:00", "2026-12-02T15:00"), ("noon", "2026-12-02T12:00"), ("中午", "2026-12-02T12:00"),
        ("tomorrow 3pm", "2026-12-03T15:00"), ("tomorrow at 12am", "2026-12-03T00:00"),
        ("tomorrow at 12 pm", "2026-12-03T12:00"), ("明天下午三点", "2026-12-03T15:00"),
        ("明天 15:00", "2026-12-03T15:00"), ("明天下午12点45", "2026-12-03T12:45"),
        ("明天中午一点", "2026-12-03T13:00"), ("明天凌晨2点", "2026-12-03T02:00"),
        ("明天晚上八点一刻", "2026-12-03T20:15"), ("明天上午十一点", "2026-12-03T11:00"),
        ("下周五下午三点", "2026-12-11T15:00"), ("next Friday at 9:15am", "2026-12-11T09:15"),
        ("明天9点", "2026-12-03T09:00"), ("tomorrow 03:30", "2026-12-03T03:30"),
        # one of two things, or nothing
        *((text, None) for text in (
            "9am", "today 9am", "今天上午九点", "明天3点半", "tomorrow 3:30", "wednesday", "周三",
            "this monday", "今晚12点", "晚上12点", "明天13pm", "tomorrow 0am", "25:00",
            "上午12点", "midnight", "明天下午三点80", "soon", "三点建议", "march",
            "", " ", "12/5", "at", "五点",
            "下周一点半", "下周", "明天下午", "next", "tomorrow tomorrow", "2026-12-01", "明天24点",
        )),
    ],
)  # fmt: skip
def test_what_is_said_is_one_day_or_time_or_is_asked_back(text, meant):
    assert spelled(text, NOW) == meant


@given(st.text(st.sampled_from("today下周五明天午三点半:0129apm next")))
def test_whatever_is_said_comes_to_a_time_or_to_nothing(text):
    found = spelled(text, NOW)
    assert found is None or datetime.fromisoformat(found)
