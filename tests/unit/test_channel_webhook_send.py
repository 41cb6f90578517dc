"""Standard Webhooks: what is posted, where it may go, and what the receiver's answers mean."""

import json
import time

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.net import exchange, http1
from switchboard.net.http import Reply
from switchboard.runtime import current
from tests.doubles.server import Answer, Trouble
from tests.doubles.webhook import WebhookDouble
from tests.signers.webhook import VALUES

PART = Part(text="**done** & 会议", key="0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
REPLY_TO = {"conversation": "chat-1", "message": "msg_1"}


@pytest.fixture
def receiver():
    with WebhookDouble(VALUES["signing_secret"]) as double:
        yield double


def made(receiver, **values):
    return registry.outbound("webhook", "main", {**VALUES, "api": receiver.api, **values})


def test_an_answer_is_posted_signed_as_it_came(receiver):
    channel = made(receiver)
    channel.send(REPLY_TO, Part(channel.render(PART.text), PART.key))

    (message,) = receiver.messages
    (request,) = receiver.requests
    assert (message.chat, message.target, message.text) == ("chat-1", "msg_1", PART.text)
    assert request.headers["webhook-id"] == PART.key
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(request.body)["error"] is False


def test_the_same_part_is_the_same_webhook(receiver):
    receiver.trouble(Trouble.DROPPED_AFTER)

    with pytest.raises(UnavailableError):
        made(receiver).send(REPLY_TO, PART)
    made(receiver).send(REPLY_TO, PART)

    assert len(receiver.messages) == 1
    assert receiver.requests[0].body == receiver.requests[1].body


def test_while_the_secret_is_rotated_both_sign(receiver):
    values = {"signing_secret": VALUES["secret"], "signing_secret.previous": receiver.secret}

    made(receiver, **values).send(REPLY_TO, PART)

    assert len(receiver.messages) == 1
    assert receiver.requests[0].headers["webhook-signature"].count("v1,") == 2


def test_a_receiver_that_is_gone_is_asked_no_more(receiver):
    receiver.gone = True

    with pytest.raises(RejectedError):
        made(receiver).send(REPLY_TO, PART)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 409, 422, 500, 503])
def test_whatever_else_is_no_success_is_tried_again(receiver, status):
    headers = {"location": receiver.api}
    receiver.trouble(Answer({}, status, headers))

    with pytest.raises(UnavailableError):
        made(receiver).send(REPLY_TO, PART)

    assert len(receiver.requests) == 1  # a redirect is not followed


@pytest.mark.parametrize("body", [b"", b"ok", b"{}", b"<html>", b"\xff"])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_success_is_one_whatever_it_says(receiver, body, status):
    receiver.trouble(Answer(b"" if status == 204 else body, status))

    made(receiver).send(REPLY_TO, PART)


def test_a_receiver_that_asks_for_patience_says_for_how_long(receiver):
    receiver.retry_after = 30
    receiver.trouble(Trouble.LIMITED)

    with pytest.raises(RateLimitedError) as caught:
        made(receiver).send(REPLY_TO, PART)

    assert caught.value.retry_after == 30.0


def test_a_secret_that_is_none_signs_nothing_until_it_is_mended(receiver):
    with pytest.raises(UnavailableError):
        made(receiver, signing_secret="whsec_AAAA").send(REPLY_TO, PART)

    assert receiver.requests == []


@pytest.fixture
def posted():
    """The addresses that were posted to, by a world that takes everything."""
    urls = []

    def reply(method, url, body, headers):
        urls.append(url)
        return Reply(200, {}, {})

    current().give(exchange.current, reply)
    yield urls
    http1.pinned.clear()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost:8443/", "https://[::1]/", "http://127.0.0.1/", "x"],
)
def test_a_private_address_is_refused_and_nothing_is_posted(posted, url):
    channel = registry.outbound("webhook", "main", {**VALUES, "url": url})

    with pytest.raises(RejectedError):
        channel.send(REPLY_TO, PART)

    assert posted == []


def test_a_public_address_is_the_one_that_is_connected_to(posted, monkeypatch):
    answer = [(2, 1, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer)

    registry.outbound("webhook", "main", VALUES).send(REPLY_TO, PART)

    assert posted == [VALUES["url"]]
    assert http1.pinned == {"hooks.example.com": "93.184.216.34"}


def test_no_file_comes_this_way(receiver):
    with pytest.raises(RejectedError):
        made(receiver).download({})
