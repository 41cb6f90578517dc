"""Arguments get the types that the operation's schema asks for."""

import pytest
from msgspec import json

from functions.dispatch.planner import arguments
from functions.dispatch.planner.command import split
from switchboard.errors import BadRequestError
from tests.kit.catalogues import TODO, Add

SCHEMA = TODO.operations["items.add"].schema


def read(line, locale="en"):
    return arguments.read(split(line), SCHEMA, locale)


def problem(line, locale="en"):
    with pytest.raises(BadRequestError) as caught:
        read(line, locale)
    return caught.value.values["problems"]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("count=3", 3),
        ("count=-3", -3),
        ("count=３", 3),
        ("weight=2.5", 2.5),
        ("weight=1e3", 1000.0),
    ],
)
def test_numbers_are_numbers(line, value):
    name = line.partition("=")[0]

    assert read(f"x {line}")[name] == value


@pytest.mark.parametrize(
    "line",
    [
        "count=three",
        "count=2.5",
        "count=",
        "count=1_000",
        "count=" + "9" * 19,
        "count=" + "9" * 5_000,
        "weight=heavy",
        "weight=nan",
        "weight=inf",
        "weight=-1e999",
    ],
)
def test_what_is_no_number_is_refused(line):
    name = line.partition("=")[0]

    assert f"`{name}` must be a number" in problem(f"x {line}")


@pytest.mark.parametrize("word", ["true", "YES", "on", "1", "是", "真", "开"])
def test_yes_in_many_words(word):
    assert read(f"x urgent={word}")["urgent"] is True


@pytest.mark.parametrize("word", ["false", "No", "off", "0", "否", "假", "关"])
def test_no_in_many_words(word):
    assert read(f"x urgent={word}")["urgent"] is False


@pytest.mark.parametrize("word", ["", "maybe", "2", "是的吗"])
def test_neither_yes_nor_no_is_refused(word):
    assert "`urgent` must be true or false" in problem(f"x urgent={word}")


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("tags=a", ["a"]),
        ("tags=a,b", ["a", "b"]),
        ('tags="a, b , c"', ["a", "b", "c"]),
        ("tags=甲，乙", ["甲", "乙"]),
        ("tags=", []),
        ("tags=,,", []),
    ],
)
def test_lists_are_separated_by_commas(line, tags):
    assert read(f"x {line}")["tags"] == tags


def test_a_choice_is_one_of_those_there_are():
    assert read("x colour=green")["colour"] == "green"
    assert "`red`, `green`, not `blue`" in problem("x colour=blue")
    assert "Did you mean `green`?" in problem("x colour=greem")
    assert "你是想用 `green` 吗？" in problem("x colour=greem", "zh")


def test_a_choice_of_numbers_is_a_number():
    assert read("x stars=2")["stars"] == 2
    assert "`1`, `2`, `3`, not `4`" in problem("x stars=4")


def test_an_argument_with_a_typing_error_is_guessed():
    assert "there is no argument `colur`. Did you mean `colour`?" in problem("x colur=red")


def test_what_is_read_suits_the_model_and_the_wire():
    found = read("buy milk count=2 weight=1.5 urgent=yes colour=red stars=3 tags=a,b due=today")

    assert Add.model_validate(found).model_dump() == found
    assert json.decode(json.encode(found)) == found


def test_defaults_are_left_to_the_tool():
    assert read("milk") == {"text": "milk"}
