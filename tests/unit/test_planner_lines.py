"""Several commands in one message: which lines are some, and what is said where one is not."""

import pytest

from functions.dispatch.planner.base import Turn
from functions.dispatch.planner.command import CommandPlanner, lines
from switchboard.errors import BadRequestError
from switchboard.phrases import public
from tests.kit.catalogues import CATALOGUE
from tests.kit.clock import NOW

PLANNER = CommandPlanner(CATALOGUE)


def plan(text):
    return PLANNER.plan(Turn(text=text, locale="en", role="member", now=NOW))


def texts(text):
    return [step.arguments.get("text", step.operation) for step in plan(text).steps]


def refusal(text):
    with pytest.raises(BadRequestError) as caught:
        plan(text)
    return public(caught.value, "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/todo milk\n/todo bread", ["milk", "bread"]),
        ("\n  /todo milk\r\n\r\n／待办 面包\u2028!sb todo eggs  \n", ["milk", "面包", "eggs"]),
        ('/todo "milk\nand bread"\n/todo items.list', ["milk\nand bread", "items.list"]),
        ('/todo text="/todo a\n/todo b"', ["/todo a\n/todo b"]),
        ("/todo it's\n/todo mine", ["it's", "mine"]),
        ("/todo milk\nand bread", ["milk and bread"]),
        ("/todo milk\n/unheard-of bread", ["milk /unheard-of bread"]),
        ("/todo milk\n/ bread", ["milk / bread"]),
        ("/todo milk\ntodo bread", ["milk todo bread"]),
        ('/todo "milk\n/todo bread"', ["milk\n/todo bread"]),
    ],
)
def test_every_line_of_several_begins_with_a_tool(text, expected):
    assert texts(text) == expected


def test_what_cannot_be_read_refuses_all_and_is_named():
    told = refusal("/todo milk\n/todo items.done none\n/todo bread")

    assert told.startswith("Nothing was done, because of command 2 of 3, `/todo items.done none`:")
    assert "number" in told
    assert "quotation mark is not closed" in refusal('/todo milk\n/todo "bread')


@pytest.mark.parametrize("word", ["stop", "approve", "批准", "help"])
def test_a_word_to_the_switchboard_stands_alone(word):
    told = refusal(f"/todo milk\n/{word} K7Q2MX 123456\n/todo bread")

    assert told.startswith(f"`/{word}` cannot stand among several commands")
    assert "123456" not in told


def test_lines_are_cut_outside_of_quotes_alone():
    assert lines('a "b\nc" d=“e\nf”\n\n g') == ['a "b\nc" d=“e\nf”', "g"]
    assert lines("") == []
