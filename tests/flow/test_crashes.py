"""Killed, cut off or refused at every single call: still one effect and one answer."""

import random
from collections.abc import Callable

import pytest

from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash, Interruption, When, dropped, refused

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


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_aws_refuses_once_is_tried_again(operation):
    for flow, where in interrupted(operation, lambda: refused("AccessDeniedException", 403)):
        if where.startswith("before desk."):
            continue
        check_books(flow, where)
        assert len(flow.vendor.done(operation)) <= 1, where


@pytest.mark.parametrize("seed", range(40))
def test_many_crashes_of_many_messages_are_survived(seed):
    chance = random.Random(seed)
    with Flow().running() as flow:

        def perhaps(operation: str, when: When) -> None:
            if len(flow.ports.calls) < 150 and chance.random() < 0.08:
                raise Crash

        flow.ports.watch = perhaps
        kinds = [*OPERATIONS.values()] * 2
        said = {
            str(flow.say(line(operation).replace("milk", f"milk-{number}")))
            for number, operation in enumerate(kinds)
        }
        flow.settle(240)

        assert any(isinstance(one, Crash) for one in flow.raised)
        answered = [letter.in_reply_to for letter in flow.letters()]
        looked = sum(text.startswith("I looked for") for text in flow.answers())
        assert len(answered) - looked == len(set(answered))
        assert said == set(answered)
        texts = [one.text for one in flow.vendor.effects]
        assert len(texts) == len(set(texts))
        told = {text.removeprefix("Done: ") for text in flow.answers() if text.startswith("Done")}
        assert told <= set(texts)
        assert len(flow.audits("intent")) == len(flow.audits("outcome"))
        assert len(flow.audits("intent")) + len(flow.audits("denied")) == len(answered)
