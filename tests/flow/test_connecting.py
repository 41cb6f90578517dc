"""People let a tool in with an account of their own: by a link, and for themselves alone."""

import pytest

from functions.dispatch import connecting
from functions.dispatch.decisions import Case, call, decide, run
from functions.dispatch.planner.base import Step
from switchboard.cloud.aws import AwsError
from switchboard.credentials import personal, sealing
from switchboard.ledger import credentials, people, table
from switchboard.ledger.tickets import SECONDS
from tests.kit import build
from tests.kit.clock import START
from tests.kit.fakes import SERVICES
from tests.kit.vendors import VENDORS, Vendor
from tests.kit.visitor import hidden, ticket_in

CANARY = "canary-5f1d0c7e-token"
OWN = "https://ada.example.com"
FORM = {"endpoint": OWN, "token": CANARY}


@pytest.fixture
def own(flow):
    """The vendor at Ada's own address."""
    VENDORS[OWN] = Vendor(flow.ports)
    yield VENDORS[OWN]
    del VENDORS[OWN]


def told(flow, text, sender="ada"):
    """What somebody reads when they write it."""
    before = len(flow.answers(sender))
    flow.say(text, sender=sender)
    flow.settle()
    return "\n".join(flow.answers(sender)[before:])


def connected(flow, sender="ada", **fields):
    """The page that somebody sees who has filled in the form."""
    ticket = ticket_in(told(flow, "/connect desk", sender))
    return flow.visitor().post("/connect/credential", ticket=ticket, **(fields or FORM))


def test_a_link_and_a_form_let_the_tool_in_for_whoever_asked_and_nobody_else(flow, own):
    flow.pair("eve")
    visitor = flow.visitor()
    ticket = ticket_in(told(flow, "/connect desk"))
    assert "ada" not in visitor.get("/connect/link")["body"]
    shown = visitor.post("/connect/link", ticket=ticket)
    assert {hidden(shown)["ticket"], shown["statusCode"]} == {ticket, 200}
    for words in ("whenever ada asks", "Address of the desk", "Key to the desk"):
        assert words in shown["body"]

    done = visitor.post("/connect/credential", **FORM, **hidden(shown))

    assert "/desk notes.list" in done["body"]
    told(flow, "/desk title.set mine")
    told(flow, "/desk title.set theirs", "eve")
    assert [one.text for one in own.effects] == ["mine"]
    assert [one.text for one in flow.vendor.effects] == ["theirs"]


def test_an_ordinary_read_takes_no_more_calls_and_one_s_own_two(flow, own):
    def calls(text="/desk notes.list"):
        told(flow, text)
        before = len(flow.ports.calls)
        told(flow, text)
        made = flow.ports.calls[before:]
        return [one for one in made if one.startswith(SERVICES)]

    before = calls()
    connected(flow)
    after = calls()
    assert sorted(set(after) - set(before)) == ["dynamodb.GetItem", "kms.Decrypt"]
    assert len(after) == len(before) + 2


def test_what_was_given_is_gone_at_once_and_the_workspace_s_is_used_again(flow, own):
    connected(flow)
    assert "you use: desk" in told(flow, "/whoami")

    assert "not use your own account any more" in told(flow, "/disconnect desk")

    assert "uses no account of your own" in told(flow, "/disconnect desk")
    assert "you use: desk" not in told(flow, "/whoami")
    told(flow, "/desk title.set again")
    assert [one.text for one in flow.vendor.effects] == ["again"]
    assert not flow.aws.table.found("credential#") + flow.aws.table.found("connected#")


def test_a_call_that_began_with_one_s_own_is_never_let_in_by_the_workspace_s(flow, own):
    connected(flow)
    flow.say("/desk title.set mine")
    flow.plan()
    table.transact([one.item for one in credentials.remove_guards("ada", frozenset({"desk"}))])
    flow.settle()

    assert "was disconnected before" in flow.answers()[-1]
    assert flow.vendor.effects == own.effects == []


def test_whoever_has_connected_it_since_is_let_in_by_it_at_the_next_call(flow, own):
    told(flow, "/desk title.set theirs")  # dispatch remembers who Ada is
    connected(flow)
    told(flow, "/desk title.set mine")

    assert [one.text for one in own.effects] == ["mine"]
    assert flow.raised == []


