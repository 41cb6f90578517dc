"""Values of channels as the operator's command stores them."""

import json

import pytest
from botocore.stub import Stubber

from cli import connections
from cli import stack as stacks
from tests.signers import telegram


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
    stacks.outputs.cache_clear()


def test_more_channels_than_four_kilobytes_hold_can_be_connected(stubbed):
    told = [{"OutputKey": name, "OutputValue": "https://a.example"} for name in ("KeyId", "Url")]
    found = {"StackName": "sb", "StackStatus": "CREATE_COMPLETE", "Outputs": told}
    stubbed("cloudformation").add_response(
        "describe_stacks", {"Stacks": [{**found, "CreationTime": 0}]}
    )
    others = {"line/main": {"channel_token": "x" * 4096}}
    functions = stubbed("lambda")
    ssm = stubbed("ssm")
    for part, names in (("ingest", ["secret_token"]), ("deliver", ["bot_token"])):
        kept = {"Parameter": {"Value": json.dumps(others)}}
        ssm.add_response("get_parameter", kept, {"Name": f"/sb/{part}", "WithDecryption": True})
        values = {name: telegram.VALUES[name] for name in names}
        stored = {
            "Name": f"/sb/{part}",
            "Value": json.dumps({**others, "telegram/main": values}),
            "Type": "SecureString",
            "Tier": "Intelligent-Tiering",
            "KeyId": "https://a.example",
            "Overwrite": True,
        }
        ssm.add_response("put_parameter", {}, stored)
        functions.add_response("list_functions", {"Functions": []})

    said = connections.connect("sb", "telegram/main", telegram.VALUES)

    assert said.endswith("/webhook/telegram/main")
