"""Calls of one message that need an approval: one question, one yes, each done once, in order."""

import re
from functools import partial

import pytest
from msgspec import structs

from functions.dispatch import policy
from switchboard import config
from switchboard.errors import UnavailableError
from switchboard.frame.run import handler_for
from switchboard.rules import Ruling
from switchboard.runtime import current
from tests.flow.test_approvals import beside, last
from tests.kit.flow_driver import Flow
from tests.kit.phone import Phone
from tests.kit.ports import Crash, Interruption
from tests.kit.vendors import VENDORS

TWO = "/desk notes.burn one\n/desk notes.burn two"
MIXED = "/desk notes.list\n/desk notes.burn one\n/desk notes.add more\n/desk notes.burn two"


@pytest.fixture
def ada(flow):
    """She is an admin, and has an authenticator; a message may be a dozen calls."""
    flow.pair("ada", role="admin")
    found = config.load()
    run = structs.replace(found.caps.run, steps=12)
    caps = structs.replace(found.caps, run=run)
    current().give(config.load, structs.replace(found, caps=caps))
    return Phone("ada", flow.clock())


def questions(flow):
    return [one for one in flow.answers() if "/deny" in one]


def asked(flow, text=TWO):
    """The ref of the one question that this comes to."""
    flow.say(text)
    (question,) = questions(flow.pump())
    (ref,) = re.findall(r"`/deny (\w{6})`", question)
    return ref


def test_one_question_shows_every_call_in_full_numbered_and_with_what_would_happen(flow, ada):
    ref = asked(flow)

    (letter,) = flow.letters()
    assert letter.text.startswith("**Shall all of this be done?** ada asks for 2 calls:")
    for number, text in ((1, "one"), (2, "two")):
        assert f"**Call {number}:** `desk notes.burn`: Burn a note." in letter.text
        assert f'text = "{text}"' in letter.text
    assert letter.text.count("What would happen:") == 2
    pressed = [(one.says, one.code) for one in letter.buttons]
    assert pressed == [(f"/approve {ref}", True), (f"/deny {ref}", False)]
    assert flow.states("op") == ["ASKED", "ASKED"]


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("say", ["/approve {ref} {code}", "{code}"])
def test_one_yes_with_one_code_does_all_of_them_in_their_order(flow, ada, say, count):
    texts = [f"n{number}" for number in range(count)]
    ref = asked(flow, "\n".join(f"/desk notes.burn {text}" for text in texts))
    flow.say(say.format(ref=ref, code=ada.code(flow.clock())))
    flow.pump()

    assert flow.vendor.done("notes.burn") == texts
    assert [one for one in flow.answers() if one.startswith("Done")] == [
        f"Done: {text}" for text in texts
    ]
    assert [one["outcome"] for one in flow.audits("approval")] == ["APPROVED"] * count
    used = [key for key in flow.aws.table.rows if key[0].startswith("grant#")]
    assert len(used) == count
    assert not flow.outstanding()


def test_what_needs_no_yes_does_not_wait_for_one(flow, ada):
    ref = asked(flow, MIXED)

    assert [one.text for one in flow.vendor.effects] == ["more"]
    last(flow, f"/approve {ref} {ada.code(flow.clock())}")
    assert flow.vendor.done("notes.burn") == ["one", "two"]


def test_calls_of_two_tools_are_one_question():
    drawer = partial(handler_for, "drawer", adapter="tests.drawer.adapter:DrawerAdapter")
    with Flow({"drawer": drawer}).running() as flow:
        VENDORS["memory:drawer"] = flow.vendor
        flow.pair("ada", role="admin")
        ada = Phone("ada", flow.clock())
        ref = asked(flow, "/desk notes.burn one\n/drawer two\n/desk notes.burn three")

        (question,) = questions(flow)
        assert "**Call 2:** `drawer notes.burn`: Burn what is in the drawer." in question
        last(flow, f"/approve {ref} {ada.code(flow.clock())}")
        assert flow.vendor.done("notes.burn") == ["one", "two", "three"]


def test_a_call_whose_preview_fails_is_told_and_no_part_of_the_question(flow, ada):
    flow.ports.fail("desk.notes.list", UnavailableError("the desk is locked"))
    ref = asked(flow, f"{TWO}\n/desk notes.burn three")

    (question,) = questions(flow)
    assert "2 calls" in question
    assert 'text = "one"' not in question
    assert [one for one in flow.answers() if "did not answer" in one]
    last(flow, f"/approve {ref} {ada.code(flow.clock())}")
    assert flow.vendor.done("notes.burn") == ["two", "three"]


def test_where_no_preview_works_nobody_is_asked(flow, ada):
    flow.ports.fail("desk.notes.list", UnavailableError("the desk is locked"), times=2)
    flow.say(TWO)

    assert questions(flow.pump()) == []
    assert flow.states("op") == ["FAILED", "FAILED"]
    assert [row["state"] for row in flow.aws.table.found("question#")] == ["VOID"]
    assert "no open question" in last(flow, f"/approve {ada.code(flow.clock())}")


