"""Arguments get the types that the operation's schema asks for."""

import pytest
from msgspec import json

from functions.dispatch.planner import arguments
from functions.dispatch.planner.command import split
from switchboard.errors import BadRequestError
from tests.kit.catalogues import TODO, Add
from tests.kit.clock import NOW

SCHEMA = TODO.operations["items.add"].schema


def read(line, locale="en"):
    return arguments.read(split(line), SCHEMA, locale, NOW)


def problem(line, locale="en"):
    with pytest.raises(BadRequestError) as caught:
        read(line, locale)
    return caught.value.values["problems"]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("count", "3", 3),
        ("count", "-3", -3),
        ("count", "３", 3),
        ("weight", "2.5", 2.5),
        ("weight", "1e3", 1000.0),
        *(("urgent", yes, True) for yes in ("true", "YES", "on", "1", "是", "真", "开")),
        *(("urgent", no, False) for no in ("false", "No", "off", "0", "否", "假", "关")),
        ("tags", "a", ["a"]),
        ("tags", "a,b", ["a", "b"]),
        ("tags", '"a, b , c"', ["a", "b", "c"]),
        ("tags", "甲，乙", ["甲", "乙"]),
        ("tags", "", []),
        ("tags", ",,", []),
        ("colour", "green", "green"),
        ("stars", "2", 2),
    ],
)
def test_an_argument_gets_its_type(name, written, value):
    found = read(f"x {name}={written}")[name]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        *(
            ("count", number, "`count` must be a number")
            for number in ("three", "2.5", "", "1_000", "9" * 19, "9" * 5_000)
        ),
        *(
            ("weight", number, "`weight` must be a number")
            for number in ("heavy", "nan", "inf", "-1e999")
        ),
        *(
            ("urgent", word, "`urgent` must be true or false")
            for word in ("", "maybe", "2", "是的吗")
        ),
        ("colour", "blue", "`red`, `green`, not `blue`"),
        ("colour", "greem", "Did you mean `green`?"),
        ("stars", "4", "`1`, `2`, `3`, not `4`"),
        ("colur", "red", "there is no argument `colur`. Did you mean `colour`?"),
    ],
)
def test_what_an_argument_cannot_be_is_refused(name, written, said):
    assert said in problem(f"x {name}={written}")


def test_a_guess_is_in_the_reader_s_language():
    assert "你是想用 `green` 吗？" in problem("x colour=greem", "zh")


def test_what_is_read_suits_the_model_and_the_wire():
    found = read("buy milk count=2 weight=1.5 urgent=yes colour=red stars=3 tags=a,b due=today")

    assert Add.model_validate(found).model_dump() == found
    assert json.decode(json.encode(found)) == found


def test_defaults_are_left_to_the_tool():
    assert read("milk") == {"text": "milk"}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
COMMENT = {
    "properties": {"repo": {**TEXT, "pattern": "^[a-z]+/[a-z]+$"}, "number": NUMBER, "body": TEXT},
    "required": ["number", "body"],
}
OPEN = {"properties": {"repo": COMMENT["properties"]["repo"], "title": TEXT}, "required": ["title"]}
LIST = {"properties": OPEN["properties"]}
GET = {"properties": {"repo": TEXT, "number": NUMBER}, "required": ["number"]}


@pytest.mark.parametrize(
    ("schema", "line", "found"),
    [
        (OPEN, '"it broke"', {"title": "it broke"}),
        (OPEN, "it broke again", {"title": "it broke again"}),
        (OPEN, "and/or", {"title": "and/or"}),
        (OPEN, 'octo/demo "it broke"', {"repo": "octo/demo", "title": "it broke"}),
        (OPEN, '"octo/demo" broke', {"title": "octo/demo broke"}),
        (OPEN, "octo/demo title=broke", {"repo": "octo/demo", "title": "broke"}),
        (OPEN, "broke repo=octo/demo", {"repo": "octo/demo", "title": "broke"}),
        (OPEN, "repo=octo/demo broke", {"repo": "octo/demo", "title": "broke"}),
        (LIST, "octo/demo", {"repo": "octo/demo"}),
        (COMMENT, "12 looks good", {"number": 12, "body": "looks good"}),
        (COMMENT, "octo/demo 12 ok", {"repo": "octo/demo", "number": 12, "body": "ok"}),
        (COMMENT, "octo/demo number=12 body=ok", {"repo": "octo/demo", "number": 12, "body": "ok"}),
        (GET, "12", {"number": 12}),
    ],
)
def test_bare_words_are_what_must_be_given(schema, line, found):
    assert arguments.read(split(line), schema, "en", NOW) == found


