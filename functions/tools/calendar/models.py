"""What each operation of the calendar takes."""

from typing import Annotated, Literal

from switchboard.sdk.arguments import Arguments, Length, Rule, Says, Time

From = Annotated[str, Time("From this day or time on", "起始日期或时间", alias="from", ends="to")]
To = Annotated[
    str, Time("Up to this time, or this day included", "截止时间或日期（含当日）", alias="to")
]
CalendarName = Annotated[
    str,
    Says(
        "Name of the calendar (default: the configured one, else all)",
        "日历名称（默认为已配置的日历，否则为全部）",
        max_length=200,
    ),
]
Id = Annotated[
    str,
    Says(
        "Id of the event, as listed",
        "日程 id，见列表",
        example="3f9a1c20",
        min_length=1,
        max_length=500,
    ),
]
Start = Annotated[
    str,
    Time(
        "Start, as 2026-11-24T12:00 or `tomorrow 3pm`; a day alone for all day",
        "开始时间，如 2026-11-24T12:00 或“明天下午三点”；仅写日期表示全天",
        example=("tomorrow 3pm", "明天下午三点"),
        ends="end",
        again="rrule",
    ),
]
End = Annotated[str, Time("End; of an all-day event, the last day", "结束时间；全天日程为最后一天")]
Duration = Annotated[
    int,
    Length(
        "Minutes, or as `1.5h`, instead of an end",
        "时长（分钟，或如“一个半小时”），可代替结束时间",
        ge=0,
        le=60 * 24 * 31,
    ),
]
Repeat = Annotated[
    Literal["none", "daily", "weekly", "monthly", "yearly"],
    Says("How often it repeats", "重复频率"),
]
Until = Annotated[str, Time("Last day of the repetition", "重复的最后一天")]
Rrule = Annotated[
    str,
    Rule(
        "Repetition, as `every Monday` or in RFC 5545's words, FREQ=WEEKLY;BYDAY=MO,WE",
        "重复规则，如“每周一”，或 RFC 5545 写法 FREQ=WEEKLY;BYDAY=MO,WE",
        max_length=300,
    ),
]
Location = Annotated[str, Says("Where", "地点", max_length=300)]
Description = Annotated[str, Says("Notes", "备注", max_length=8_000)]


class ListCalendars(Arguments):
    pass


class ListEvents(Arguments):
    start: From = ""
    end: To = ""
    calendar: CalendarName = ""


class SearchEvents(Arguments):
    text: Annotated[
        str,
        Says(
            "Words to look for",
            "要查找的文字",
            example=("team lunch", "团队午餐"),
            min_length=1,
            max_length=200,
        ),
    ]
    start: From = ""
    end: To = ""
    calendar: CalendarName = ""


class CreateEvent(Arguments):
    title: Annotated[
        str,
        Says(
            "Title of the event",
            "日程标题",
            example=("Team lunch", "团队午餐"),
            min_length=1,
            max_length=200,
        ),
    ]
    start: Start
    end: End = ""
    duration: Duration = 0
    repeat: Repeat = "none"
    until: Until = ""
    rrule: Rrule = ""
    location: Location = ""
    description: Description = ""
    calendar: CalendarName = ""


class UpdateEvent(Arguments):
    """Only what is given is changed; a text given empty is removed."""

    id: Id
    title: Annotated[str, Says("New title", "新标题", min_length=1, max_length=200)] = ""
    start: Start = ""
    end: End = ""
    duration: Duration = 0
    repeat: Repeat = "none"
    until: Until = ""
    rrule: Rrule = ""
    location: Location = ""
    description: Description = ""
    calendar: CalendarName = ""


class DeleteEvent(Arguments):
    id: Id
    occurrence: Annotated[
        str,
        Time("Of a repeating event, only the one on this day", "对重复日程，仅删除这一天的那一次"),
    ] = ""
    calendar: CalendarName = ""


class QueryFreebusy(Arguments):
    start: From = ""
    end: To = ""
    calendar: CalendarName = ""
