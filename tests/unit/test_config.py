"""The configuration: what is decided about single accounts."""

import pytest

from switchboard import config
from tests.kit import environment

BUILD = environment.build_step()
TEXT = """
workspace: {name: Test, timezone: Asia/Shanghai}
tools: {}
caps: {day: {}, run: {steps: 3, seconds: 900}}
security: {second_factor: {required_for: []}}
channels: %s
"""


def ceiling(channels, channel, account, monkeypatch):
    found = BUILD.compile_config(TEXT % channels)
    monkeypatch.setattr(config, "load", lambda: found)
    return config.ceiling(channel, account)


@pytest.mark.parametrize(
    ("account", "most"), [("main", "admin"), ("public", "guest"), ("team", "member")]
)
def test_an_account_may_lower_what_its_senders_may_be(monkeypatch, account, most):
    channels = "{slack/public: {role: guest}, slack/team: {role: member}, web/public: {}}"

    assert ceiling(channels, "slack", account, monkeypatch) == most
    assert ceiling(channels, "web", account, monkeypatch) == "admin"


@pytest.mark.parametrize(
    "channels",
    [
        "{slack: {role: guest}}",
        "{slack/Main: {role: guest}}",
        "{slack/main: {role: owner}}",
        "{slack/main: {roles: guest}}",
        "{slack/main: guest}",
        "[slack/main]",
    ],
)
def test_an_account_s_policy_that_is_not_understood_stops_the_build(channels):
    with pytest.raises(SystemExit, match="config/switchboard"):
        BUILD.compile_config(TEXT % channels)
