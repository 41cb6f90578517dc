"""What a call did is taken back once, within ten minutes, by who asked for it or said yes to it."""

import re
from uuid import UUID

import pytest
from msgspec import json

from switchboard.frame import undo
from switchboard.models import Sender, encode
from tests.kit import build
from tests.kit.phone import Phone
from tests.kit.ports import Crash, Interruption
from tests.kit.stories import record

BIN = "/desk notes.bin all"


@pytest.fixture
def ada(flow):
    """She is an admin, and has an authenticator."""
    flow.pair("ada", role="admin")
    return Phone("ada", flow.clock())


def last(flow, text, sender="ada"):
    """The answer to this."""
    flow.say(text, sender=sender)
    return flow.pump().answers(sender)[-1]


def beside(flow, text, sender):
    """The answer to this, when somebody else says it in Ada's conversation, as in a group."""
    number = len(flow.ports.calls)
    said = build.envelope(text, number=number, sender=Sender(sender), received_at=flow.clock())
    queue = flow.aws.approvals if text.startswith("/approve") else flow.aws.inbox
    queue.send(encode(said).decode(), "ada", str(number))
    return flow.pump().answers()[-1]


def yes(flow, phone, text=BIN):
    """What approves the question that this comes to."""
    (ref,) = re.findall(r"`/deny (\w{6})`", last(flow, text))
    return f"/approve {ref} {phone.code(flow.clock())}"


@pytest.fixture
def done(flow, ada):
    """The ref of a call of Ada's that is approved and done, and can be taken back."""
    return ref_in(last(flow, yes(flow, ada)))


def ref_in(answer):
    (ref,) = re.findall(r"`/undo (\w{6})`", answer)
    return ref


def undone(flow):
    return flow.vendor.done("notes.unbin")


def test_the_answer_says_how_long_and_how_it_is_taken_back(flow, done):
    letter = flow.letters()[-1]

    assert letter.text.startswith("Done: all\n\nUntil ")
    assert re.search(r"Until \d\d:\d\d \(Asia/Shanghai\) it can be taken back: ", letter.text)
    assert [(one.label, one.says, one.code) for one in letter.buttons] == [
        ("Undo", f"/undo {done}", False)
    ]


@pytest.mark.parametrize("say", ["/undo {ref}", "/撤销 {ref}", "/undo `{ref}`"])
def test_two_presses_are_one_effect_and_need_no_code(flow, done, say):
    pressed = say.format(ref=done.lower())

    assert last(flow, pressed).startswith("from the bin: all")
    assert last(flow, f"/undo {done}").startswith("That has been taken back already")
    assert undone(flow) == ["from the bin: all"]
    assert flow.letters()[-2].buttons == ()


def test_presses_at_once_are_one_effect(flow, done):
    for _ in range(3):
        flow.say(f"/undo {done}")

    flow.settle()

    assert undone(flow) == ["from the bin: all"]
    assert len([one for one in flow.answers() if "taken back already" in one]) == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(30))
def test_whatever_is_killed_while_it_is_done_it_can_be_taken_back(flow, ada, crash, when):
    flow.say(yes(flow, ada))
    flow.ports.watch = Interruption(crash, when, Crash())

    flow.settle()
    flow.ports.watch = None

    assert flow.vendor.done("notes.bin") == ["all"]
    (answer,) = {one for one in flow.answers() if one.startswith("Done: all")}
    assert last(flow, f"/undo {ref_in(answer)}") == "from the bin: all is back."


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(30))
def test_whatever_is_killed_while_it_is_taken_back_that_is_once(flow, done, crash, when):
    flow.say(f"/undo {done}")
    flow.ports.watch = Interruption(crash, when, Crash())

    flow.settle()

    assert undone(flow) == ["from the bin: all"]
    assert "from the bin: all is back." in flow.answers()


def test_after_ten_minutes_it_is_over_and_that_is_said(flow, done):
    flow.clock.advance(599.0)
    asked = flow.clock()
    flow.say(f"/undo {done}")
    flow.clock.advance(5.0)
    flow.pump()
    assert flow.answers()[-1] == "from the bin: all is back."
    assert asked < flow.clock()


def test_one_second_later_it_is_not(flow, done):
    flow.clock.advance(601.0)

    assert last(flow, f"/undo {done}").startswith("Its ten minutes are over")
    assert undone(flow) == []


def test_nobody_else_takes_it_back(flow, done):
    for who in ("guest", "member", "admin"):
        flow.pair(who, role=who)
        assert beside(flow, f"/undo {done}", who).startswith("Only who asked for it")
    assert undone(flow) == []
    assert last(flow, f"/undo {done}").endswith("is back.")


def test_who_said_yes_takes_it_back_as_well(flow, ada):
    flow.pair("bob", role="admin")
    bob = Phone("bob", flow.clock())
    ref = ref_in(beside(flow, yes(flow, bob), "bob"))

    assert beside(flow, f"/undo {ref}", "bob") == "from the bin: all is back."
    assert undone(flow) == ["from the bin: all"]


def test_whose_role_may_not_run_the_operation_any_more_takes_nothing_back(flow, done):
    flow.pair("ada", role="guest")
    flow.say(f"/undo {done}")

    assert flow.settle().answers()[-1].startswith("You may not do that.")
    assert undone(flow) == []


def test_it_is_known_only_where_it_was_done(flow, done):
    flow.pair("bob", role="admin")

    assert "known as" in last(flow, f"/undo {done}", sender="bob")
    assert undone(flow) == []


