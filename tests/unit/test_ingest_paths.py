"""Which paths lead to an account, and in which order a request for it is looked at."""

from typing import ClassVar

import pytest

from functions.ingest import app
from switchboard.channels.base import Received, Response, Webhook
from switchboard.channels.registry import Channel, Inbound, Secret
from switchboard.errors import BadSignatureError
from tests import signers
from tests.kit import channels
from tests.kit.inbox import JSON, event, started
from tests.signers import matrix, signer, slack, webhook

ACCOUNTS = signers.accounts()
NOW = 1_760_000_000.0
TRANSACTIONS = "_matrix/app/v1/transactions"


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
        started({**ACCOUNTS, "probe/main": {"secret": "s"}}) as made,
    ):
        yield made


def status(asked, path=None, stage="$default", method=None):
    http = {"method": method or asked["requestContext"]["http"]["method"]}
    context = {"http": http, "stage": stage}
    found = {**asked, "rawPath": path or asked["rawPath"], "requestContext": context}
    return app.respond(found, NOW).status


def message(name):
    return signer(name).message("/help", number=1, now=NOW)


def test_a_refusal_costs_nothing_and_what_is_received_is_answered_as_the_channel_says(cloud):
    assert status(event("probe/main", b'{"a":1,"a":1}')) == 401
    assert cloud.calls == []
    answer = app.respond(event("probe/main", headers={**JSON, "x-signature": "right"}), NOW)

    assert (answer.status, answer.body) == (202, "hello")


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_of_a_megabyte_is_refused_before_it_is_decoded(cloud, encoded):
    """Were it decoded, it would be a 400: half a character, and not base64."""
    asked = event("probe/main", body="\ud800" * 2**20, isBase64Encoded=encoded)

    assert status(asked) == 413
    assert ProbeReceiver.asked == []


def test_a_set_up_request_may_be_a_get_with_a_query_that_is_decoded_once(cloud):
    query = "a=b+c%2Bd%252F&a=e&%E4%BC%9A=1&flag&=x"

    assert status(event("probe/main", b"", {}, method="GET", rawQueryString=query)) == 401
    (asked,) = ProbeReceiver.asked
    assert (asked.method, asked.query) == ("GET", {"a": "b+c+d%2F,e", "会": "1", "flag": ""})
    assert status(event("probe/main", b"", {}, method="PUT")) == 405
    assert status(event("probe/main", b"", {}, method="POST")) == 415


def test_a_signature_that_comes_twice_is_refused(cloud):
    found = message("slack")
    twice = {**found["headers"], "X-Slack-Signature": found["headers"]["x-slack-signature"]}

    assert status({**found, "headers": twice}) == 401


@pytest.mark.parametrize("name", ["matrix", "webhook", "github", "slack"])
@pytest.mark.parametrize(
    ("prefix", "stage", "wanted"),
    [
        *(("", "$default", 200), ("", "dev", 200), ("/dev", "dev", 200), ("/dev", "$default", 404)),
        *((f"/webhook/{more}", "$default", 404) for more in ("nobody/main", "telegram", "")),
    ],
)
def test_a_path_is_one_account_s(cloud, name, prefix, stage, wanted):
    """Also of the channel that is called webhook."""
    found = message(name)

    assert status(found, prefix + found["rawPath"], stage) == wanted
    assert len(cloud.sent) == (wanted == 200)


@pytest.mark.parametrize(
    "rest",
    [
        *("/", "/_matrix", f"/{TRANSACTIONS}", f"/{TRANSACTIONS}/", f"/{TRANSACTIONS}/1/2"),
        *(f"//{TRANSACTIONS}/1", f"/x/{TRANSACTIONS}/1", "/_matrix/app/v1/ping/"),
        "/_matrix/app/v1/users/@switchboard:example.org",
    ],
)
def test_a_homeserver_has_two_paths_below_the_account_and_no_other(cloud, rest):
    assert status(message("matrix"), f"/webhook/matrix/main{rest}") == 404
    assert not cloud.sent


@pytest.mark.parametrize("name", ["github", "webhook"])
@pytest.mark.parametrize(
    "rest", ["/", "//", "/extra", f"/{TRANSACTIONS}/1", "/webhook/github/main"]
)
def test_to_another_address_no_platform_may_add(cloud, name, rest):
    assert status(message(name), f"/webhook/{name}/main{rest}") == 404
    assert not cloud.sent


def test_a_method_that_a_channel_does_not_have_is_refused(cloud):
    assert status(message("matrix"), method="GET") == 405
    assert status(message("github"), method="PUT") == 405


def test_a_ping_is_answered_and_not_sent(cloud):
    assert app.respond(matrix.HANDSHAKES[0], NOW).body == "{}"
    assert not cloud.sent


def test_one_transaction_may_hold_many_messages_and_more_than_other_webhooks(cloud):
    events = [matrix.event("/help " + "x" * 6_000, number=number) for number in range(50)]

    assert status(matrix.signed({"events": events})) == 200
    assert len(cloud.sent) == 50
    assert status(matrix.signed(b" " * (5 * 2**20 + 1))) == 413
    for small in (webhook, slack):
        assert status(small.signed(b" " * (256 * 1024 + 1), now=NOW)) == 413
