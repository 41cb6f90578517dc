"""What is not known to be done: too old, unknown, looked for, repeated."""

import pytest

from switchboard.errors import RateLimitedError, UnavailableError
from tests.kit import build
from tests.kit.ports import Crash
from tests.kit.stories import op_row, record

KEYED = ["title.set", "notes.add", "notes.post"]
MINUTES = 60.0


def ref_in(text):
    return text.split("/repeat ")[1][:6]


def unknown(flow, operation="notes.post", when="before", text="milk"):
    """A change whose outcome is unknown: the vendor was down at every try."""
    flow.ports.fail(f"desk.{operation}", UnavailableError("down"), when=when, times=3)
    flow.ports.fail("desk.find", UnavailableError("down"), times=3)
    flow.say(f"/desk {operation} {text}")
    flow.pump()
    for _ in range(4):
        flow.minute()
    flow.ports.faults.clear()
    (told,) = flow.answers()
    assert told.startswith("This may have happened")
    return ref_in(told)


@pytest.mark.parametrize("operation", [*KEYED, "letters.send"])
def test_a_change_that_waited_too_long_is_not_run_and_its_asker_is_asked(flow, operation):
    flow.say(f"/desk {operation} milk")
    flow.plan()
    flow.aws.invocations.clear()
    flow.clock.advance(15 * MINUTES + 1)
    flow.settle()

    assert flow.vendor.effects == []
    assert flow.states("op") == ["EXPIRED"]
    (told,) = flow.answers()
    assert told.startswith(f"I have not run `desk {operation}`: too much time has passed")

    flow.say(f"/repeat {ref_in(told)}")
    flow.settle()
    assert flow.vendor.done(operation) == ["milk"]


@pytest.mark.parametrize(
    ("text", "late", "told"),
    [
        ("notes.add milk", 15 * MINUTES - 1, "Done: milk"),
        ("notes.list", 20 * MINUTES, "0 notes: "),
    ],
)
def test_a_change_is_run_up_to_the_last_second_and_a_read_at_any_time(flow, text, late, told):
    flow.say(f"/desk {text}")
    flow.plan()
    flow.clock.advance(late)
    flow.settle()

    assert flow.answers() == [told]


def test_a_message_that_was_redriven_late_asks_before_its_change_runs(flow):
    flow.say("/desk notes.add milk")
    flow.clock.advance(600 * MINUTES)
    flow.settle()

    assert flow.vendor.effects == []
    assert "too much time has passed" in flow.answers()[0]


def test_a_later_change_does_not_wait_for_one_that_is_too_old(flow):
    flow.say("/desk notes.add old")
    flow.plan()
    flow.aws.invocations.clear()
    flow.clock.advance(16 * MINUTES)
    flow.say("/desk notes.add new")
    flow.settle()

    assert flow.vendor.done("notes.add") == ["new"]
    assert sorted(flow.states("op")) == ["DONE", "EXPIRED"]


@pytest.mark.parametrize("operation", KEYED)
@pytest.mark.parametrize("when", ["before", "after"])
def test_repeating_what_is_unknown_cannot_do_it_twice_however_its_ref_is_written(
    flow, operation, when
):
    ref = unknown(flow, operation, when)
    flow.say(f"/repeat `{ref.lower().replace('0', 'o').replace('1', 'l')}`")
    flow.settle()

    assert flow.vendor.done(operation) == ["milk"]
    assert "Done: milk" in flow.answers()


@pytest.mark.parametrize("days", [3, 29])
def test_weeks_later_it_is_still_looked_for_since_it_was_first_asked_for(flow, days):
    ref = unknown(flow, when="after")
    flow.ports.fail("desk.find", UnavailableError("down"), times=99)
    for _ in range(15):
        flow.minute()
    again = f"/repeat {ref}"
    for _ in range(2):  # a repetition of the repetition has been asked for since the first, too
        flow.clock.advance(days / 2 * 86_400)
        flow.say(again)
        flow.settle()
        again = f"/repeat {ref_in(flow.answers()[-2])}"
    flow.ports.faults.clear()
    for word in (again.replace("repeat", "check"), again):
        flow.say(word)
        flow.settle()

    assert flow.vendor.done("notes.post") == ["milk"]
    assert "did happen" in flow.answers()[-2]
    assert flow.answers()[-1] == "Done: milk"


