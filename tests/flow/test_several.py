"""A message of several commands: all of them, in their order, or none."""

import pytest

from tests.kit.ports import Crash, Interruption

THREE = "/desk notes.add one\n/desk notes.list\n/desk notes.post two"


def last(flow, text):
    flow.say(text)
    return flow.pump().answers()[-1]


def test_each_command_answers_and_effects_are_in_their_order(flow):
    flow.say("/desk letters.send one\n/desk notes.list\n/desk notes.add two")

    answers = flow.pump().answers()

    assert [one.text for one in flow.vendor.effects] == ["one", "two"]
    assert len(answers) == 3
    assert {"Done: one", "Done: two"} < set(answers)
    assert answers.index("Done: one") < answers.index("Done: two")
    assert flow.states("op") == ["DONE"] * 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/desk notes.add one\n/desk notes.add two colour=green", "command 2 of 2"),
        ("/desk notes.add one\n/desk notes.burn two", "command 2 of 2, `/desk notes.burn`"),
        ("/desk notes.add one\n/stop", "`/stop` cannot stand among several"),
        ("\n".join(["/desk notes.add one"] * 4), "4 calls; one message may take 3"),
    ],
)
def test_one_that_is_refused_refuses_all(flow, text, named):
    assert named in last(flow, text)
    assert flow.vendor.effects == []
    assert not flow.states("op")


@pytest.mark.parametrize("crash", range(0, 60, 3))
def test_whatever_is_killed_each_happens_once_in_its_order(flow, crash):
    flow.say(THREE)
    flow.ports.watch = Interruption(crash, "after", Crash())

    flow.settle()

    assert [one.text for one in flow.vendor.effects] == ["one", "two"]
    assert {"Done: one", "Done: two"} <= set(flow.answers())
