"""The frame around every tool: each effect class, whatever goes wrong."""

import re

import pytest
from msgspec import json

from switchboard.errors import AppError, BadRequestError, RateLimitedError, UnavailableError
from switchboard.frame.attempt import MAX_ATTEMPTS
from switchboard.frame.package import Tool
from switchboard.models import Result
from tests.kit import build, ports
from tests.kit.ports import Crash
from tests.kit.stories import op_row, record

LEASE = 45.0
CHANGING = {
    "idempotent": "title.set",
    "keyed": "notes.add",
    "queryable": "notes.post",
    "once": "letters.send",
}
REPEATED = ["title.set", "notes.add", "notes.post"]
UNKNOWN = "This may have happened; I have not repeated it: `desk {operation}`. "


@pytest.fixture
def planned(flow):
    """Commit a call; its command."""

    def plan(operation, text="milk", number=1):
        arguments = {} if operation == "notes.list" else {"text": text}
        command = build.command(operation, arguments, number=number, asked_at=flow.clock())
        return record(command, changes=operation != "notes.list", number=number)

    return plan


def answer_of(flow, number=1):
    row = flow.aws.table.plain(f"run#{build.run_id(number)}", "answer#000")
    return json.decode(json.encode(json.decode(row["answer"])["result"]), type=Result)


def crash(flow, command, port, when="after"):
    """Run the command until the process is killed at that port, and let its lease run out."""
    flow.ports.fail(port, Crash(), when=when)
    with pytest.raises(Crash):
        flow.call(command)
    flow.cold()
    flow.clock.advance(LEASE + 1)


@pytest.mark.parametrize("operation", ["notes.list", *CHANGING.values()])
def test_a_first_try_has_its_effect_and_is_done_and_the_same_hint_again_does_nothing(
    flow, planned, operation
):
    command = planned(operation)
    assert flow.call(command) == "DONE"

    reads = operation == "notes.list"
    assert flow.vendor.done(operation) == ([] if reads else ["milk"])
    assert answer_of(flow).text == ("0 notes: " if reads else "Done: milk")
    flow.ports.calls.clear()
    assert flow.call(command) == "SKIPPED"
    assert not [call for call in flow.ports.calls if call.startswith("desk.")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["notes.list", *CHANGING.values()])
def test_a_call_that_was_killed_is_taken_up_as_its_class_allows(flow, planned, operation, when):
    command = planned(operation)
    crash(flow, command, f"desk.{operation}", when)

    if operation == "letters.send":
        assert flow.call(command) == "UNKNOWN"
        assert answer_of(flow).error.message.startswith(UNKNOWN.format(operation=operation))
        assert len(flow.vendor.effects) == (1 if when == "after" else 0)
    else:
        assert flow.call(command) == "DONE"
        assert flow.vendor.done(operation) == ([] if operation == "notes.list" else ["milk"])


def test_only_a_second_try_asks_whether_the_first_had_its_effect(flow, planned):
    command = planned("notes.post")
    crash(flow, command, "desk.notes.post")
    assert "desk.find" not in flow.ports.calls

    flow.call(command)
    assert flow.ports.calls.count("desk.find") == 1
    assert flow.ports.calls.count("desk.notes.post") == 1


