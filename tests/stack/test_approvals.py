"""Approvals on the deployed stack, its policies enforced: nothing runs that nobody approved."""

import re
import secrets
from contextlib import nullcontext

import pytest
from botocore.exceptions import ClientError

from local.stack import NAME
from switchboard.ledger import questions, refs
from switchboard.models import Ask
from tests.stack.approvals import App, Asker, Story
from tests.stack.takeover import Role, another, claims_for, planted, signed, started

WRONG = {
    "other arguments": {"arguments": "0" * 64},
    "an operation": {"operation": "events.create"},
    "a person": {"sub": "somebody"},
    "a call": {"op_id": "00000000-0000-4000-8000-000000000000"},
    "a tool": {"aud": f"{NAME}/tool/github"},
    "a manifest": {"manifest": "0" * 64},
    "an hour ago": {"iat": 1_700_000_000, "exp": 1_700_000_120},
    "a day": {"exp": 4_000_000_000},
}


@pytest.fixture
def app():
    app = App()
    yield app
    app.forget()


@pytest.fixture
def asker(setting):
    setting.stack.pair(setting.telegram.sender, "admin")
    return Asker(setting, setting.telegram)


@pytest.fixture
def roles(setting):
    return {name: Role(setting, name) for name in ("Dispatch", "Approve")}


@pytest.fixture
def title():
    return f"Contested {secrets.token_hex(3)}"


@pytest.fixture
def question(asker, title, roles):
    """Whether an event is to be deleted, as approve finds it."""
    ref, _ = asker.ask(asker.make_event(title))
    with roles["Approve"].taken():
        return questions.find(asker.lane, ref)


@pytest.fixture
def key(setting):
    """The key that grants are signed with."""
    functions = setting.stack.client("lambda").list_functions()["Functions"]
    (approve,) = (one for one in functions if "-Approve" in one["FunctionName"])
    return approve["Environment"]["Variables"]["GRANTS_ARN"]


@pytest.fixture
def stands(setting, title):
    """Whether the event is still there."""
    return lambda: any(title in text for text, _ in setting.events())


def test_what_is_asked_for_in_a_chat_is_approved_denied_or_lapses(setting):
    wrong = []

    story = Story(setting, lambda good, what: None if good else wrong.append(what))
    story.tell()

    assert wrong == []
    assert story.counts == {"asked": 9, "approved": 3, "denied": 3, "lapsed": 3, "undone": 3}


def test_a_wrong_code_does_nothing_and_no_code_is_found_anywhere(
    setting, asker, app, stands, question
):
    wrong, right = app.wrong(), app.code()

    assert "The code is wrong" in asker.answer(f"/approve {question.ref} {wrong}")
    assert stands()
    told = asker.answer(f"/approve {question.ref} {right}")
    assert told.startswith("Deleted")
    assert not stands()

    everything = setting.rows.everything()
    assert question.ref in everything
    for code in (wrong, right):
        assert not re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", everything)


@pytest.mark.parametrize("asks", [None, Ask(approvers=("guest",), code=False)])
def test_a_call_without_a_grant_is_asked_about_whatever_dispatch_says(
    roles, stands, question, asks
):
    (call,) = question.calls
    command = planted(roles["Dispatch"], another(call.command), asks=asks)

    assert started(roles["Dispatch"], command) == "ASKED"
    assert stands()
    with roles["Approve"].taken():
        found = questions.find(command.params.meta.lane, refs.ref_of(command.id))
    assert found.asks.code


def test_a_grant_opens_its_call_once(roles, stands, question, key):
    (call,) = question.calls
    command = another(call.command)
    grant = signed(claims_for(command, call.manifest), roles["Approve"], key)

    assert started(roles["Dispatch"], planted(roles["Dispatch"], command, grant)) == "DONE"
    assert not stands()
    # Its outcome is recorded already: it cannot even end, far less run.
    assert started(roles["Dispatch"], planted(roles["Dispatch"], command, grant)) == "SKIPPED"


@pytest.mark.parametrize("wrong", WRONG)
def test_a_grant_for_something_else_opens_nothing(roles, stands, question, key, wrong):
    (call,) = question.calls
    command = another(call.command)
    claims = claims_for(command, call.manifest) | WRONG[wrong]
    grant = signed(claims, roles["Approve"], key)

    assert started(roles["Dispatch"], planted(roles["Dispatch"], command, grant)) == "STOPPED"
    assert stands()


def test_dispatch_cannot_sign_and_what_it_signs_otherwise_opens_nothing(
    setting, roles, stands, question, key
):
    (call,) = question.calls
    command, dispatch = another(call.command), roles["Dispatch"]
    claims = claims_for(command, call.manifest)
    with pytest.raises(ClientError, match="AccessDenied"):
        signed(claims, dispatch, key)
    kms = setting.stack.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    grant = signed(claims, lambda _: nullcontext(kms), made["KeyMetadata"]["KeyId"])

    assert started(dispatch, planted(dispatch, command, grant)) == "STOPPED"
    assert stands()


def test_a_tool_reads_its_own_secret_alone(setting):
    for mine, other in (("calendar", "github"), ("github", "calendar")):
        with (
            pytest.raises(ClientError, match="AccessDenied"),
            Role(setting, f"tool-{mine}")("ssm") as ssm,
        ):
            ssm.get_parameter(Name=f"/{NAME}/tools/{other}", WithDecryption=True)
