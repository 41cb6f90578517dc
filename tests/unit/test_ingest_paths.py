"""Which paths lead to an account: its own, and what its platform adds to the address."""

import json

import pytest

from functions.ingest import app
from tests.kit.environment import CHANNELS
from tests.signers import github, matrix, signer, webhook
from tests.unit.hooks import NOW

NAMES = ("github", "matrix", "webhook")
TRANSACTIONS = "_matrix/app/v1/transactions"


@pytest.fixture
def inbox(cloud):
    """The Inbox's messages; accounts of the three channels are there."""
    cloud.parameters[CHANNELS] = {f"{name}/main": dict(signer(name).VALUES) for name in NAMES}
    return cloud.inbox.messages


def status(event, path=None, method=None):
    http = {"method": method or event["requestContext"]["http"]["method"]}
    context = {"http": http, "stage": "stage"}
    asked = {**event, "rawPath": path or event["rawPath"], "requestContext": context}
    answer = app.respond(asked, NOW)
    assert answer.status in {200, 401} or json.loads(answer.body)["error"].keys() == {
        "code",
        "message",
    }
    return answer.status


@pytest.mark.parametrize("prefix", ["", "/stage"])
def test_every_channel_is_found_even_one_that_is_called_webhook(inbox, prefix):
    for event in (
        matrix.message("/help", number=1, now=NOW),
        webhook.message("/help", number=1, now=NOW),
        github.message("It broke", number=1, now=NOW),
    ):
        assert status(event, prefix + event["rawPath"]) == 200

    assert len(inbox) == 6


@pytest.mark.parametrize(
    "rest",
    [
        "/",
        "/_matrix",
        f"/{TRANSACTIONS}",
        f"/{TRANSACTIONS}/",
        f"/{TRANSACTIONS}/1/2",
        f"//{TRANSACTIONS}/1",
        f"/x/{TRANSACTIONS}/1",
        "/_matrix/app/v1/users/@switchboard:example.org",
        "/_matrix/app/v1/ping/",
    ],
)
def test_a_homeserver_has_two_paths_below_the_account_and_no_other(inbox, rest):
    event = matrix.message("/help", number=1, now=NOW)

    assert status(event, f"/webhook/matrix/main{rest}") == 404
    assert not inbox


@pytest.mark.parametrize("name", ["github", "webhook"])
@pytest.mark.parametrize(
    "rest", ["/", "//", "/extra", f"/{TRANSACTIONS}/1", "/webhook/github/main"]
)
def test_to_another_address_no_platform_may_add(inbox, name, rest):
    event = signer(name).message("hello", number=1, now=NOW)

    assert status(event, f"/webhook/{name}/main{rest}") == 404
    assert not inbox


def test_what_comes_before_an_account_is_no_account(inbox):
    event = github.message("It broke", number=1, now=NOW)

    assert status(event, "/webhook/nobody/main/webhook/github/main") == 404
    assert status(event, "/github/main") == 404


def test_a_method_that_a_channel_does_not_have_is_refused(inbox):
    assert status(matrix.message("/help", number=1, now=NOW), method="GET") == 405
    assert status(github.message("It broke", number=1, now=NOW), method="PUT") == 405


def test_a_ping_is_answered_and_not_sent(inbox):
    assert app.respond(matrix.HANDSHAKES[0], NOW).body == "{}"
    assert not inbox


def test_one_transaction_may_hold_many_messages_and_more_than_other_webhooks(inbox):
    events = [matrix.event("/help " + "x" * 6_000, number=number) for number in range(50)]
    found = matrix.signed({"events": events})

    assert status(found) == 200
    assert len(inbox) == 100
    assert status(matrix.signed(b" " * (5 * 2**20 + 1))) == 413
    assert status(webhook.signed(b" " * (256 * 1024 + 1), now=NOW)) == 413