@pytest.mark.parametrize("operation", REPEATED)
def test_a_vendor_that_is_down_is_tried_again_later(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", UnavailableError("down"), when="after")

    assert flow.call(command) == "PLANNED"
    assert op_row(flow.aws, command)["due_at"] == flow.clock() + 30
    assert flow.call(command) == "DONE"
    assert flow.vendor.done(operation) == ["milk"]


@pytest.mark.parametrize("operation", REPEATED)
def test_a_vendor_that_stays_down_is_given_up_and_the_outcome_is_unknown(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", UnavailableError("down"), times=99)

    states = [flow.call(command) for _ in range(MAX_ATTEMPTS)]

    assert states == ["PLANNED", "PLANNED", "UNKNOWN"]
    assert answer_of(flow).error.message.startswith(UNKNOWN.format(operation=operation))
    assert flow.call(command) == "SKIPPED"


def test_a_read_says_at_once_that_the_vendor_is_down(flow, planned):
    flow.ports.fail("desk.notes.list", UnavailableError("secret detail"))

    assert flow.call(planned("notes.list")) == "FAILED"
    told = answer_of(flow).error.message
    assert told.startswith("desk did not answer as it should.")
    assert "secret" not in told


def test_what_cannot_be_repeated_is_unknown_when_the_vendor_did_not_answer(flow, planned):
    flow.ports.fail("desk.letters.send", UnavailableError("timeout"), when="after")

    assert flow.call(planned("letters.send")) == "UNKNOWN"
    assert flow.vendor.done("letters.send") == ["milk"]


@pytest.mark.parametrize("operation", ["notes.list", *CHANGING.values()])
def test_a_rejection_is_an_answer_and_is_never_tried_again(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", BadRequestError("no", say="no_ink", text="it"))

    assert flow.call(command) == "FAILED"
    assert answer_of(flow).error.message == "The desk has no ink for it."
    assert flow.call(command) == "SKIPPED"


def test_a_bug_ends_a_read_at_once_with_its_place_for_the_operator(flow, planned, lines):
    flow.ports.fail("desk.notes.list", ZeroDivisionError("a person's words"), times=99)

    assert flow.call(planned("notes.list")) == "FAILED"

    assert answer_of(flow).error.message.startswith("desk met an error of its own")
    (line,) = [one for one in lines() if "unforeseen" in one]
    assert (line["detail"], line["unforeseen"]) == ("ZeroDivisionError", 1)
    assert re.fullmatch(r"switchboard\.\S+:\d+ \w+ > tests\.\S+:\d+ \w+", line["at"])
    assert "words" not in str(line)


@pytest.mark.parametrize("operation", CHANGING.values())
def test_a_bug_in_a_change_is_raised_then_tried_again_and_at_last_told(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", ZeroDivisionError(), times=99)

    for _ in range(1 if operation == "letters.send" else MAX_ATTEMPTS):
        with pytest.raises(AppError, match="ZeroDivisionError"):
            flow.call(command)
        assert flow.call(command) == "SKIPPED"
        flow.clock.advance(LEASE + 1)

    assert flow.call(command) == "UNKNOWN"
    assert flow.vendor.effects == []


@pytest.mark.parametrize("port", ["s3.PUT", "dynamodb.TransactWriteItems"])
@pytest.mark.parametrize("operation", REPEATED)
def test_killed_while_the_result_is_kept_it_has_one_effect(flow, planned, operation, port):
    command = planned(operation)
    crash(flow, command, port, "before")

    assert flow.call(command) == "DONE"
    assert flow.vendor.done(operation) == ["milk"]


def test_who_comes_too_late_closes_nothing_and_hints_nothing(flow, planned):
    command = planned("notes.add")

    def overtake(port, when):
        if (port, when) == ("s3.PUT", "before"):
            flow.ports.watch = None
            flow.clock.advance(LEASE + 1)
            assert flow.call(command) == "DONE"

    flow.ports.watch = overtake
    flow.call(command)

    assert flow.vendor.done("notes.add") == ["milk"]
    assert len(flow.aws.outbox.messages) == 1
    assert len(flow.audits("outcome")) == 1


@pytest.mark.parametrize("operation", CHANGING.values(), ids=CHANGING)
def test_a_vendor_that_asks_to_slow_down_is_asked_again_when_it_says(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", RateLimitedError(retry_after=90), times=MAX_ATTEMPTS + 1)

    for _ in range(MAX_ATTEMPTS + 1):
        assert flow.call(command) == "PLANNED"
        assert op_row(flow.aws, command)["due_at"] == flow.clock() + 90
        flow.clock.advance(89)
        assert flow.call(command) == "SKIPPED"  # a hint that comes early
        flow.clock.advance(1)
    assert flow.call(command) == "DONE"
    assert flow.vendor.done(operation) == ["milk"]


@pytest.mark.parametrize("operation", CHANGING.values(), ids=CHANGING)
def test_who_would_have_to_wait_longer_than_a_run_lasts_is_told_at_once(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail(f"desk.{operation}", RateLimitedError(retry_after=901))

    assert flow.call(command) == "FAILED"
    assert answer_of(flow).error.message.startswith("desk asks us to slow down.")
    assert flow.vendor.effects == []


@pytest.mark.parametrize("operation", REPEATED)
def test_a_limit_takes_nothing_back_of_what_an_earlier_try_may_have_done(flow, planned, operation):
    command = planned(operation)
    crash(flow, command, f"desk.{operation}")
    for port in (operation, "find"):
        flow.ports.fail(f"desk.{port}", RateLimitedError(retry_after=901))

    assert flow.call(command) == "UNKNOWN"
    assert flow.vendor.done(operation) == ["milk"]


@pytest.mark.parametrize("operation", CHANGING.values(), ids=CHANGING)
def test_what_has_happened_and_cannot_be_described_is_plainly_done(flow, planned, operation):
    assert flow.call(planned(operation, "blot")) == "DONE"
    assert flow.vendor.done(operation) == ["blot"]
    assert answer_of(flow).text == "Done."


@pytest.mark.parametrize("operation", CHANGING.values(), ids=CHANGING)
def test_what_has_happened_and_cannot_be_stored_is_done_all_the_same(flow, planned, operation):
    command = planned(operation)
    flow.ports.fail("s3.PUT", ports.refused("AccessDenied", 403))

    assert flow.call(command) == "DONE"
    assert answer_of(flow).text == "Done: milk"
    assert answer_of(flow).result.object == ""


def test_a_phrase_that_is_missing_hides_neither_an_end_nor_a_refusal(flow):
    tool = Tool("desk", "tests.desk.adapter:DeskAdapter")

    assert tool.tell("nothing like it", "en") == "Done."
    assert tool.tell("written", "zh") == "已完成。"
    assert tool.say("no_ink", "en") == "That cannot be done as asked."
