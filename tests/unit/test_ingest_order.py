"""Ingest: in which order a request is looked at, and what a channel is asked."""

from typing import ClassVar

import pytest

from functions.ingest import app
from scripts.sign_events import SECRETS
from switchboard.channels.base import Received, Response, Webhook
from switchboard.channels.registry import Channel, Inbound, Secret
from switchboard.errors import BadSignatureError
from tests.kit import channels
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


class ProbeReceiver:
    """Believes one header, and remembers what it was asked."""

    asked: ClassVar[list[Webhook]] = []

    def __init__(self, account, values):
        self.asked.clear()

    def receive(self, webhook):
        self.asked.append(webhook)
        if webhook.headers.get("x-signature") != "right":
            raise BadSignatureError("digest")
        return Received((), Response(202, "hello"))


@pytest.fixture
def cloud():
    inbound = Inbound({"secret": Secret.GIVEN}, methods=("GET", "POST"))
    with (
        channels.registered("probe", Channel(inbound), ProbeReceiver, None),
        started({**SECRETS, "probe/main": {"secret": "s"}}) as made,
    ):
        yield made


def status(asked, now=NOW):
    return app.respond(asked, now).status


def test_a_refusal_costs_nothing_and_what_is_received_is_answered_as_the_channel_says(cloud):
    assert status(event("probe/main", b'{"a":1,"a":1}')) == 401
    assert cloud.calls == []
    answer = app.respond(event("probe/main", headers={**JSON, "x-signature": "right"}), NOW)

    assert (answer.status, answer.body) == (202, "hello")


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_of_a_megabyte_is_refused_before_it_is_decoded(cloud, encoded):
    """Were it decoded, it would be a 400: half a character, and not base64."""
    asked = {**event("probe/main"), "body": "\ud800" * 2**20, "isBase64Encoded": encoded}

    assert status(asked) == 413
    assert ProbeReceiver.asked == []


def test_a_set_up_request_may_be_a_get_with_a_query_that_is_decoded_once(cloud):
    query = "a=b+c%2Bd%252F&a=e&%E4%BC%9A=1&flag&=x"
    asked = {**event("probe/main", b"", {}, method="GET"), "rawQueryString": query}

    assert status(asked) == 401
    (webhook,) = ProbeReceiver.asked
    assert (webhook.method, webhook.query) == ("GET", {"a": "b+c+d%2F,e", "会": "1", "flag": ""})
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
