"""What the sweep gives again, and that one hopeless row keeps nobody else waiting."""

import pytest

from functions.sweep import app as sweep
from switchboard.errors import AppError
from switchboard.ledger import replies
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import LEASE, answered, in_lane, op_row, record, started


def run():
    """What was done, without the zeros."""
    return {name: count for name, count in sweep.handler({}, None).items() if count}


def hinted(flow):
    return [one.event["params"]["_meta"]["run"] for one in flow.aws.invocations]


def test_calls_and_answers_whose_hints_are_late_get_others_which_may_be_late_too(flow):
    command = record()
    answered(number=2)
    for _ in range(2):
        flow.clock.advance(60)
        assert run() == {}

        flow.clock.advance(1)
        assert run() == {"calls": 1, "answers": 1}
    assert hinted(flow) == [str(command.params.meta.run)] * 2
    assert all(str(build.run_id(2)) in one.body for one in flow.aws.outbox.messages)


def test_what_only_waits_for_a_busy_function_is_hinted_ever_more_seldom(flow):
    command = record()
    answered(number=2)
    for _ in range(29):
        flow.clock.advance(61)
        run()

    assert len(hinted(flow)) == len(flow.aws.outbox.messages) == 8
    flow.call(command)  # somebody has it now: from its end on all begins anew
    assert "hints" not in op_row(flow.aws, command)
    assert replies.claim(build.hint(build.run_id(2)), lease=LEASE, now=flow.clock())
    assert "hints" not in flow.aws.table.plain(f"run#{build.run_id(2)}", "answer#000")


def test_who_waits_in_a_lane_is_looked_at_every_minute(flow):
    for number in (1, 2):
        record(
            build.command("notes.add", {"text": "milk"}, number=number), changes=True, number=number
        )
    for _ in range(4):
        flow.clock.advance(61)
        run()

    assert flow.aws.table.plain(f"run#{build.run_id(2)}", "op#000")["hints"] == 0


def sending():
    return replies.claim(answered(), lease=LEASE, now=START)


@pytest.mark.parametrize(
    ("make", "kind", "due"),
    [
        (lambda: started(record(), lease=300.0), "calls", 300),
        (sending, "answers", LEASE),
        (
            lambda: replies.retry_later(sending(), START + 300, 0, refused=True, why="busy"),
            "answers",
            300,
        ),
    ],
    ids=["a call that runs", "an answer that is sent", "an answer that was postponed"],
)
def test_what_is_under_way_is_left_alone_until_it_is_due(flow, make, kind, due):
    make()
    flow.clock.advance(due - 1)
    assert kind not in run()

    flow.clock.advance(2)
    assert run()[kind] == 1


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


def test_the_sweep_costs_thirteen_calls_when_there_is_nothing_to_do(flow):
    run()

    assert flow.ports.counted() == {
        "dynamodb.Query": 8,
        "dynamodb.UpdateItem": 1,
        "sqs.ReceiveMessage": 4,
    }


@pytest.mark.parametrize(
    ("port", "error", "times", "left"),
    [
        ("lambda.Invoke", ports.refused("AccessDenied", 403), 1, (3, 2)),
        ("lambda.Invoke", ports.dropped(), 4, (3, 2)),
        ("sqs.SendMessage", ports.refused("AccessDenied", 403), 1, (4, 1)),
        (None, "a tool that is gone", 0, (3, 2)),
    ],
)
def test_what_cannot_be_hinted_is_reported_and_keeps_nobody_waiting(flow, port, error, times, left):
    record(build.command(tool="desk" if port else "drawer"))
    for number in (2, 3, 4):
        record(number=number)
    for number in (5, 6):
        answered(number=number)
    if port:
        flow.ports.fail(port, error, times=times)
    flow.clock.advance(61)

    with pytest.raises(AppError, match="1 rows"):
        run()

    assert (len(flow.aws.invocations), len(flow.aws.outbox.messages)) == left
