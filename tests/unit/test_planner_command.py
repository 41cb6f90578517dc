"""Slash commands become one step, or a refusal that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch.planner.base import Step, Turn
from functions.dispatch.planner.command import CommandPlanner
from switchboard.errors import BadRequestError
from switchboard.phrases import public
from tests.kit.catalogues import CATALOGUE
from tests.kit.clock import NOW

PLANNER = CommandPlanner(CATALOGUE)


def plan(text, locale="en"):
    return PLANNER.plan(Turn(text=text, locale=locale, role="member", now=NOW))


def step(text):
    (found,) = plan(text).steps
    return found.tool, found.operation, found.arguments


def refusal(text, locale="en"):
    with pytest.raises(BadRequestError) as caught:
        plan(text, locale)
    return public(caught.value, locale)


@pytest.mark.parametrize("text", ["", "hello", "买牛奶", "a /todo x", "help", "-/todo"])
def test_what_is_no_command_is_left_to_the_next_planner(text):
    assert plan(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/todo items.add milk", ("todo", "items.add", {"text": "milk"})),
        ("/todo 买牛奶", ("todo", "items.add", {"text": "买牛奶"})),
        ("／todo　买牛奶", ("todo", "items.add", {"text": "买牛奶"})),
        ("  /todo buy two milks ", ("todo", "items.add", {"text": "buy two milks"})),
        ("/TODO Items.Done 3", ("todo", "items.done", {"number": 3})),
        ("/todo items.done number=3", ("todo", "items.done", {"number": 3})),
        ("/todo text=milk", ("todo", "items.add", {"text": "milk"})),
        ("/todo “items.list”", ("todo", "items.add", {"text": "items.list"})),
        *(
            (f"{line} 3", ("todo", "items.done", {"number": 3}))
            for line in (
                "/待办 事项.完成",
                "／待办 事项。完成",
                "/todo 事项.完成",
                "/待办 items.done",
            )
        ),
        *(
            (f"/todo milk due={said}", ("todo", "items.add", {"text": "milk", "due": meant}))
            for said, meant in (
                ("明天", "2026-09-22"),
                ('"tomorrow 3pm"', "2026-09-22T15:00"),
                ("soon", "soon"),
            )
        ),
        ("/todo items.list", ("todo", "items.list", {})),
        ("/dice", ("dice", "roll", {})),
        ("/dice 20", ("dice", "roll", {"sides": 20})),
        ("/dice roll 20", ("dice", "roll", {"sides": 20})),
        ("/dice sides=20", ("dice", "roll", {"sides": 20})),
        ("/books lend 7", ("books", "lend", {"number": 7})),
    ],
)
def test_commands_are_understood(text, expected):
    assert step(text) == expected


def test_named_and_bare_arguments_go_together():
    text = "/todo buy milk due=“下周一 9:00” urgent＝是 tags=home，shop colour=red"

    assert step(text)[2] == {
        "text": "buy milk",
        "due": "2026-09-28T09:00",
        "urgent": True,
        "tags": ["home", "shop"],
        "colour": "red",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/tood x", ["There is no tool called `tood`. Did you mean `/todo x`?"]),
        ("/hlep", ["Did you mean `/help`?"]),
        ("/stpo", ["Did you mean `/stop`?"]),
        ("/zzz", ["There is no tool called `zzz`. `/help` lists them all."]),
        ("/待办 事项.完城 3", ["Did you mean `/todo 事项.完成 3`?"]),
        ("/todo items.lst", ["`items.lst`. Did you mean `/todo items.list`?"]),
        ("/books borrow 3", ["`books` has no operation `borrow`."]),
        (
            "/books",
            ["Which operation of `books`?", "`/books find <text>`", "`/books lend <number>`"],
        ),
        (
            "/todo milk count=many urgent=perhaps colour=gren what=ever",
            [
                "`count` must be a number, not `many`",
                "`urgent` must be true or false, not `perhaps`",
                "`colour` must be one of `red`, `green`, not `gren`. Did you mean `green`?",
                "there is no argument `what`.",
                "Usage: `/todo items.add <text>`",
            ],
        ),
        ("/todo items.done", ["`number` is missing: Its number"]),
        ("/todo milk due=1 due=2", ["`due` is given twice"]),
        ("/todo milk text=juice", ["`text` is given twice"]),
        ("/todo milk due=1 now", ["`now` is not understood"]),
        ("/todo items.done 3 7", ["`7` is not understood"]),
        ("/todo items.list now", ["`now` is not understood"]),
        # nothing of a template hides in what people write
        ("/todo {name}={0}", ["`{name}`"]),
        ("/{tool}", ["`{tool}`"]),
    ],
)
def test_what_is_wrong_is_said_all_at_once(text, said):
    told = refusal(text)

    assert [part for part in said if part not in told] == []


def test_a_missing_argument_is_explained_in_the_asker_s_language():
    assert "缺少 `number`：编号" in refusal("/todo items.done", "zh")


def planned_or_refused(text, locale):
    """The plan, or what the asker is told; any other error is one."""
    try:
        return plan(text, locale)
    except BadRequestError as error:
        return public(error, locale)


@given(st.text())
def test_whatever_is_written_is_planned_left_or_refused(text):
    for locale in ("en", "zh"):
        assert planned_or_refused(text, locale) != ""


NAMES = ["todo", "dice", "books", "help", "items.add", "items.done", "find", "roll"]
FIELDS = ["text", "count", "urgent", "colour", "tags", "stars", "weight", "number", "due"]
SIGNS = ["=", "＝", " ", "　", '"', "“", "”", "'", "\\", "-", ",", "，"]
VALUES = ["red", "1", "9" * 30, "nan", "1e999", "是"]
LINES = st.lists(st.sampled_from([*NAMES, *FIELDS, *SIGNS, *VALUES])).map("".join)


@given(LINES)
def test_whatever_is_nearly_a_command_is_planned_or_refused(line):
    found = planned_or_refused(f"/{line}", "zh")

    assert isinstance(found, str) or found.say or isinstance(found.steps[0], Step)
