"""Hints may be lost, doubled and shuffled: the ledger is the truth, and the sweep gives others."""

import pytest

from switchboard.models import Observation, encode
from tests.kit import build
from tests.kit.queues import Queue


def double(queue: Queue) -> None:
    for number, message in enumerate(list(queue.messages)):
        queue.send(message.body, message.group, f"double-{number}-{message.id}")


def test_every_hint_doubled_changes_nothing(flow):
    for number in range(4):
        flow.say(f"/desk notes.add {number}")
    for _ in range(12):
        double(flow.aws.inbox)
        flow.plan()
        flow.aws.invocations += flow.aws.invocations[:4]
        double(flow.aws.outbox)
        flow._call_tool()
    flow.settle()

    assert flow.vendor.done("notes.add") == ["0", "1", "2", "3"]
    assert flow.answers() == [f"Done: {number}" for number in range(4)]


def test_every_hint_lost_is_made_up_for_by_the_sweep(flow):
    flow.say("/desk notes.add milk")
    flow.plan()
    flow.aws.invocations.clear()
    flow.minute()
    flow.minute()
    assert flow.vendor.done("notes.add") == ["milk"]

    flow.say("/desk notes.add juice")
    flow.plan()
    while flow._call_tool():
        pass
    flow.aws.outbox.messages.clear()
    flow.settle()

    assert flow.answers() == ["Done: milk", "Done: juice"]


def test_the_turn_of_a_lane_is_found_without_its_hint(flow):
    for number in range(3):
        flow.say(f"/desk notes.add {number}")
    flow.plan()
    del flow.aws.invocations[1:]
    while flow._call_tool():
        flow.aws.inbox.messages.clear()

    flow.settle()

    assert flow.vendor.done("notes.add") == ["0", "1", "2"]
    assert sorted(flow.answers()) == [f"Done: {number}" for number in range(3)]


@pytest.mark.parametrize("lost", range(4))
def test_one_copy_of_a_message_is_enough(flow, lost):
    flow.say("/desk notes.add milk")
    messages = flow.aws.inbox.messages
    assert len(messages) == 2
    if lost < 2:
        del messages[lost]
    if lost == 3:
        messages.reverse()
    flow.settle()

    assert flow.vendor.done("notes.add") == ["milk"]
    assert len(flow.answers()) == 1


def test_a_lane_that_waits_for_a_slow_call_goes_on_after_it(flow):
    flow.ports.fail("desk.notes.add", None, delay=40.0)
    for number in range(3):
        flow.say(f"/desk notes.add {number}")
    flow.settle()

    assert flow.vendor.done("notes.add") == ["0", "1", "2"]
    assert flow.answers() == [f"Done: {number}" for number in range(3)]


def test_a_call_that_outlives_its_lease_has_no_second_effect(flow):
    def outlive(operation, when):
        if (operation, when) == ("desk.notes.add", "after"):
            flow.ports.watch = None
            flow.clock.advance(120)
            flow.sweep()
            flow.pump()

    flow.ports.watch = outlive
    flow.say("/desk notes.add milk")
    flow.settle()

    assert flow.vendor.done("notes.add") == ["milk"]
    assert flow.answers() == ["Done: milk"]
    assert len(flow.audits("outcome")) == 1


def test_an_observation_that_no_planner_waits_for_is_dropped(flow, lines):
    flow.aws.inbox.send(encode(Observation(build.run_id(), 1)).decode(), "group", "once")

    flow.pump()

    assert not flow.outstanding()
    assert [line["hop"] for line in lines() if line["message"] == "observation dropped"] == [1]
