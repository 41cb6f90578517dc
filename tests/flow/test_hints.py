"""Hints may be lost: the ledger is the truth, and the sweep gives others."""

from switchboard.models import Observation, encode
from tests.kit import build


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


def test_an_observation_that_no_planner_waits_for_is_dropped(flow, lines):
    flow.aws.inbox.send(encode(Observation(build.run_id(), 1)).decode(), "group", "once")

    flow.pump()

    assert not flow.outstanding()
    assert [line["hop"] for line in lines() if line["message"] == "observation dropped"] == [1]
