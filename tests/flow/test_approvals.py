"""A call that needs an approval: asked about, approved for exactly that, done once."""

import re

import pytest
from msgspec import json

from functions.dispatch import policy
from switchboard.errors import UnavailableError
from switchboard.models import Sender, encode
from switchboard.rules import Ruling
from tests.kit import build
from tests.kit.phone import Phone
from tests.kit.ports import Crash, Interruption

BURN = "/desk notes.burn all"


@pytest.fixture
def ada(flow):
    """She is an admin, and has an authenticator."""
    flow.pair("ada", role="admin")
    return Phone("ada", flow.clock())


def asked(flow, text=BURN):
    """The ref of the question that this comes to."""
    question = last(flow, text)
    (ref,) = re.findall(r"`/deny (\w{6})`", question)
    return ref


def beside(flow, text, sender):
    """The answer to this, when somebody else says it in Ada's conversation, as in a group."""
    number = len(flow.ports.calls)
    said = build.envelope(text, number=number, sender=Sender(sender), received_at=flow.clock())
    flow.aws.approvals.send(encode(said).decode(), "ada", str(number))
    return flow.pump().answers()[-1]


def last(flow, text, sender="ada"):
    """The answer to this."""
    flow.say(text, sender=sender)
    return flow.pump().answers(sender)[-1]


def test_the_question_shows_the_call_in_full_what_would_happen_and_until_when(flow, ada):
    flow.say("/desk notes.add all")
    ref = asked(flow)

    letter = flow.letters()[-1]
    assert "ada asks for `desk notes.burn`: Burn a note" in letter.text
    assert 'text = "all"' in letter.text
    assert "1 notes: all" in letter.text
    assert re.search(r"Until \d\d:\d\d \(Asia/Shanghai\)", letter.text)
    pressed = [(one.says, one.code) for one in letter.buttons]
    assert pressed == [(f"/approve {ref}", True), (f"/deny {ref}", False)]
    assert flow.vendor.done("notes.burn") == []
    assert flow.states("op") == ["DONE", "ASKED"]


@pytest.mark.parametrize("say", ["/approve {ref} {code}", "{ref} {code}", "{code}", "同意 {code}"])
def test_what_is_approved_with_a_code_is_done_once(flow, ada, say):
    ref = asked(flow)

    said = say.format(ref=ref.lower(), code=ada.code(flow.clock()))
    assert last(flow, said) == "Done: all"
    assert flow.vendor.done("notes.burn") == ["all"]
    last(flow, said)
    assert (
        last(flow, f"/approve {ref}")
        == "That question has been answered already, or its time is over."
    )
    assert flow.vendor.done("notes.burn") == ["all"]
    assert [one["outcome"] for one in flow.audits("approval")] == ["APPROVED"]


def test_without_a_right_code_nothing_is_done(flow, ada):
    ref = asked(flow)

    assert last(flow, f"/approve {ref}").startswith(f"Write `/approve {ref} 123456`")
    assert last(flow, f"/approve {ref} {ada.wrong(flow.clock())}").startswith("The code is wrong")
    full_width = ada.code(flow.clock()).translate(
        {48 + digit: 0xFF10 + digit for digit in range(10)}
    )
    last(flow, f"/approve {ref} {full_width}")
    assert flow.vendor.effects == []
    assert flow.audits("approval") == []
    assert last(flow, f"/approve {ref} {ada.code(flow.clock())}") == "Done: all"


def test_a_code_is_kept_and_told_nowhere(flow, ada, capsys):
    ref, code = asked(flow), ada.code(flow.clock())
    wrong = ada.wrong(flow.clock())

    last(flow, f"/approve {ref} {wrong}")
    assert last(flow, f"/approve {ref} {code}") == "Done: all"
    flow.settle()

    table = json.encode(list(flow.aws.table.rows.values())).decode()
    kept = [table, capsys.readouterr().out, *(str(one.body) for one in flow.aws.objects.values())]
    assert "••••••" in table or "\\u2022" in table
    for secret in (code, wrong):
        assert not [one for one in kept if re.search(rf"(?<![0-9]){secret}(?![0-9])", one)]


def test_a_no_and_silence_are_noes_and_are_told(flow, ada):
    first = asked(flow)
    assert last(flow, f"/deny {first}") == "Denied: `desk notes.burn`. Nothing was done."
    second = asked(flow)

    flow.settle()

    assert flow.answers()[-1].startswith(
        f"Nobody has approved `desk notes.burn` ({second}) in time"
    )
    assert len([one for one in flow.answers() if one.startswith("Nobody")]) == 1
    assert "time is over" in last(flow, f"/approve {second} {ada.code(flow.clock())}")
    assert flow.vendor.effects == []
    assert sorted(one["outcome"] for one in flow.audits("approval")) == ["DENIED", "LAPSED"]


@pytest.mark.parametrize("role", ["guest", "member"])
@pytest.mark.parametrize(
    "say", ["/approve {ref} {code}", "{code}", "/approve {ref}", "/deny {ref}"]
)
def test_only_who_may_approve_answers(flow, ada, role, say):
    flow.pair("eve", role=role)
    eve = Phone("eve", flow.clock())
    ref = asked(flow)
    code = eve.code(flow.clock())

    answer = beside(flow, say.format(ref=ref, code=code), "eve")

    assert answer == "You may not approve this."
    assert flow.vendor.effects == []
    assert last(flow, f"/approve {ref} {ada.code(flow.clock())}") == "Done: all"


