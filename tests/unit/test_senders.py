"""The accounts that answers go out by: made one by one, and not before they are needed."""

import json
import subprocess
import sys

import pytest

from switchboard.channels.kit import senders
from tests.kit import environment
from tests.signers import accounts

WHERE = environment.CHANNELS


def test_an_account_is_made_once(flow):
    assert senders.one(WHERE, "slack/main") is senders.one(WHERE, "slack/main")
    assert flow.ports.calls.count("ssm.GetParameter") == 1


@pytest.mark.parametrize("name", ["slack/other", "fax/main", "", "slack"])
def test_what_is_not_connected_is_not_there(flow, name):
    assert senders.one(WHERE, name) is None


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ({}, False),
        ({"web/main": {}}, False),
        ({"fax/main": {}}, False),
        ({"web/main": {}, "slack/main": {}}, True),
        ({"discord/main": {}}, True),
    ],
)
def test_answers_go_over_http_to_all_but_the_page(flow, accounts, expected):
    flow.aws.parameters[WHERE] = accounts

    assert senders.any_over_http(WHERE) is expected


def test_an_answer_to_one_channel_imports_no_other():
    program = (
        "import json, sys; from tests.kit import environment; environment.provide()\n"
        "from functions.deliver import app\n"
        "from switchboard.channels import registry\n"
        "from switchboard.cloud import aws\n"
        "from switchboard.runtime import current\n"
        "from switchboard.channels.kit import senders\n"
        "from tests.kit.clock import Clock; from tests.kit.fakes import Aws\n"
        "cloud = Aws(Clock()); current().give(aws.transport, cloud)\n"
        "cloud.parameters[environment.CHANNELS] = json.loads(sys.argv[1])\n"
        "assert senders.one(environment.CHANNELS, 'slack/main')\n"
        "found = {one.split('.')[2] for one in sys.modules if registry.PACKAGE + '.' in one}\n"
        "assert found & set(registry.names()) == {'slack'}, found\n"
        "assert 'switchboard.channels.slack.receive' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, json.dumps(accounts())], check=True)
