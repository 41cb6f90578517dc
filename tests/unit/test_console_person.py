"""What the page is told of its person: who they are, what they may, what waits."""

import pytest

from functions.console import catalogue, person
from switchboard import config
from switchboard.ledger import credentials, table
from switchboard.ledger.credentials import Credential
from tests.kit import build


def test_who_is_there_and_what_waits_is_told_without_the_words(flow):
    flow.say("/desk notes.add canary")
    flow.say("/desk notes.list")
    flow.plan()

    told = person.about("ada", "en")
    (call,) = told.pop("calls")
    assert (call["tool"], call["operation"], call["began"]) == ("desk", "notes.add", False)
    assert "canary" not in str(call)
    assert told == {
        "name": "ada",
        "role": "member",
        "timezone": config.load().workspace.timezone,
        "own": [],
        "stopped": False,
        "everywhere": False,
        "more": 0,
    }
    flow.pump()
    assert person.about("ada", "en")["calls"] == []


def test_what_they_have_connected_themselves_is_named(flow):
    given = Credential(tool="desk", person="ada", sealed="canary")
    table.transact(credentials.keep_items(given, flow.clock()))

    assert person.about("ada", "en")["own"] == ["desk"]
    assert person.about("mallory", "en")["own"] == []
    assert "canary" not in str(person.about("ada", "en"))


def test_a_stop_is_told_and_many_calls_are_counted(flow):
    flow.say("/stop")
    for number in range(person.MOST_CALLS + 2):
        flow.say(f"/desk notes.add {number}")
    flow.plan()

    told = person.about("ada", "zh")
    assert (told["stopped"], told["everywhere"]) == (True, False)
    assert (len(told["calls"]), told["more"]) == (person.MOST_CALLS, 2)


def test_a_stranger_is_nobody_and_may_nothing(flow):
    told = person.about("mallory", "en")

    assert (told["name"], told["role"], told["calls"]) == ("", "", [])
    operations = [
        one for tool in catalogue.listed(person.of("mallory"), "en") for one in tool["operations"]
    ]
    assert all(one["refusal"] for one in operations)


@pytest.mark.parametrize(("role", "runs"), [("guest", 1), ("member", 2), ("admin", 3)])
def test_an_operation_says_why_it_cannot_be_run(flow, role, runs):
    listed = {tool["name"]: tool for tool in catalogue.listed(build.person(role), "en")}["desk"][
        "operations"
    ]
    open_ = {one["name"]: not one["refusal"] for one in listed}

    assert [open_["notes.list"], open_["notes.add"], open_["notes.burn"]].count(True) == runs


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_argument_of_every_tool_has_an_input_in_words(locale):
    fields = [
        field
        for tool in catalogue.listed(build.person("admin"), locale)
        for operation in tool["operations"]
        for field in operation["fields"]
    ]
    kinds = {"text", "long", "time", "choice", "integer", "number", "boolean", "array"}
    assert {field["type"] for field in fields} <= kinds
    assert all(field["help"] for field in fields)
    assert all(field["example"] for field in fields if field["required"])
