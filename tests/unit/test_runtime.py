"""A runtime keeps what was made, per argument, until it ends or is told to forget."""

import pytest

from switchboard.runtime import Runtime, current, kept


@pytest.fixture
def made():
    return []


@pytest.fixture
def thing(made):
    @kept
    def thing(*arguments):
        made.append(arguments)
        return arguments

    return thing


def test_a_value_is_made_once_for_the_same_arguments(thing, made):
    assert [thing("a"), thing("b"), thing("a"), thing()] == [("a",), ("b",), ("a",), ()]
    assert made == [("a",), ("b",), ()]


def test_what_could_not_be_made_is_tried_again(made):
    @kept
    def failing():
        made.append(1)
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            failing()
    assert made == [1, 1]


@pytest.mark.parametrize(("forgotten", "again"), [(("a",), [("a",)]), ((), [("a",), ("b",)])])
def test_what_is_forgotten_is_made_again(thing, made, forgotten, again):
    thing("a"), thing("b")
    made.clear()
    current().forget(thing, *forgotten)

    thing("a"), thing("b")
    assert made == again


def test_another_runtime_knows_nothing_but_what_was_given(thing, made):
    given = kept(lambda: "real")
    current().give(given, "double")
    thing()
    with Runtime() as inner:
        assert (given(), thing()) == ("double", ())
        inner.give(given, "another")
        inner.restart()
        assert (given(), thing()) == ("another", ())

    assert (given(), thing()) == ("double", ())
    assert len(made) == 3
