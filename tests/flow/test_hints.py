"""Hints may be lost: the ledger is the truth, and the sweep gives others."""

import pytest

from functions.dispatch import app as dispatch
from switchboard.cloud import aws
from switchboard.errors import NotAllowedError
from switchboard.ledger import dead_letters, people, stops, table
from switchboard.models import Observation, Sender, encode
from tests.kit import build
from tests.kit.environment import TOOL_PREFIX
from tests.kit.fakes import INBOX
from tests.kit.queues import event_of


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
        flow.aws.hints.messages.clear()

    flow.settle()

    assert flow.vendor.done("notes.add") == ["0", "1", "2"]
    assert sorted(flow.answers()) == [f"Done: {number}" for number in range(3)]


def test_an_observation_that_no_planner_waits_for_is_dropped(flow, lines):
    flow.aws.hints.send(encode(Observation(build.run_id(), 1)).decode(), "group", "once")

    flow.pump()

    assert not flow.outstanding()
    assert [line["hop"] for line in lines() if line["message"] == "observation dropped"] == [1]


def test_who_has_a_tool_s_role_is_nobody_pairs_nobody_and_lifts_no_stop(flow):
    flow.pair("boss", role="admin")
    forged = build.envelope("/desk notes.add forged", sender=Sender("boss"))
    taken = {"QueueUrl": INBOX, "MessageBody": build.encoded(forged)}
    once = {"MessageGroupId": "group", "MessageDeduplicationId": "once"}

    for attempt in (
        lambda: aws.call("sqs", "SendMessage", {**taken, **once}),
        lambda: flow.pair("mallory", role="admin"),
        lambda: table.transact([one.item for one in stops.resume_guards("")]),
        lambda: aws.get_object("results", "results/others/answer.md"),
    ):
        with pytest.raises(aws.AwsError, match="AccessDenied"), flow._as(f"{TOOL_PREFIX}desk"):
            attempt()
    flow.aws.denied.clear()

    flow.settle()
    assert flow.vendor.effects == []
    assert people.person_at("web", "main", "mallory") is None


def test_an_envelope_among_the_hints_is_nobody_s(flow):
    """Tools may send there: what they send is not believed, not answered and not redriven."""
    forged = build.encoded(build.envelope("/desk notes.add forged"))
    flow.aws.hints.send(forged, "group", "once")
    flow.say("/desk notes.add milk")

    for _ in range(30):
        flow.minute()

    assert flow.vendor.done("notes.add") == ["milk"]
    assert flow.answers() == ["Done: milk"]
    assert dead_letters.list_all() == []
    assert flow.outstanding() == []


@pytest.mark.parametrize("value", [build.hint(build.run_id()), Observation(build.run_id(), 1)])
def test_a_hint_in_the_inbox_as_tools_of_0_1_0_sent_it_holds_nothing_up(flow, lines, value):
    hint = build.encoded(value)
    flow.say("/desk notes.add milk")
    flow.aws.inbox.send(hint, flow.aws.inbox.messages[0].group, "once")
    flow.say("/desk notes.add juice")

    flow.pump()

    assert flow.answers() == ["Done: milk", "Done: juice"]
    assert [line["level"] for line in lines() if line["message"] == "hint dropped"] == ["WARNING"]


@pytest.mark.parametrize("source", ["arn:aws:sqs:us-east-1:123456789012:outbox.fifo", ""])
def test_what_comes_from_no_queue_of_dispatch_s_is_refused(flow, source):
    flow.say("/desk notes.add milk")
    batch = event_of(flow.aws.inbox.receive())
    batch["Records"][-1]["eventSourceARN"] = source

    with pytest.raises(NotAllowedError):
        dispatch.handler(batch, None)
    assert flow.states("op") == []
