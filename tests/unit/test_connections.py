"""`switchboard connect`: what ingest is told, what deliver is told, and what is refused."""

import json

import pytest
from botocore.stub import Stubber

from cli import connections, doctor
from cli import stack as stacks
from cli.connections import split
from cli.problems import CommandError
from switchboard.channels import registry
from tests import signers

SECRET = "a secret of forty characters or so, to be sure"


def values_of(name):
    return dict(signers.signer(name).VALUES)


@pytest.mark.parametrize("name", registry.names())
def test_each_side_is_told_what_it_needs_and_no_secret_of_the_other(name):
    found = registry.channel(name)

    into, out = split(f"{name}/main", values_of(name))

    assert set(found.receive.secrets) <= set(into) <= {*found.receive.secrets, "api"}
    assert set(found.outbound) <= set(out) <= {*found.outbound, "api"}
    assert [*found.receive.lacking(into)] == []
    assert (registry.sender(name, "main", out) is None) is (found.send is None)


@pytest.mark.parametrize("name", registry.names())
def test_a_previous_value_goes_where_the_current_one_goes(name):
    key, *_ = registry.channel(name).receive.secrets
    given = values_of(name)

    into, out = split(f"{name}/main", {**given, f"{key}.previous": given[key]})

    assert into[f"{key}.previous"] == given[key]
    assert (f"{key}.previous" in out) is (key in registry.channel(name).outbound)


def test_both_sides_are_told_of_another_address_of_the_platform():
    given = {**values_of("telegram"), "api": "https://telegram.example.com"}

    assert [side["api"] for side in split("telegram/main", given)] == [given["api"]] * 2


def test_all_that_is_missing_is_named():
    with pytest.raises(CommandError, match="slack/main also needs: bot_token, signing_secret"):
        split("slack/main", {"bot_token": " "})


@pytest.mark.parametrize("name", ["tokn", "tokn.previous", "signing_secret.former"])
def test_what_is_not_known_is_named_without_its_value(name):
    with pytest.raises(CommandError) as told:
        split("slack/main", {**values_of("slack"), name: SECRET})

    assert "there is no value of slack/main called" in str(told.value)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize("name", ["session_secret", "session_secret.previous"])
def test_a_secret_that_ingest_would_not_take_is_refused(name):
    with pytest.raises(CommandError, match=r"needs longer values of: session_secret \(at least 32"):
        split("web/main", {**values_of("web"), name: "too short"})


def test_a_channel_that_there_is_not_is_told_with_those_there_are():
    with pytest.raises(CommandError, match=r"there is no channel irc; there are: .*slack"):
        split("irc/main", {})


@pytest.mark.parametrize("values", [{}, {"client_secret": " "}, {"client_secret": "a", "b": "c"}])
def test_signing_in_by_a_provider_needs_its_secret_and_nothing_else(values):
    with pytest.raises(CommandError, match="needs client_secret") as caught:
        connections.connect("sb", "signin", values)
    assert "a=" not in str(caught.value)


@pytest.fixture
def stubbed(monkeypatch):
    """A client of AWS that expects the calls it is told of, and nothing else."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    stubs = []

    def stub(service):
        stubs.append(Stubber(stacks.client(service)))
        stubs[-1].activate()
        return stubs[-1]

    yield stub
    for one in stubs:
        one.assert_no_pending_responses()
        one.deactivate()


@pytest.mark.parametrize(
    ("channel", "parts"),
    [
        ("telegram", {"ingest": ["secret_token", "bot_username"], "deliver": ["bot_token"]}),
        # The console is told of the page's sessions, and of nothing else that ingest knows.
        ("web", {"ingest": ["session_secret"], "deliver": [], "console": ["session_secret"]}),
    ],
)
def test_more_channels_than_four_kilobytes_hold_can_be_connected(stubbed, channel, parts):
    told = [{"OutputKey": name, "OutputValue": "https://a.example"} for name in ("KeyId", "Url")]
    found = {"StackName": "sb", "StackStatus": "CREATE_COMPLETE", "Outputs": told}
    stubbed("cloudformation").add_response(
        "describe_stacks", {"Stacks": [{**found, "CreationTime": 0}]}
    )
    others = {"line/main": {"channel_token": "x" * 4096}}
    ssm = stubbed("ssm")
    given = values_of(channel)
    given |= dict.fromkeys(registry.channel(channel).receive.us, "known")
    for part, names in parts.items():
        kept = {"Parameter": {"Value": json.dumps(others)}}
        ssm.add_response("get_parameter", kept, {"Name": f"/sb/{part}", "WithDecryption": True})
        values = {name: given[name] for name in names}
        stored = {
            "Name": f"/sb/{part}",
            "Value": json.dumps({**others, f"{channel}/main": values}),
            "Type": "SecureString",
            "Tier": "Intelligent-Tiering",
            "KeyId": "https://a.example",
            "Overwrite": True,
        }
        ssm.add_response("put_parameter", {}, stored)

    functions = stubbed("lambda")
    for _ in parts:
        functions.add_response("list_functions", {"Functions": []})

    said = connections.connect("sb", f"{channel}/main", given)

    assert said[0].endswith(f"/webhook/{channel}/main")
    assert f"channels check {channel}/main" in said[1]


@pytest.mark.parametrize(
    ("console", "good"), [({}, False), ({"web/main": {"session_secret": SECRET}}, True)]
)
def test_a_page_whose_console_was_not_told_is_found_by_doctor(console, good):
    found = doctor.page_of({"web/main": {"session_secret": SECRET}, "slack/main": {}}, console)

    assert found.good is good
    assert "switchboard link" in found.advice
    assert doctor.page_of({}, {}).good


@pytest.mark.parametrize(
    ("known", "stored"), [({}, 1), ({"web/main": {"session_secret": SECRET}}, 0)]
)
def test_who_makes_a_link_has_the_console_told_of_the_page_s_secret(stubbed, known, stored):
    values = {"session_secret": SECRET}
    ssm = stubbed("ssm")
    for _ in range(1 + stored):
        ssm.add_response("get_parameter", {"Parameter": {"Value": json.dumps(known)}})
    if stored:
        outputs = [{"OutputKey": "KeyId", "OutputValue": "a key"}]
        found = {"StackName": "sb", "StackStatus": "CREATE_COMPLETE", "CreationTime": 0}
        stubbed("cloudformation").add_response(
            "describe_stacks", {"Stacks": [{**found, "Outputs": outputs}]}
        )
        told = {"Value": json.dumps({"web/main": values}), "Name": "/sb/console", "KeyId": "a key"}
        as_ever = {"Type": "SecureString", "Tier": "Intelligent-Tiering", "Overwrite": True}
        ssm.add_response("put_parameter", {}, {**told, **as_ever})
        stubbed("lambda").add_response("list_functions", {"Functions": []})

    connections.tell_console("sb", values)
