"""Slash commands become one step, or a refusal that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch.planner.base import Step, Turn
from functions.dispatch.planner.command import CommandPlanner
from switchboard.errors import BadRequestError
from switchboard.phrases import public
from tests.kit.catalogues import CATALOGUE

PLANNER = CommandPlanner(CATALOGUE)


def plan(text, locale="en"):
    return PLANNER.plan(Turn(text=text, locale=locale, role="member"))


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
        "due": "下周一 9:00",
        "urgent": True,
        "tags": ["home", "shop"],
        "colour": "red",
    }


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("/tood x", "Did you mean `todo`?"),
        ("/hlep", "Did you mean `help`?"),
        ("/stpo", "Did you mean `stop`?"),
        ("/zzz", ""),
    ],
)
def test_an_unknown_tool_is_refused_with_a_guess(text, near):
    told = refusal(text)

    assert told.startswith(f"There is no tool called `{text[1:].split()[0]}`.")
    assert ("Did you mean" in told) is bool(near)
    assert near in told


def test_an_unknown_operation_is_refused_with_a_guess():
    assert "`items.lst`. Did you mean `items.list`?" in refusal("/todo items.lst")
    assert "`books` has no operation `borrow`." in refusal("/books borrow 3")


def test_a_tool_of_many_operations_without_a_default_asks_which():
    told = refusal("/books")

    assert told.startswith("Which operation of `books`?")
    assert "`/books find <text>`" in told
    assert "`/books lend <number>`" in told


def test_all_that_is_wrong_is_said_at_once_with_the_usage():
    told = refusal("/todo milk count=many urgent=perhaps colour=gren what=ever")

    for part in (
        "`count` must be a number, not `many`",
        "`urgent` must be true or false, not `perhaps`",
        "`colour` must be one of `red`, `green`, not `gren`. Did you mean `green`?",
        "there is no argument `what`.",
        "Usage: `/todo items.add <text>`",
    ):
        assert part in told


def test_a_missing_argument_is_explained_in_the_asker_s_language():
    assert "`number` is missing: Its number" in refusal("/todo items.done")
    assert "缺少 `number`：编号" in refusal("/todo items.done", "zh")


def test_an_argument_is_given_once():
    assert "`due` is given twice" in refusal("/todo milk due=1 due=2")
    assert "`text` is given twice" in refusal("/todo milk text=juice")


def test_words_that_belong_nowhere_are_named():
    assert "`now` is not understood" in refusal("/todo milk due=1 now")
    assert "`7` is not understood" in refusal("/todo items.done 3 7")
    assert "`now` is not understood" in refusal("/todo items.list now")


def test_nothing_of_a_template_hides_in_what_people_write():
    assert "`{name}`" in refusal("/todo {name}={0}")
    assert "`{tool}`" in refusal("/{tool}")


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


@given(st.text(min_size=1), st.text())
def test_quoted_values_arrive_as_they_were_written(text, due):
    def quoted(value):
        return "「" + "".join(f"\\{one}" if one in "」\\" else one for one in value) + "」"

    line = f"/todo items.add {quoted(text)} due={quoted(due)}"

    assert step(line)[2] == {"text": text, "due": due}
