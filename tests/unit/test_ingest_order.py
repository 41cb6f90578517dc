"""Ingest: in which order a request is looked at, and what a channel is asked."""

from typing import ClassVar

import pytest

from functions.ingest import app
from scripts.sign_events import SECRETS
from switchboard.channels import registry
from switchboard.channels.base import Limits, Response
from switchboard.errors import BadSignatureError
from tests.unit import webhooks
from tests.unit.inbox import event, of, started
from tests.unit.webhooks import JSON, NOW

MENTION = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {
        "type": "app_mention",
        "user": "U1",
        "text": "<@U0> /help",
        "ts": "1515449522.000016",
        "channel": "C1",
    },
}


class Probe:
    """A channel that verifies nothing and tells what it was asked."""

    methods = ("POST",)
    limits = Limits(text=1)
    inbound = ("secret",)
    outbound = ()
    content_types = ("application/json",)
    asked: ClassVar[list[str]] = []

    def __init__(self, account, values):
        self.asked.clear()

    def verify(self, webhook):
        self.asked.append("verify")
        if webhook.headers.get("x-signature") != "right":
            raise BadSignatureError("digest")

    def handshake(self, webhook):
        self.asked.append("handshake")
        return Response(200, "hello") if webhook.body == b"hello" else None

    def parse(self, webhook):
        self.asked.append("parse")
        return []

    def acknowledge(self, webhook):
        self.asked.append("acknowledge")
        return Response(200)


@pytest.fixture
def cloud(monkeypatch):
    monkeypatch.setitem(registry.CHANNELS, "probe", f"{__name__}:Probe")
    monkeypatch.setitem(registry.NEEDS, "probe", {"secret": 1})
    with started({**SECRETS, "probe/main": {"secret": "s"}}) as made:
        yield made


def status(asked, now=NOW):
    return app.respond(asked, now).status


def test_nothing_is_parsed_before_the_signature_holds(cloud):
    assert status(event("probe/main", b'{"a":1,"a":1}')) == 401
    assert Probe.asked == ["verify"]


def test_the_order_of_what_a_channel_is_asked(cloud):
    right = {**JSON, "x-signature": "right"}

    assert status(event("probe/main", headers=right)) == 200
    assert Probe.asked == ["verify", "handshake", "parse", "acknowledge"]
    Probe.asked.clear()
    assert app.respond(event("probe/main", b"hello", right), NOW).body == "hello"
    assert Probe.asked == ["verify", "handshake"]


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_of_a_megabyte_is_refused_before_it_is_decoded(cloud, encoded):
    """Were it decoded, it would be a 400: half a character, and not base64."""
    asked = {**event("probe/main"), "body": "\ud800" * 2**20, "isBase64Encoded": encoded}

    assert status(asked) == 413
    assert Probe.asked == []


class Asked(Probe):
    """A platform whose set-up request is a GET."""

    methods = ("GET", "POST")

    def verify(self, webhook):
        self.asked.append((webhook.method, webhook.query))


def test_a_set_up_request_may_be_a_get_with_a_query_that_is_decoded_once(cloud, monkeypatch):
    monkeypatch.setitem(registry.CHANNELS, "probe", f"{__name__}:Asked")
    monkeypatch.setattr(registry, "kind", lambda name: Asked)
    query = "a=b+c%2Bd%252F&a=e&%E4%BC%9A=1&flag&=x"
    asked = {**event("probe/main", b"", {}, method="GET"), "rawQueryString": query}

    assert status(asked) == 200
    assert Probe.asked[0] == ("GET", {"a": "b+c+d%2F,e", "会": "1", "flag": ""})
    assert status(event("probe/main", b"", {}, method="PUT")) == 405
    assert status(event("probe/main", b"", {}, method="POST")) == 415


def test_a_signature_that_comes_twice_is_refused(cloud):
    hook = webhooks.slack(MENTION)
    twice = {**hook.headers, "X-Slack-Signature": hook.headers["x-slack-signature"]}

    assert status(event("slack/main", hook.body, twice)) == 401


@pytest.mark.parametrize(
    ("path", "stage", "wanted"),
    [
        ("/dev/webhook/slack/main", "dev", 200),
        ("/webhook/slack/main", "dev", 200),
        ("/dev/webhook/slack/main", "$default", 404),
        ("/webhook/telegram/webhook/slack/main", "$default", 404),
        ("/webhook//webhook/slack/main", "$default", 404),
    ],
)
def test_a_path_is_one_account_s(cloud, path, stage, wanted):
    hook = webhooks.slack(MENTION)
    asked = {**of("slack/main", hook), "rawPath": path}
    asked["requestContext"] = {**asked["requestContext"], "stage": stage}

    assert status(asked) == wanted
