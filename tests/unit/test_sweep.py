"""What the sweep gives again, and that one hopeless row keeps nobody else waiting."""

import pytest

from functions.sweep import app as sweep
from switchboard.errors import AppError
from switchboard.ledger import ops, replies
from switchboard.ledger.states import OpState, ReplyState
from tests.kit import build, ports
from tests.kit.stories import LEASE, answered, in_lane, record, started


def run():
    """What was done, without the zeros."""
    return {name: count for name, count in sweep.handler({}, None).items() if count}


def hinted(flow):
    return [one.event["params"]["_meta"]["run"] for one in flow.aws.invocations]


def test_nothing_is_swept_while_hints_are_young(flow):
    record()
    answered(number=2)
    flow.clock.advance(60)

    assert run() == {}
    assert not flow.aws.invocations
    assert not flow.aws.outbox.messages


def test_calls_and_answers_whose_hints_are_late_get_others(flow):
    command = record()
    answered(number=2)
    flow.clock.advance(61)

    assert run() == {"calls": 1, "answers": 1}
    assert hinted(flow) == [str(command.params.meta.run)]
    assert str(build.run_id(2)) in flow.aws.outbox.messages[0].body


def test_a_call_is_left_alone_as_long_as_its_lease_lasts(flow):
    started(record(), lease=300.0)
    flow.clock.advance(299)
    assert "calls" not in run()

    flow.clock.advance(2)
    assert run()["calls"] == 1


def test_what_was_hinted_is_not_hinted_again_before_that_hint_is_late(flow):
    record()
    flow.clock.advance(61)
    run()
    flow.clock.advance(60)
    assert run() == {}

    flow.clock.advance(1)
    assert run() == {"calls": 1}


def test_one_run_takes_so_many_rows_and_the_next_goes_on_with_the_others(flow, monkeypatch):
    monkeypatch.setattr(sweep, "LIMIT", 1)
    for number in range(80):
        record(number=number)
    flow.clock.advance(61)
    first, second = run()["calls"], run()["calls"]

    assert first == second == 8
    assert len(set(hinted(flow))) == 16


def test_a_run_that_takes_long_leaves_the_rest_to_the_next(flow):
    for number in range(10):
        record(number=number)
    flow.clock.advance(61)
    flow.ports.fail("lambda.Invoke", None, delay=15.0, times=3)
    assert run() == {"calls": 3}

    assert run() == {"calls": 7}


def test_of_a_lane_only_the_head_is_hinted(flow):
    for number in range(5):
        in_lane(number)
    flow.clock.advance(61)

    assert run() == {"calls": 5}
    assert hinted(flow) == [str(build.run_id(0))]


def test_an_answer_is_left_alone_while_it_is_being_sent(flow):
    replies.claim(answered(), lease=LEASE, now=flow.clock())
    flow.clock.advance(LEASE)
    assert "answers" not in run()

    flow.clock.advance(1)
    assert run()["answers"] == 1


def test_what_was_postponed_waits_for_its_time(flow):
    sending = replies.claim(answered(), lease=LEASE, now=flow.clock())
    replies.retry_later(sending, flow.clock() + 300, 0, refused=True)
    flow.clock.advance(299)
    assert "answers" not in run()

    flow.clock.advance(2)
    assert run()["answers"] == 1


def test_what_has_ended_is_left_alone(flow):
    ops.close(started(record()), build.result(), OpState.DONE, flow.clock())
    sending = replies.claim(build.hint(build.run_id()), lease=LEASE, now=flow.clock())
    replies.settle(sending, ReplyState.SENT)
    flow.clock.advance(10_000)

    assert run() == {}


@pytest.mark.parametrize("port", ["dynamodb.Query", "dynamodb.UpdateItem", "lambda.Invoke"])
def test_sweeping_twice_at_once_gives_one_hint_and_one_effect(flow, port):
    in_lane(1)
    flow.clock.advance(61)

    def overlap(operation, when):
        if (operation, when) == (port, "before"):
            flow.ports.watch = None
            run()

    flow.ports.watch = overlap
    run()

    assert len(flow.aws.invocations) == 1
    flow.pump()
    assert flow.vendor.done("notes.add") == ["note 1"]
    assert len(flow.answers()) == 1


def test_the_sweep_costs_twelve_calls_when_there_is_nothing_to_do(flow):
    run()

    assert flow.ports.counted() == {
        "dynamodb.Query": 8,
        "dynamodb.UpdateItem": 1,
        "sqs.ReceiveMessage": 3,
    }


@pytest.mark.parametrize(
    ("error", "times"), [(ports.refused("AccessDenied", 403), 1), (ports.dropped(), 4)]
)
def test_a_call_that_cannot_be_hinted_keeps_nobody_waiting(flow, error, times):
    for number in range(4):
        record(number=number)
    answered(number=9)
    flow.ports.fail("lambda.Invoke", error, skip=1, times=times)
    flow.clock.advance(61)

    with pytest.raises(AppError):
        run()

    assert len(flow.aws.invocations) == 3
    assert len(flow.aws.outbox.messages) == 1


def test_a_tool_that_is_gone_is_reported_and_keeps_nobody_waiting(flow):
    gone = build.command(tool="drawer")
    record(gone)
    record(number=2)
    answered(number=3)
    flow.clock.advance(61)

    with pytest.raises(AppError, match="1 rows"):
        run()

    assert hinted(flow) == [str(build.run_id(2))]
    assert len(flow.aws.outbox.messages) == 1


def test_an_answer_that_cannot_be_hinted_keeps_nobody_waiting(flow):
    for number in range(3):
        answered(number=number)
    flow.ports.fail("sqs.SendMessage", ports.refused("AccessDenied", 403))
    flow.clock.advance(61)

    with pytest.raises(AppError, match="1 rows"):
        run()
    assert len(flow.aws.outbox.messages) == 2
