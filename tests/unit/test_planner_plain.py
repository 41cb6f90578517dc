"""Plain words run nothing: they are answered with what there is, or the command that is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch.planner import guide
from functions.dispatch.planner.base import Turn
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.planner.plain import PlainPlanner
from switchboard import control
from switchboard.errors import UnclearError
from switchboard.phrases import locale_of, public, say
from tests.kit.catalogues import CATALOGUE
from tests.kit.clock import NOW

COMMANDS = CommandPlanner(CATALOGUE)
PLANNER = PlainPlanner(CATALOGUE, COMMANDS)


def answer(text):
    """What is said, and what the buttons say."""
    locale = locale_of(text)
    try:
        plan = PLANNER.plan(Turn(text=text, locale=locale, role="member", now=NOW))
    except UnclearError as error:
        return public(error, locale), [one.says for one in getattr(error, "buttons", ())]
    assert not plan.steps
    return plan.say, [one.says for one in plan.buttons]


@pytest.mark.parametrize(
    "text",
    ["", "?", "🎉", "hi", "Hello!", "HELP", "Hi! What can you do?", "thanks 👍", "hello there",
     "你好", "您好，请问你能做什么？", "谢谢👍", "帮助", "help me please"],
)  # fmt: skip
def test_a_greeting_is_answered_with_what_there_is(text):
    said, buttons = answer(text)

    assert "**books**" in said
    assert buttons == ["/help books", "/help dice", "/help todo"]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("todo buy milk", "/todo buy milk"),
        ("TODO items.list", "/TODO items.list"),
        ("books lend 3", "/books lend 3"),
        ("books lnd 3", "/books lend 3"),
        ("stop", "/stop"),
        ("停止", "/停止"),
        ("help todo", "/help todo"),
        ("check K7Q2MX", "/check K7Q2MX"),
    ],
)
def test_a_command_without_its_slash_is_offered_and_not_run(text, command):
    said, buttons = answer(text)

    assert buttons == [command]
    assert f"`{command}`" in said


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("could somebody lend me books", "/help books lend"),
        ("tick number three off", "/help todo items.done"),
        ("请把图书借给我", "/help books find"),
        ("check the dice again", "/help dice roll"),
        ("books are wonderful", "/help books find"),
    ],
)
def test_a_sentence_is_answered_with_the_nearest_command(text, page):
    said, buttons = answer(text)

    assert page in said
    assert buttons == [page]


@pytest.mark.parametrize("slash", ["", "/", "/help "])
@pytest.mark.parametrize(("name", "kind"), guide.USUAL.items())
def test_a_word_that_other_bots_listen_to_is_answered_and_no_other_is_guessed(slash, name, kind):
    locale = locale_of(name)
    turn = Turn(text=slash + name, locale=locale, role="member", now=NOW)
    asked = {"": lambda: PLANNER.plan(turn), "/": lambda: COMMANDS.plan(turn)}
    with pytest.raises(UnclearError) as caught:
        asked.get(slash, lambda: guide.about([name], CATALOGUE, locale))()

    assert public(caught.value, locale) == say(f"usual_{kind}", locale)
    assert "`/help`" in say(f"usual_{kind}", locale) or "/stop" in say(f"usual_{kind}", locale)
    assert control.find(name) is None


@pytest.mark.parametrize("text", ["xyzzy", "买牛奶", "what is the weather", "my `todo`"])
def test_what_is_near_nothing_is_told_where_to_look(text):
    assert "/help" in answer(text)[0]


@pytest.mark.parametrize("text", ["todo a`b", "todo a\nb", "todo " + "x" * 200, "todo \u202eb"])
def test_what_cannot_be_shown_as_it_is_has_no_button_to_run_it(text):
    assert not any(one.startswith("/todo") for one in answer(text)[1])


@given(st.text())
def test_whatever_is_said_is_answered(text):
    said, buttons = answer(text)

    assert said
    assert len(buttons) <= 3
