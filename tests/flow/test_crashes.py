"""Killed, cut off or refused at every single call: still one effect and one answer."""

from collections.abc import Callable

import pytest

from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash, Interruption, When, dropped

OPERATIONS = {
    "read": "notes.list",
    "idempotent": "title.set",
    "keyed": "notes.add",
    "queryable": "notes.post",
    "once": "letters.send",
}
UNKNOWN = "This may have happened; I have not repeated it"
MOMENTS: tuple[When, ...] = ("before", "after")


def line(operation: str) -> str:
    return f"/desk {operation}" + ("" if operation == "notes.list" else " milk")


def calls_of(operation: str) -> list[str]:
    """All calls of one undisturbed message, from a cold start."""
    with Flow().running() as flow:
        flow.say(line(operation))
        flow.settle()
        return list(flow.ports.calls)


def interrupted(operation: str, make: Callable[[], BaseException]):
    """A settled flow for every call of the message, and each side of it."""
    for number in range(len(calls_of(operation))):
        for when in MOMENTS:
            with Flow().running() as flow:
                flow.ports.watch = Interruption(number, when, make())
                flow.say(line(operation))
                flow.settle()
                yield flow, f"{when} {flow.ports.watch.met} (call {number})"


def check_books(flow: Flow, where: str) -> None:
    """Whatever happened: all ended, told once, one intent and one outcome on record."""
    assert len(flow.answers()) == 1, where
    assert flow.states("answer") == ["SENT"], where
    assert len(flow.audits("intent")) == len(flow.audits("outcome")) == 1, where
    assert flow.audits("outcome")[0]["outcome"] == flow.states("op")[0], where
    assert not flow.aws.table.found("dead"), where


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_crash_at_any_call_costs_neither_the_effect_nor_the_answer(operation):
    met = 0
    for flow, where in interrupted(operation, Crash):
        met += any(isinstance(one, Crash) for one in flow.raised)
        check_books(flow, where)
        effects, told = flow.vendor.done(operation), flow.answers()[0]
        if operation == "notes.list":
            assert told == "0 notes: ", where
        elif operation != "letters.send":
            assert effects == ["milk"], where
            assert told == "Done: milk", where
        else:
            assert len(effects) <= 1, where
            assert told.startswith((UNKNOWN, "Done: milk")), where
            assert effects == ["milk"] or told.startswith(UNKNOWN), where
    assert met == 2 * len(calls_of(operation))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_dropped_connection_at_any_aws_call_is_made_up_for(operation):
    for flow, where in interrupted(operation, dropped):
        if where.split()[1].startswith("desk."):
            continue  # the vendor's own errors are the adapter's to translate
        check_books(flow, where)
        done, told = flow.vendor.done(operation), flow.answers()[0]
        if where.startswith("after dynamodb.UpdateItem") and told.startswith(UNKNOWN):
            # The client's own retry of the claim counts as a second try: unsure, never wrong.
            assert operation == "letters.send", where
        else:
            expected = ([], "0 notes: ") if operation == "notes.list" else (["milk"], "Done: milk")
            assert (done, told) == expected, where
