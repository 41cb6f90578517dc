"""`switchboard channels check`: what is found of an account, its webhook and its platform."""

import json
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from msgspec import yaml

from cli import accounts
from cli.doctor import page
from cli.problems import CommandError
from functions.ingest import app
from switchboard.channels import description, registry
from switchboard.net import exchange, http
from switchboard.net.exchange import Https
from switchboard.runtime import current
from switchboard.text import in_
from tests import signers
from tests.doubles.server import Answer, Double
from tests.kit import platforms, webhooks
from tests.kit.inbox import started

HERE = "https://switchboard.example.com"
TOLD = {name: description.load(name) for name in description.names()}
UNPROBED = {name: told.unprobed for name, told in TOLD.items() if told.unprobed}
VALUES = {name: signers.signer(name).VALUES for name in TOLD}
PROBED = sorted(set(TOLD) - set(UNPROBED))


class Ways(Https):
    """To ingest in this process; to doubles by a socket."""

    def __call__(self, method, url, body, headers):
        if not url.startswith(HERE):
            return super().__call__(method, url, body, headers)
        path = urlsplit(url).path
        made = webhooks.event("", body, headers, method) | {"rawPath": path}
        answer = app.handler(made, None)
        return http.HttpResponse(answer["statusCode"], {}, json.loads(answer["body"]))


class Stubborn(Double):
    """A platform that answers all with one thing."""

    def __init__(self, answer):
        super().__init__()
        self.all = answer

    def respond(self, request):
        return self.all


@contextmanager
def served(*names):
    """Ingest serves the accounts `main` of these channels."""
    with started({f"{name}/main": VALUES[name] for name in names}):
        current().give(exchange.current, Ways())
        yield


@pytest.fixture
def platform(request):
    """The double of a platform, with the example credentials, and the account's values."""
    with platforms.platform(request.param) as found:
        found.double.webhook = url_of(request.param)
        yield request.param, found.values, found.double


def url_of(name):
    return f"{HERE}/webhook/{name}/main"


def checked(name, values=None, out=None):
    values = VALUES[name] if values is None else values
    found = accounts.examine(name, url_of(name), values, values if out is None else out)
    return {one.what: one for one in found}


def bad(found):
    return [what for what, one in found.items() if not one.good]


every_platform = pytest.mark.parametrize("platform", PROBED, indirect=True)


@every_platform
def test_an_account_that_is_set_up_is_well(platform):
    name, values, _ = platform
    with served(name):
        found = checked(name, values)

    assert bad(found) == [], page(list(found.values()))
    assert "credentials" in found


@every_platform
def test_credentials_that_the_platform_refuses_are_told_and_not_shown(platform):
    name, values, _ = platform
    outbound = registry.channel(name).outbound
    wrong = {one: values[one] + "0" for one in outbound if one != "api"}
    with served(name):
        found = checked(name, values, {**values, **wrong})

    assert "credentials" in bad(found)
    said = page(list(found.values()))
    assert found["credentials"].advice in said
    assert not [one for one in wrong.values() if one in said]


@pytest.mark.parametrize("platform", ["slack"], indirect=True)
def test_the_code_of_an_error_is_told_and_its_sentence_is_not(platform):
    name, values, _ = platform
    with served(name):
        found = checked(name, values, {**values, "bot_token": "xoxb-0"})["credentials"]
    assert found.detail == "answered 200 invalid_auth"

    told = Answer({"error": {"message": values["bot_token"]}, "message": values["bot_token"]}, 403)
    with Stubborn(told) as double, served(name):
        found = checked(name, {**values, "api": double.url})["credentials"]
    assert found.detail == "answered 403"


@pytest.mark.parametrize("name", registry.names())
def test_an_unsigned_webhook_is_well_refused_by_an_account_that_ingest_knows(name):
    with served(name):
        assert checked(name, out={})["webhook"].good
    with served():
        found = checked(name, out={})["webhook"]

    assert not found.good
    assert "404" in found.detail
    assert "connect it" in found.advice


@pytest.mark.parametrize("name", registry.names())
def test_every_missing_value_is_named_with_its_least_length(name):
    with served():
        found = checked(name, {}, {})

    for key, secret in registry.channel(name).receive.secrets.items():
        least = f" (at least {secret.least} characters)" * (secret.least > 1)
        assert f"missing: {key}{least}" in found["values that verify"].detail
    assert found["values that send"].good is (not registry.channel(name).outbound)
    assert all(key in found["values that send"].detail for key in registry.channel(name).outbound)
    assert f"docs/channels.md#{name}" in found["values that verify"].advice


@pytest.mark.parametrize("name", UNPROBED)
def test_a_channel_that_cannot_be_asked_says_why(name):
    with served(name):
        found = checked(name)

    assert bad(found) == []
    assert UNPROBED[name] in found["credentials"].detail


@pytest.mark.parametrize("platform", ["telegram", "line"], indirect=True)
def test_a_webhook_that_goes_elsewhere_is_told(platform):
    name, values, double = platform
    double.webhook = "https://somewhere.example.com/"
    with served(name):
        found = checked(name, values)["webhook address at the vendor"]

    assert not found.good
    assert url_of(name) in found.advice


def test_a_stack_that_does_not_answer_is_told():
    with served("web"):
        found = accounts.examine("web", "http://127.0.0.1:9/webhook/web/main", VALUES["web"], {})

    assert [one.what for one in found if not one.good] == ["webhook"]


def test_a_secret_that_is_too_short_is_told_with_both_lengths():
    with served():
        found = checked("web", {"session_secret": "nine-long"})["values that verify"]

    assert found.detail == "too short: session_secret (9 of at least 32 characters)"


def test_a_platform_that_cannot_be_reached_says_nothing_of_its_credentials():
    with served("slack"):
        found = checked("slack", {**VALUES["slack"], "api": "http://127.0.0.1:9"})["credentials"]

    assert found.detail.startswith("not known: ")
    assert "network" in found.advice
    assert "token" not in found.advice


def test_a_channel_that_there_is_not_is_told_with_those_there_are():
    with pytest.raises(CommandError, match=r"there is no channel irc; there are: .*slack"):
        accounts.examine("irc/main", HERE, {}, {})


def test_the_table_names_every_channel_and_its_accounts():
    known = (("slack", "Slack", ("main", "second")), ("web", "Page", ()))

    slack, web = accounts.table([accounts.Known(*one) for one in known]).splitlines()

    assert slack.split() == ["slack", "Slack", "main,", "second"]
    assert web.split()[-1] == "-"


def test_slack_s_manifest_asks_for_what_its_guide_says_at_our_address():
    app = yaml.decode(accounts.manifest("", "slack/second", HERE).encode())
    here = f"{HERE}/webhook/slack/second"
    scopes, events = (in_(one, "en") for one in TOLD["slack"].guide.permissions)

    assert set(re.findall(r"[a-z_]+:[a-z]+|commands", scopes)) == {
        *app["oauth_config"]["scopes"]["bot"]
    }
    settings = app["settings"]["event_subscriptions"]
    assert all(event in events for event in settings["bot_events"])
    (command,) = app["features"]["slash_commands"]
    assert registry.channel("slack").send.command == f"{command['command']} "
    told = (
        settings["request_url"],
        command["url"],
        app["settings"]["interactivity"]["request_url"],
    )
    assert set(told) == {here}