@pytest.mark.parametrize("word", ["check", "repeat"])
def test_what_is_done_is_neither_checked_nor_repeated_by_its_ref(flow, done, word):
    assert "known as" in last(flow, f"/{word} {done}")
    assert flow.vendor.done("notes.bin") == ["all"]


def test_which_call_is_asked_back(flow, ada):
    assert last(flow, "/undo").startswith("Write which call is meant, as `/undo K7Q2MX`")


def test_an_undo_waits_for_no_stop_and_is_repeated_as_an_undo(flow, done):
    last(flow, "/stop")
    stopped = last(flow, f"/undo {done}")
    assert stopped.startswith("Stopped before it ran: `desk notes.bin (undo)`")
    (ref,) = re.findall(r"`/repeat (\w{6})`", stopped)
    last(flow, "/resume")

    assert last(flow, f"/repeat {ref}") == "from the bin: all is back."
    assert flow.vendor.done("notes.bin") == ["all"]
    assert undone(flow) == ["from the bin: all"]


def test_an_undo_in_doubt_is_repeated_with_its_key(flow, done):
    flow.ports.fail("desk.notes.unbin", ConnectionError(), when="after", times=3)
    flow.say(f"/undo {done}")
    flow.settle()
    (ref,) = re.findall(r"`/repeat (\w{6})`", flow.answers()[-1])
    assert "desk notes.bin (undo)" in flow.answers()[-1]

    assert "is safe" in last(flow, f"/check {ref}")
    assert last(flow, f"/repeat {ref}").endswith("is back.")
    assert undone(flow) == ["from the bin: all"]


def test_what_has_changed_since_the_question_is_not_touched(flow, ada):
    approval = yes(flow, ada)
    flow.vendor.revision = "r2"

    assert last(flow, approval).startswith("It has changed since you were asked. Nothing was done")
    assert flow.vendor.effects == []
    assert flow.aws.table.found("ref#web/main/ada") == []


def test_both_are_in_the_record(flow, done):
    last(flow, f"/undo {done}")

    binned, taken = [one for one in flow.audits("outcome") if one["outcome"] == "DONE"]
    assert taken["undoes"] == binned["op_id"]
    assert [one["op_id"] for one in flow.audits("intent") if one["undoes"]] == [taken["op_id"]]


def test_what_is_saved_is_in_no_row_log_or_message(flow, done, capsys):
    last(flow, f"/undo {done}")

    kept = [str(row) for row in flow.aws.table.rows.values()] + [capsys.readouterr().out]
    assert not [one for one in kept if "from the bin" in one and "is back" not in one]
    ((key, stored),) = [one for one in flow.aws.objects.items() if one[0].startswith("undo/")]
    assert key.startswith("undo/desk/")
    assert json.decode(stored.body)["people"] == ["ada", "ada"]


def of(flow, arguments=None, operation="notes.bin", number=77, **meta):
    """An undo of Ada's call, as a dispatch that is taken over may write it into the ledger."""
    (saved,) = [one for one in flow.aws.objects if one.startswith("undo/")]
    facts = {"undoes": UUID(saved.rpartition("/")[2]), "role": "admin", **meta}
    return build.command(operation, arguments or {"text": "all"}, number=number, **facts)


HOSTILE = {
    "of no call": {"undoes": build.run_id(9)},
    "of other arguments": {"arguments": {"text": "everything"}},
    "of another operation": {"operation": "notes.burn"},
    "by somebody else": {"actor": "bob"},
    "by somebody who says that they said yes": {"actor": "bob", "approver": "bob"},
    "elsewhere": {"lane": "web/main/bob"},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nobody_has_anything_else_done_as_an_undo(flow, done, what):
    command = record(of(flow, **HOSTILE[what]), changes=True, number=77)

    assert flow.call(command) == "STOPPED"
    assert undone(flow) == flow.vendor.done("notes.burn") == []
    assert flow.vendor.done("notes.bin") == ["all"]


def test_an_undo_never_runs_what_it_takes_back_whatever_grant_it_says_it_has(flow, done):
    command = record(of(flow, grant="any"), changes=True, number=77)

    assert flow.call(command) == "DONE"
    assert flow.vendor.done("notes.bin") == ["all"]


def test_who_plans_two_undos_of_one_call_has_one(flow, done):
    states = [
        flow.call(record(of(flow, number=number), changes=True, number=number))
        for number in (77, 78)
    ]

    assert states == ["DONE", "STOPPED"]
    assert undone(flow) == ["from the bin: all"]


def test_who_plans_an_undo_too_late_has_none(flow, done):
    flow.clock.advance(721.0)

    assert flow.call(record(of(flow, asked_at=flow.clock()), changes=True, number=77)) == "STOPPED"
    assert undone(flow) == []


def test_an_undo_that_waited_for_its_turn_is_in_time(flow, done):
    flow.clock.advance(700.0)

    assert flow.call(record(of(flow, asked_at=flow.clock()), changes=True, number=77)) == "DONE"


def test_a_call_that_is_not_approved_lets_nobody_but_its_asker_undo_it(flow, done):
    """Its dispatch may write who approved it, and nobody signed that."""
    flow.aws.objects.clear()
    ungranted = build.command("notes.bin", {"text": "all"}, approver="bob", number=5)
    undo.save(ungranted, b"from the bin", flow.clock())

    (stored,) = flow.aws.objects.values()
    assert json.decode(stored.body)["people"] == ["ada"]