@pytest.mark.parametrize("operation", KEYED)
def test_a_repetition_that_would_have_to_wait_too_long_stays_in_doubt(flow, operation):
    ref = unknown(flow, operation, when="after")
    for name in (operation, "find"):
        flow.ports.fail(f"desk.{name}", RateLimitedError(retry_after=901))
    flow.say(f"/repeat {ref}")
    flow.pump()

    told = flow.answers()[-1]
    assert told.startswith("This may have happened")
    flow.ports.faults.clear()
    flow.say(f"/repeat {ref_in(told)}")
    flow.settle()
    assert flow.vendor.done(operation) == ["milk"]


def test_repeating_what_cannot_be_repeated_safely_is_the_person_s_own_decision(flow):
    flow.ports.fail("desk.letters.send", UnavailableError("timeout"), when="after")
    flow.say("/desk letters.send milk")
    flow.settle()
    flow.say(f"/repeat {ref_in(flow.answers()[0])}")
    flow.settle()

    assert flow.vendor.done("letters.send") == ["milk", "milk"]
    assert len({row["op_id"] for row in flow.audits("intent")}) == 2


@pytest.mark.parametrize(("when", "says"), [("before", "no trace of it"), ("after", "did happen")])
def test_a_queryable_change_looks_for_itself_after_a_while(flow, when, says):
    unknown(flow, "notes.post", when)
    for _ in range(12):
        flow.minute()

    assert says in flow.answers()[-1]
    assert len(flow.vendor.done("notes.post")) == (1 if when == "after" else 0)
    assert not flow.outstanding()


@pytest.mark.parametrize(("when", "says"), [("before", "no trace of it"), ("after", "did happen")])
def test_check_looks_now(flow, when, says):
    ref = unknown(flow, "notes.post", when)
    flow.say(f"/check {ref}")
    flow.pump()

    assert says in flow.answers()[-1]
    assert ref in flow.answers()[-1]


@pytest.mark.parametrize(
    ("operation", "says"), [("notes.add", "is safe"), ("letters.send", "please look there")]
)
def test_check_tells_what_can_be_known_of_the_others(flow, operation, says):
    ref = unknown(flow, operation)
    flow.say(f"/check {ref}")
    flow.settle()

    told = flow.answers()[-1]
    assert says in told
    assert '- `text`: "milk"' in told


def test_check_of_what_was_not_run_says_so(flow):
    flow.say("/stop")
    flow.say("/desk notes.post milk")
    flow.settle()
    flow.say(f"/check {ref_in(flow.answers()[-1])}")
    flow.settle()

    assert "and not run" in flow.answers()[-1]


@pytest.mark.parametrize("word", ["/check", "/repeat", "/核对", "/重做"])
def test_a_ref_that_is_missing_wrong_or_of_another_conversation_is_told(flow, word):
    flow.pair("bob")
    ref = unknown(flow, "notes.add")
    for said in (word, f"{word} nonsense", f"{word} 000000"):
        flow.say(said)
    flow.say(f"{word} {ref}", sender="bob")
    flow.settle()

    told = [*flow.answers()[1:], *flow.answers("bob")]
    assert len(told) == 4
    assert flow.vendor.effects == []
    assert all("K7Q2MX" in one or "No call" in one or "没有代码" in one for one in told)


def test_who_may_not_run_it_now_may_not_repeat_it(flow):
    ref = unknown(flow, "notes.add")
    flow.pair("ada", role="guest")
    flow.cold()
    flow.say(f"/repeat {ref}")
    flow.settle()

    assert flow.vendor.effects == []
    assert flow.answers()[-1].startswith("You may not do that")


def test_a_retry_after_too_long_is_unknown_and_not_run(flow):
    command = record(
        build.command("notes.add", {"text": "milk"}, asked_at=flow.clock()), changes=True
    )
    flow.ports.fail("desk.notes.add", Crash(), when="before")
    with pytest.raises(Crash):
        flow.call(command)
    flow.clock.advance(16 * MINUTES)
    flow.settle()

    assert flow.vendor.effects == []
    assert op_row(flow.aws, command)["state"] == "UNKNOWN"


def test_a_look_that_meets_a_bug_only_says_so_and_looks_no_more(flow):
    unknown(flow, "notes.post")
    flow.ports.fail("desk.find", ZeroDivisionError(), times=99)
    for _ in range(40):
        flow.minute()

    assert len(flow.answers()) == 2
    assert flow.answers()[-1].startswith("desk met an error of its own")
    assert not flow.outstanding()