@pytest.mark.parametrize(
    "text", ["/approve {ref} {code}", "{code}", "/deny {ref}", "/pair eve admin"]
)
def test_what_another_system_says_is_no_answer(flow, ada, text):
    flow.pair("ada", role="admin", channel="webhook")
    ref = asked(flow)
    said = text.format(ref=ref, code=ada.code(flow.clock()))
    message = build.envelope(said, number=77, channel="webhook", received_at=flow.clock())
    flow.aws.approvals.send(encode(message).decode(), "ada", "77")

    flow.pump()

    assert [one["outcome"] for one in flow.audits("denied")] == ["only_people"]
    assert flow.vendor.effects == []
    assert not flow.aws.table.found("code#")
    assert last(flow, f"/approve {ref} {ada.code(flow.clock())}") == "Done: all"


def test_a_question_is_known_only_where_it_was_asked(flow, ada):
    ref = asked(flow)
    flow.pair("bob", role="admin")
    bob = Phone("bob", flow.clock())

    assert "no question" in last(flow, f"/approve {ref} {bob.code(flow.clock())}", sender="bob")
    assert flow.vendor.effects == []


def test_four_eyes_are_two_people(flow, ada, monkeypatch):
    monkeypatch.setattr(
        policy,
        "decide",
        lambda person, proposed: Ruling(effect="ask", approvers=("admin",), four_eyes=True),
    )
    flow.pair("bob", role="admin")
    bob = Phone("bob", flow.clock())
    ref = asked(flow)

    assert "somebody else" in last(flow, f"/approve {ref} {ada.code(flow.clock())}")
    assert flow.vendor.effects == []
    approval = f"/approve {ref} {bob.code(flow.clock())}"
    assert beside(flow, approval, "bob") == "Done: all"


def test_a_yes_after_the_asker_may_do_less_runs_nothing(flow, ada):
    ref = asked(flow)
    flow.pair("ada", role="member")
    flow.pair("bob", role="admin")

    last(flow, f"/approve {ref} {ada.code(flow.clock())}")

    assert flow.vendor.effects == []


def test_a_stop_holds_what_is_approved_after_it(flow, ada):
    ref = asked(flow)
    last(flow, "/stop")

    assert last(flow, f"/approve {ref} {ada.code(flow.clock())}").startswith(
        "Stopped before it ran"
    )
    assert flow.vendor.effects == []


def test_a_yes_that_waits_too_long_for_its_turn_is_over(flow, ada):
    ref = asked(flow)
    flow.ports.fail("desk.notes.add", None, delay=130.0)
    flow.say("/desk notes.add slow")
    flow.plan()
    flow.say(f"/approve {ref} {ada.code(flow.clock())}")

    answers = flow.pump().answers()

    assert flow.vendor.done("notes.burn") == []
    assert [one for one in answers if "too long after the yes" in one]


@pytest.mark.parametrize("crash", range(60))
def test_whatever_is_killed_it_is_done_once_and_told(flow, ada, crash):
    ref = asked(flow)
    flow.say(f"/approve {ref} {ada.code(flow.clock())}")
    flow.ports.watch = Interruption(crash, "before", Crash())

    flow.settle()

    assert flow.vendor.done("notes.burn") == ["all"]
    assert "Done: all" in flow.answers()


def test_many_answers_at_once_are_one(flow, ada):
    ref, code = asked(flow), ada.code(flow.clock())
    for word in ("approve", "deny", "approve"):
        flow.say(f"/{word} {ref} {code}")

    flow.settle()

    assert flow.vendor.done("notes.burn") == ["all"]
    assert [one["outcome"] for one in flow.audits("approval")] == ["APPROVED"]


def test_a_call_that_cannot_be_shown_in_full_is_not_asked_about(flow, ada):
    assert "cannot be shown in full" in last(flow, f"/desk notes.burn {'x' * 5_000}")


def test_what_is_wrong_with_a_call_is_said_instead_of_asking(flow, ada):
    flow.ports.fail("desk.notes.list", UnavailableError("the desk is locked"))

    assert "did not answer" in last(flow, BURN)
    assert flow.states("op") == ["FAILED"]
    assert not flow.aws.table.found("question#")


@pytest.mark.parametrize("stop", [False, True])
def test_a_call_whose_tries_only_asked_was_surely_not_done(flow, ada, stop):
    """Its function dies at each; then it is too old, or somebody says stop."""
    flow.ports.fail("desk.notes.list", Crash(), times=99)
    flow.say(BURN)
    flow.pump()
    if stop:
        flow.say("/stop")

    flow.settle()

    assert flow.states("op") == ["STOPPED" if stop else "EXPIRED"]
    told = next(one for one in flow.answers() if "notes.burn" in one)
    assert "/repeat" in told
    assert "may have happened" not in told
    assert flow.vendor.effects == []