def test_a_no_and_silence_are_noes_to_all_of_it_and_told_once(flow, ada):
    first = asked(flow)
    told = "`desk notes.burn`, `desk notes.burn`"
    assert last(flow, f"/deny {first}") == f"Denied: {told}. Nothing was done."
    flow.say(TWO)
    flow.settle()

    lapsed = [one for one in flow.answers() if one.startswith("Nobody has approved")]
    assert len(lapsed) == 1
    assert lapsed[0].startswith(f"Nobody has approved {told} (")
    assert flow.vendor.effects == []
    assert sorted(one["outcome"] for one in flow.audits("approval")) == [
        *["DENIED"] * 2, *["LAPSED"] * 2,
    ]  # fmt: skip


def test_two_open_questions_are_listed_each_once(flow, ada):
    first = asked(flow)
    last(flow, "/desk notes.burn three")

    listed = last(flow, f"/approve {ada.code(flow.clock())}")

    assert listed.count("\n- ") == 2
    assert f"- `{first}`: `desk notes.burn`, `desk notes.burn`" in listed
    assert flow.vendor.effects == []


def test_the_strictest_of_all_calls_holds_for_all(flow, ada, monkeypatch):
    rulings = {
        "one": Ruling(effect="ask", approvers=("member", "admin"), code=False),
        "two": Ruling(effect="ask", approvers=("admin",), code=False, four_eyes=True),
    }
    say = "/desk notes.post one\n/desk notes.post two"
    monkeypatch.setattr(policy, "decide", lambda _, it: rulings[it.step.arguments["text"]])
    flow.pair("bob", role="member")
    flow.pair("eve", role="admin")
    ref = asked(flow, say)

    assert "Somebody else than ada" in questions(flow)[0]
    assert "somebody else" in last(flow, f"/approve {ref}")
    assert beside(flow, f"/approve {ref}", "bob") == "You may not approve this."
    beside(flow, f"/approve {ref}", "eve")
    assert flow.vendor.done("notes.post") == ["one", "two"]


def test_what_cannot_all_be_shown_is_refused_as_a_whole(flow, ada):
    long = "\n".join(f"/desk notes.burn {'x' * 2_500}" for _ in range(2))

    assert "cannot be shown in full" in last(flow, long)
    assert not flow.states("op")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(0, 44, 2))
def test_whatever_is_killed_it_is_asked_once_or_told(flow, ada, crash, when):
    flow.say(MIXED)
    flow.ports.watch = Interruption(crash, when, Crash())
    flow.pump()
    for _ in range(8):
        flow.minute()

    (question,) = questions(flow)
    assert all(f'text = "{text}"' in question for text in ("one", "two"))
    (ref,) = re.findall(r"`/deny (\w{6})`", question)
    flow.ports.watch = None
    flow.say(f"/approve {ref} {ada.code(flow.clock())}")
    flow.settle()
    assert flow.vendor.done("notes.burn") == ["one", "two"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", range(0, 60, 2))
def test_whoever_is_killed_after_the_yes_all_is_done_once_and_in_order(flow, ada, crash, when):
    ref = asked(flow)
    flow.say(f"/approve {ref} {ada.code(flow.clock())}")
    flow.ports.watch = Interruption(crash, when, Crash())

    flow.settle()

    assert flow.vendor.done("notes.burn") == ["one", "two"]
    told = [one for one in flow.answers() if one.startswith(("Done", "Not run"))]
    assert len(told) == 2
    assert len([one for one in told if one.startswith("Done")]) == len(flow.vendor.effects)


def test_a_yes_among_commands_is_none_and_its_code_is_kept_nowhere(flow, ada):
    ref, code = asked(flow), ada.code(flow.clock())

    told = last(flow, f"/desk notes.list\n/approve {ref} {code}")

    assert told.startswith("`/approve` cannot stand among several commands")
    assert flow.vendor.effects == []
    assert code not in str(list(flow.aws.table.rows.values()))


def test_crossing_answers_are_one(flow, ada):
    ref, code = asked(flow), ada.code(flow.clock())
    for word in ("approve", "deny", "approve"):
        flow.say(f"/{word} {ref} {code}")

    flow.settle()

    assert flow.vendor.done("notes.burn") == ["one", "two"]
    assert [one["outcome"] for one in flow.audits("approval")] == ["APPROVED"] * 2


def test_a_stop_between_calls_leaves_what_was_asked_about_and_tells_the_rest(flow, ada):
    """The question is about the first alone: the second may not start any more."""
    flow.ports.fail("desk.notes.list", None, delay=1.0)
    flow.say(TWO)
    flow.plan()
    flow._call_tool()
    flow.say("/stop")

    flow.pump()

    assert flow.states("op") == ["ASKED", "STOPPED"]
    (question,) = questions(flow)
    assert 'text = "one"' in question
    assert 'text = "two"' not in question


def test_people_read_the_question_and_not_what_dispatch_may_write(flow, ada):
    """Whoever took dispatch over may write answers: one that asks shows what is run."""
    flow.ports.fail("sqs.SendMessage", None)
    flow.say("/desk notes.burn all")
    flow.plan()
    flow._call_tool()
    (key,) = [key for key, row in flow.aws.table.rows.items() if '"asks":"' in str(row)]
    row = flow.aws.table.rows[key]
    forged = row["answer"]["S"].replace("What is to be approved cannot", "Shall it rain? It cannot")
    flow.aws.table.rows[key] = row | {"answer": {"S": forged}}

    (question,) = questions(flow.pump())

    assert 'text = "all"' in question
    assert "rain" not in question
