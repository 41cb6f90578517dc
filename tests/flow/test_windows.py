"""What a closed window keeps back is not lost: it follows the next answer, once."""

import pytest

from functions.deliver.app import LEASE_SECONDS, MAX_OFFERED
from switchboard.errors import UnavailableError
from tests.kit import pager
from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash, Interruption, dropped

MARK = "(an earlier answer)"


@pytest.fixture
def flow(shown):
    with Flow().running() as made:
        made.pair("ada", channel="pager")
        made.ports.calls.clear()
        yield made


def say(flow, number, late=0.0):
    """A message whose answer comes so many seconds later."""
    assert flow.webhook(pager.page(f"/desk notes.add note-{number}", number=number)) == 200
    flow.plan()
    flow.clock.advance(late)
    return flow.pump()


def texts(shown):
    return [one.text for one in shown]


def test_an_answer_that_is_late_is_held_and_follows_the_next_once(flow, shown):
    say(flow, 1, late=pager.WINDOW)
    assert texts(shown) == []
    assert flow.states("answer") == ["HELD"]
    assert not flow.outstanding()
    flow.minute()
    assert texts(shown) == []

    say(flow, 2)

    assert texts(shown) == ["Done: note-2", f"{MARK}\n\nDone: note-1"]
    assert [one.message for one in shown] == ["p-2", "p-2"]
    assert flow.states("answer") == ["SENT", "SENT"]
    assert flow.aws.table.found("held#") == []
    assert not flow.outstanding()
    say(flow, 3)
    assert texts(shown)[2:] == ["Done: note-3"]


def test_the_oldest_come_first_and_not_all_at_once(flow, shown):
    for number in range(MAX_OFFERED + 2):
        say(flow, number, late=pager.WINDOW)
    say(flow, 100)

    first = [f"{MARK}\n\nDone: note-{number}" for number in range(MAX_OFFERED)]
    assert texts(shown) == ["Done: note-100", *first]
    say(flow, 101)
    assert len(texts(shown)) == MAX_OFFERED + 4
    assert flow.aws.table.found("held#") == []


def test_it_is_held_again_where_it_was_when_the_window_closes_meanwhile(flow, shown):
    for number in (1, 2):
        say(flow, number, late=pager.WINDOW)

    def close(operation, when):
        if operation == "chat.post" and shown:
            flow.ports.watch = None
            flow.clock.advance(pager.WINDOW)

    flow.ports.watch = close
    say(flow, 3)
    assert texts(shown) == ["Done: note-3"]
    assert sorted(flow.states("answer")) == ["HELD", "HELD", "SENT"]

    say(flow, 4)
    assert texts(shown)[1:] == ["Done: note-4"] + [f"{MARK}\n\nDone: note-{n}" for n in (1, 2)]


def test_a_platform_without_a_window_costs_no_look(flow):
    flow.say("/desk notes.list")
    flow.pump()

    assert "dynamodb.Query" not in flow.ports.calls


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("make", [Crash, dropped, lambda: UnavailableError("down")])
def test_whatever_call_is_cut_off_nothing_held_is_lost_or_shown_twice_unmarked(shown, make, when):
    with Flow().running() as flow:
        flow.pair("ada", channel="pager")
        say(flow, 1, late=pager.WINDOW)
        flow.ports.calls.clear()
        say(flow, 2)
        calls = len(flow.ports.calls)
    assert calls > 10
    for number in range(calls):
        shown.clear()
        check(shown, number, when, make())


def check(shown, number, when, error):
    """Both answers are shown in the end, whichever call of the second message goes wrong."""
    with Flow().running() as flow:
        flow.pair("ada", channel="pager")
        say(flow, 1, late=pager.WINDOW)
        flow.ports.watch = cut = Interruption(number, when, error)
        flow.webhook(pager.page("/desk notes.add note-2", number=2))
        flow.settle()
        flow.ports.watch = None
        say(flow, 3)

        where = f"{when} {cut.met} ({number})"
        for note in ("note-1", "note-2"):
            told = [text for text in texts(shown) if text.endswith(f"Done: {note}")]
            assert told, where
            assert all("again" in text for text in told[1:]), where
        assert set(flow.states("answer")) == {"SENT"}, where
        assert not flow.outstanding(), where


def test_killed_while_it_holds_it_holds_later(flow, shown):
    watched = []

    def kill(operation, when):
        if (operation, when) == ("chat.post", "after") and not watched:
            watched.append(operation)
            flow.ports.fail("dynamodb.TransactWriteItems", Crash())

    flow.ports.watch = kill
    say(flow, 1, late=pager.WINDOW)
    assert any(isinstance(one, Crash) for one in flow.raised)
    assert flow.states("answer") == ["SENDING"]
    flow.clock.advance(LEASE_SECONDS)
    flow.settle()

    assert len(flow.aws.table.found("held#")) == 1
    assert flow.states("answer") == ["HELD"]