def test_a_repetition_is_let_in_as_the_first_was(flow, own):
    case = Case(
        envelope=build.envelope(), person=build.person(), locale="en", now=START,
        own=frozenset({"desk"}),
    )  # fmt: skip
    step, first = Step("desk", "letters.send", {"text": "hello"}), build.command()

    fresh, again = call(case, step), call(case, step, repeats=first)

    assert (fresh.command.params.meta.own, again.command.params.meta.own) == (True, False)
    assert len(connecting.guards(case, run(fresh))) == 1
    assert connecting.guards(case, run(again)) == []


def test_another_name_of_the_same_person_is_let_in_too(flow, own):
    connected(flow)
    people.pair("web", "main", "ada2", build.person())
    told(flow, "/desk title.set mine", "ada2")

    assert [one.text for one in own.effects] == ["mine"]


def test_a_group_is_told_to_write_directly_and_no_link_is_made(flow):
    said = build.envelope("/connect desk", chat="group")
    found = decide(Case(envelope=said, person=build.person(), locale="en", now=START))

    assert "to me in a direct chat" in found.answer.text
    assert found.guards == ()


def test_a_guest_and_a_stranger_have_no_link(flow):
    flow.pair("gus", role="guest")
    for sender in ("gus", "nobody"):
        assert "/connect/link" not in told(flow, "/connect desk", sender)
    assert not flow.aws.table.found("ticket#")


def test_of_two_forms_at_once_one_is_taken_and_a_late_one_is_none(flow, own):
    ticket = ticket_in(told(flow, "/connect desk"))
    first, second = (
        flow.visitor().post("/connect/credential", ticket=ticket, **FORM) for _ in range(2)
    )
    assert (first["statusCode"], second["statusCode"]) == (200, 400)
    assert "used already" in second["body"]
    late = ticket_in(told(flow, "/connect desk"))
    flow.clock.advance(SECONDS)
    for path in ("link", "credential", "authorise"):
        answer = flow.visitor().post(f"/connect/{path}", ticket=late, **FORM)
        assert (answer["statusCode"], "used already" in answer["body"]) == (400, True)


def test_who_was_parted_meanwhile_connects_nothing_and_leaves_nothing(flow, own):
    ticket = ticket_in(told(flow, "/connect desk"))
    connected(flow)
    told(flow, "/unpair")

    assert flow.visitor().post("/connect/credential", ticket=ticket, **FORM)["statusCode"] == 400
    assert not flow.aws.table.found("credential#") + flow.aws.table.found("connected#")


def test_a_row_that_is_another_s_or_another_tool_s_opens_nothing(flow, own):
    connected(flow)
    found = credentials.find("desk", "ada")
    flow.pair("eve")
    stolen = personal.Credential(tool="desk", person="eve", sealed=found.sealed)
    table.transact(credentials.keep_items(stolen, 0))

    told(flow, "/desk title.set mine", "eve")

    assert own.effects == flow.vendor.effects == []
    for purpose, person in (("credential/other", "ada"), ("credential/desk", "eve")):
        with pytest.raises(Exception, match="sealed for somebody else"):
            sealing.unseal(found.sealed, purpose=purpose, person=person)


def test_the_page_cannot_read_back_what_it_wrote_and_dispatch_neither(flow, own):
    connected(flow)
    found = credentials.find("desk", "ada")
    for caller in ("connect", "dispatch", "tool-calendar", "console", "approve"):
        flow.aws.caller = f"switchboard-test-{caller}"
        for opening in (
            lambda: credentials.find("desk", "ada"),
            lambda: sealing.unseal(found.sealed, purpose="credential/desk", person="ada"),
        ):
            with pytest.raises(AwsError, match="AccessDenied"):
                opening()
    flow.aws.caller = ""
    flow.aws.denied.clear()


def test_what_was_given_is_in_no_row_object_log_record_or_answer(flow, own, capsys):
    done = connected(flow)
    told(flow, "/desk title.set mine")
    told(flow, "/desk notes.list")

    kept = str(flow.aws.table.rows) + str(flow.aws.objects) + str(flow.ports.calls)
    seen = kept + str(capsys.readouterr()) + str(flow.answers()) + str(done)
    assert CANARY not in seen
    assert OWN not in seen
    records = [one for one in flow.audits("control") if one["outcome"] == "connected"]
    assert [(one["actor"], one["tool"]) for one in records] == [("ada", "desk")]
