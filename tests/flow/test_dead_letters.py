"""What queues and Lambda give up ends in an answer for the person, and in an operator's hands."""

import pytest

from functions.dispatch import decisions
from switchboard.errors import AppError
from switchboard.ledger import dead_letters
from switchboard.runtime import current
from tests.kit import build, ports
from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash

MINUTES = 60.0
LOST = "I could not handle your message"


class Deadly:
    """A planner that fails at one word, as a bug of ours would."""

    def __init__(self, error):
        self.error = error

    def plan(self, turn):
        if "poison" in turn.text:
            raise self.error


def named(lines, message):
    return [line for line in lines() if line["message"] == message]


@pytest.mark.parametrize("error", [Crash(), ZeroDivisionError(), AppError("a bug")])
def test_a_message_that_cannot_be_planned_is_answered_kept_and_reported_and_nobody_else_is(
    flow, lines, error
):
    planners = (Deadly(error), *decisions.planners())
    current().give(decisions.planners, planners)
    flow.pair("bob")
    for text in ("poison", "/desk notes.add milk", "/desk notes.add eggs"):
        flow.say(text)
    flow.say("/desk notes.add bread", sender="bob")
    flow.settle()

    told = flow.letters()[0]
    assert told.text.startswith(LOST)
    assert told.error
    assert flow.answers()[1:] == ["Done: milk", "Done: eggs"]
    assert flow.answers("bob") == ["Done: bread"]
    assert ["poison" in one.body for one in dead_letters.list_all()] == [True]
    assert sum(line.get("dead", 0) for line in lines()) == 2  # both copies
    assert [row["outcome"] for row in flow.audits("denied")] == ["dead_letter"]
    assert flow.aws.inbox_dead.messages == []


def test_a_message_whose_other_copy_was_planned_is_not_called_lost(flow):
    flow.say("/desk notes.add milk")
    flow.aws.inbox_dead.messages.append(flow.aws.inbox.messages.pop(0))
    flow.settle()

    assert flow.answers() == ["Done: milk"]
    assert dead_letters.list_all() == []


def test_a_dead_hint_needs_nothing_but_its_row_and_what_nobody_can_read_is_kept_as_it_is(flow):
    unread = '{"type":"envelope","version":2}'
    hint = build.encoded(build.hint(build.run_id()))
    dead = flow.aws.inbox_dead, flow.aws.hints_dead, flow.aws.outbox_dead
    for queue in dead:
        queue.send(hint, "g", "d")
    flow.aws.inbox_dead.send(unread, "g", "e")
    flow.sweep()

    assert [one.body for one in dead_letters.list_all()] == [unread]
    assert not any(queue.messages for queue in dead)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "port",
    ["sqs.ReceiveMessage", "dynamodb.TransactWriteItems", "sqs.SendMessage", "sqs.DeleteMessage"],
)
@pytest.mark.parametrize("error", [Crash(), ports.dropped(), ports.refused("AccessDenied", 403)])
def test_whatever_happens_while_it_is_buried_it_is_buried_and_told_once(port, when, error):
    with Flow().running() as flow:
        envelope = build.encoded(build.envelope("/desk notes.add milk"))
        flow.aws.inbox_dead.send(envelope, "g", "d")
        flow.ports.fail(port, error, when=when)
        flow.sweep()
        flow.ports.faults.clear()
        for _ in range(3):
            flow.minute()

        assert [text[: len(LOST)] for text in flow.answers()] == [LOST]
        assert len(dead_letters.list_all()) == 1
        assert not flow.outstanding()


def test_one_letter_that_cannot_be_buried_keeps_no_other_waiting(flow):
    for number in range(3):
        envelope = build.envelope("/desk notes.add milk", number=number, conversation=f"r{number}")
        flow.aws.inbox_dead.send(build.encoded(envelope), f"g{number}", "d")
    flow.ports.fail("dynamodb.TransactWriteItems", ports.refused("AccessDeniedException"), skip=1)
    flow.sweep()

    assert len(dead_letters.list_all()) == 2
    assert "1 rows could not be taken up" in str(flow.raised[-1])


def test_a_thousand_dead_letters_are_worked_off_a_bounded_number_at_a_time(flow):
    for number in range(120):
        envelope = build.envelope(number=number, conversation=f"r{number}")
        flow.aws.inbox_dead.send(build.encoded(envelope), f"g{number}", "d")
    flow.sweep()
    first = len(dead_letters.list_all())
    flow.sweep()
    flow.sweep()

    assert first == 50
    assert len(dead_letters.list_all()) == 120


def test_a_call_whose_function_never_starts_is_given_up_and_told(flow, lines):
    flow.say("/desk notes.add milk")
    flow.say("/desk notes.list")
    flow.plan()
    flow._tools["switchboard-test-tool-desk"] = lambda event, context: 1 / 0
    for _ in range(33):
        flow.minute()

    assert sorted(flow.states("op")) == ["EXPIRED", "FAILED"]
    assert any(text.startswith("I have not run `desk notes.add`") for text in flow.answers())
    assert any(text.startswith("desk did not answer as it should") for text in flow.answers())
    assert not flow.aws.failures.messages
    found = lines()
    assert sum(line["ended"] for line in found if line["message"] == "swept") == 2
    given_up = [line for line in found if line["message"] == "given up"]
    assert {line["run"] for line in given_up} == {row["run"] for row in flow.audits("intent")}
    assert {(line["Tool"], line["channel"]) for line in given_up} == {("desk", "web")}


def test_the_call_after_one_that_was_given_up_has_its_turn(flow):
    flow.say("/desk notes.add milk")
    flow.clock.advance(20 * MINUTES)
    flow.say("/desk notes.add juice")
    flow.plan()
    flow.aws.invocations.clear()
    flow.clock.advance(12 * MINUTES)
    flow.sweep()
    flow.pump()

    assert flow.states("op") == ["EXPIRED", "DONE"]


def test_a_call_that_kills_its_function_every_time_is_unknown_in_the_end(flow):
    flow.say("/desk notes.add milk")
    flow.plan()
    flow.ports.fail("desk.notes.add", Crash(), times=99)
    for _ in range(33):
        flow.minute()

    assert flow.states("op") == ["UNKNOWN"]
    assert flow.answers()[0].startswith("This may have happened")


def test_a_missed_sweep_is_reported(flow, lines):
    flow.sweep()
    flow.clock.advance(2 * MINUTES)
    flow.sweep()
    assert named(lines, "schedule missed") == []

    flow.clock.advance(10 * MINUTES)
    flow.sweep()
    (line,) = named(lines, "schedule missed")
    assert line["missed_seconds"] == 600