@pytest.mark.parametrize("line", ["12 13", "12 13 14", "number=1 octo/demo x"])
def test_what_is_left_over_is_told(line):
    with pytest.raises(BadRequestError) as caught:
        arguments.read(split(line), GET, "en", NOW)

    assert "is not understood" in caught.value.values["problems"]


MEETING = {
    "properties": {
        "title": {"type": "string"},
        "start": {"type": "string", "format": "time", "ends": "end", "again": "rule"},
        "end": {"type": "string", "format": "time"},
        "length": {"type": "integer", "format": "length"},
        "rule": {"type": "string", "format": "rule"},
    },
    "required": ["title", "start"],
}
for one in MEETING["properties"].values():
    one["text"] = {"en": "It", "zh": "它"}


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("x tomorrow", "2026-09-22"),
        ("Team lunch tomorrow 3pm", "2026-09-22T15:00"),
        ("x start=tomorrow 3pm length=an hour and a half", "2026-09-22T15:00 90"),
        ("x start=明天下午三点 length=90", "2026-09-22T15:00 90"),
        ('x start="tomorrow 3-4pm"', "2026-09-22T15:00 2026-09-22T16:00"),
        ("x start=tomorrow 3pm end=4:30pm", "2026-09-22T15:00 2026-09-22T16:30"),
        ("x start=tomorrow end=tomorrow", "2026-09-22 2026-09-22"),
        ("x start=tomorrow end=by Friday", "2026-09-22 2026-09-25"),
        ("x start=明天9点 rule=每周二", "2026-09-22T09:00 FREQ=WEEKLY;BYDAY=TU"),
        ("x start=every monday 9am", "2026-09-28T09:00 FREQ=WEEKLY;BYDAY=MO"),
        ("x start=2026-12-01 12:00 rule=FREQ=DAILY", "2026-12-01 12:00 FREQ=DAILY"),
        ("x 2026-12-01T12:00Z", "2026-12-01T12:00Z"),
        # for the tool to ask back
        ("x soon", "soon"),
        ('x start="by Friday"', "by Friday"),
        ('x start="tomorrow 3-4pm" end="the 9th"', "tomorrow 3-4pm 2026-10-09"),
    ],
)
def test_a_time_is_put_into_digits_where_it_has_one_meaning(line, meant):
    found = arguments.read(split(line), MEETING, "en", NOW)

    order = ("start", "end", "length", "rule")
    assert " ".join(str(found[name]) for name in order if name in found) == meant


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x tomorrow at 3", "`tomorrow at 3` may be `2026-09-22T03:00`, `2026-09-22T15:00`"),
        ("x tomorrow 3 to 4", "`2026-09-22T15:00 – 2026-09-22T16:00`"),
        ("x tomorrow length=soon", "`length` is a length of time"),
    ],
)
def test_a_time_that_may_be_several_is_asked_back_with_them_all(line, said):
    with pytest.raises(BadRequestError) as caught:
        arguments.read(split(line), MEETING, "en", NOW)

    assert said in caught.value.values["problems"]


def test_an_operation_of_no_arguments_takes_no_word():
    with pytest.raises(BadRequestError) as caught:
        arguments.read(split("a b"), {}, "en", NOW)

    assert "`a` is not understood" in caught.value.values["problems"]
