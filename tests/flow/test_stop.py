"""Stop means stop: no change that was queued starts after it, whoever said it and wherever."""

import msgspec
import pytest

from switchboard.models import Command
from tests.kit import ports
from tests.kit.ports import Crash

COUNT = 20


@pytest.fixture
def queued(flow):
    """Twenty changes that are planned and have not begun."""
    for number in range(COUNT):
        flow.say(f"/desk notes.add note-{number}")
    flow.plan()
    return flow


def halted(flow, *words, sender="ada"):
    for word in words:
        flow.say(word, sender=sender)
    return flow.settle()


def test_of_twenty_queued_changes_none_starts_after_stop(queued):
    queued.say("/stop")
    queued.plan()
    before = len(queued.vendor.effects)
    queued.settle()

    assert before == len(queued.vendor.effects) == 0
    assert queued.states("op") == ["STOPPED"] * COUNT
    answers = queued.answers()
    assert sum(text.startswith("Stopped before it ran: `desk notes.add`") for text in answers) == 20
    assert sum(text.startswith("Stopped: no change of this conversation") for text in answers) == 1


def test_stop_overtakes_what_waits_in_the_inbox(flow):
    flow.say("/desk notes.add first")
    flow.aws.inbox.receive(10)  # somebody has it and does not come back for a while
    flow.say("/stop")

    flow.plan()

    assert flow.aws.table.plain("lane#web/main/ada", "lane")["stopped_at"]


def test_what_has_begun_goes_on_and_the_rest_is_stopped(queued):
    def stop(port, when):
        if (port, when) == ("desk.notes.add", "before"):
            queued.ports.watch = None
            queued.say("/stop")
            queued.plan()

    queued.ports.watch = stop
    queued.settle()

    assert queued.vendor.done("notes.add") == ["note-0"]
    assert sorted(queued.states("op")) == ["DONE"] + ["STOPPED"] * (COUNT - 1)


def test_a_change_asked_for_while_it_is_stopped_is_stopped_too_but_no_read_and_nobody_else(flow):
    flow.pair("bob")
    halted(flow, "/stop", "/desk notes.add milk", "/desk notes.list")
    halted(flow, "/desk notes.add bread", sender="bob")

    assert flow.vendor.done("notes.add") == ["bread"]
    assert sorted(flow.states("op")) == ["DONE", "DONE", "STOPPED"]
    assert "0 notes: " in flow.answers()


def test_a_stopped_call_is_repeated_only_once(flow):
    halted(flow, "/stop", "/desk notes.add milk")
    ref = flow.answers()[-1].split("/repeat ")[1][:6]

    halted(flow, "/resume", "/desk notes.add bread", f"/repeat {ref}", f"/repeat {ref.lower()}")

    assert flow.vendor.done("notes.add") == ["bread", "milk"]
    assert sum("has been repeated already" in text for text in flow.answers()) == 1


def test_an_admin_stops_everybody_and_resumes_everybody(flow):
    flow.pair("bob")
    flow.pair("root", role="admin")
    halted(flow, "/stop all", sender="root")
    halted(flow, "/desk notes.add milk", sender="bob")
    assert flow.vendor.effects == []

    halted(flow, "/resume all", sender="root")
    halted(flow, "/desk notes.add bread", sender="bob")
    assert flow.vendor.done("notes.add") == ["bread"]


@pytest.mark.parametrize("word", ["/stop all", "/resume all", "/停止 全部"])
def test_only_an_admin_stops_or_resumes_everybody(flow, word):
    flow.pair("bob", role="member")
    halted(flow, word, sender="bob")
    halted(flow, "/desk notes.add milk")

    assert flow.vendor.done("notes.add") == ["milk"]
    assert len(flow.audits("denied")) == 1


def test_a_guest_may_stop_their_conversation_and_not_resume_it(flow):
    flow.pair("eve", role="guest")
    halted(flow, "/stop", "/resume", sender="eve")

    assert flow.aws.table.plain("lane#web/main/eve", "lane")["stopped_at"]
    assert flow.answers("eve")[-1].startswith("You may not do that")


def test_stop_and_resume_leave_records_and_count_towards_no_cap(flow):
    halted(flow, "/stop", "/resume")

    assert sorted(row["outcome"] for row in flow.audits("control")) == ["resume", "stop"]
    assert flow.aws.table.found("usage#") == []


def test_what_may_have_begun_before_the_stop_is_said_to_be_unknown(flow):
    flow.say("/desk notes.add milk")
    flow.plan()
    flow.ports.fail("desk.notes.add", Crash(), when="after")
    flow.pump()
    halted(flow, "/stop")

    assert flow.vendor.done("notes.add") == ["milk"]
    assert flow.states("op") == ["UNKNOWN"]
    assert flow.answers()[-1].startswith("This may have happened")


def test_a_stop_that_is_lifted_while_a_change_meets_it_keeps_that_from_nothing(flow):
    flow.say("/desk notes.add milk")
    flow.say("/stop")
    flow.plan()
    flow.say("/resume")
    reads = []

    def lift(port, when):
        reads.extend([port] if (port, when) == ("dynamodb.GetItem", "before") else [])
        if len(reads) == 2:  # the claim has met the stop, and looks for it now
            flow.ports.watch = None
            flow.plan()

    flow.ports.watch = lift
    command = msgspec.convert(flow.aws.invocations.pop().event, Command)

    assert flow.call(command) == "DONE"
    assert flow.vendor.done("notes.add") == ["milk"]


@pytest.mark.parametrize("port", ["dynamodb.TransactWriteItems", "dynamodb.GetItem"])
@pytest.mark.parametrize("skip", range(6))
def test_a_stop_survives_dropped_connections(queued, port, skip):
    queued.say("/stop")
    queued.plan()
    queued.ports.fail(port, ports.dropped(), skip=skip, times=5)
    queued.settle()

    assert queued.vendor.effects == []
    assert queued.states("op") == ["STOPPED"] * COUNT
