"""Teams' outgoing webhook: its HMAC, what is read, and where the answers go."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.phrases import say
from tests.doubles.server import Answer, Trouble
from tests.doubles.teamswebhook import TeamsWebhookDouble
from tests.signers import teamswebhook
from tests.unit.webhooks import NOW, arrived, webhook

PART = Part(text="**done**", key="k-0")
OTHER = "YW5vdGhlciBleGFtcGxlIHRva2VuIG9mIFRlYW1z"


def made(**values):
    return registry.inbound("teamswebhook", "main", {**teamswebhook.VALUES, **values})


def hook_of(found, **values):
    return arrived(teamswebhook.signed(found, now=NOW, values={**teamswebhook.VALUES, **values}))


def parsed(found):
    hook = hook_of(found)
    made().verify(hook)
    return made().parse(hook)


@pytest.fixture
def double():
    with TeamsWebhookDouble() as found:
        yield found


def outward(double, **values):
    told = {**teamswebhook.VALUES, "api": double.api, "push_url": double.push_url}
    return registry.outbound("teamswebhook", "main", {**told, **values})


def test_a_message_is_read_with_its_sender():
    (envelope,) = parsed(teamswebhook.said("/help"))

    assert envelope.text == "/help"
    assert envelope.sender.id == teamswebhook.SENDER(1)
    assert envelope.lane == "teamswebhook/main/19:chat1@thread.tacv2"


def test_the_hmac_covers_every_byte_and_the_secret():
    hook = hook_of(teamswebhook.said("/help"))

    for other in (hook.body + b" ", hook.body.replace(b"help", b"Help"), b""):
        with pytest.raises(BadSignatureError, match="digest"):
            made().verify(webhook(other, hook.headers))
    with pytest.raises(BadSignatureError, match="digest"):
        made(security_token=OTHER).verify(hook)


@pytest.mark.parametrize(
    "change",
    [
        lambda right: "",
        lambda right: right.replace("HMAC", "hmac"),
        lambda right: right.replace("HMAC ", ""),
        lambda right: right.replace("HMAC", "Bearer"),
        lambda right: right.rstrip("="),
        lambda right: right.replace("HMAC ", "HMAC  "),
        lambda right: f"{right}, {right}",
        lambda right: "HMAC 签名",
        lambda right: "HMAC " + "A" * 10_000,
    ],
)
def test_a_wrong_signature_is_refused(change):
    hook = hook_of(teamswebhook.said("/help"))
    headers = {"authorization": change(hook.headers["authorization"])}

    with pytest.raises(BadSignatureError):
        made().verify(webhook(hook.body, headers))
    with pytest.raises(BadSignatureError):
        made().verify(webhook(hook.body, {}))


def test_while_a_token_is_rotated_the_one_before_holds_too():
    old = hook_of(teamswebhook.said("/help"))
    rotated = {"security_token": OTHER, "security_token.previous": old_token()}

    made(**rotated).verify(old)
    made(**rotated).verify(hook_of(teamswebhook.said("/help"), security_token=OTHER))


def old_token():
    return teamswebhook.VALUES["security_token"]


@pytest.mark.parametrize("token", ["not base64!", "AAAA", "签名", "===="])
def test_a_token_that_is_no_key_lets_nothing_in(token):
    signed_with_nothing = hook_of(teamswebhook.said("/help"), security_token="")

    with pytest.raises(BadSignatureError):
        made(security_token=token).verify(signed_with_nothing)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "messageUpdate"},
        {"type": 5},
        {"from": {"id": "28:bot", "aadObjectId": "x"}},
        {"text": "<at>Switchboard</at>"},
    ],
    ids=str,
)
def test_an_echo_and_what_says_nothing_are_ignored(change):
    assert parsed({**teamswebhook.said("/help"), **change}) == []


@pytest.mark.parametrize("name", ["id", "from", "conversation"])
def test_a_message_without_its_ids_is_malformed(name):
    found = teamswebhook.said("/help")
    del found[name]

    with pytest.raises(BadRequestError):
        parsed(found)


@pytest.mark.parametrize(("text", "locale"), [("/help", "en"), ("帮助", "zh")])
def test_the_only_answer_that_teams_takes_says_where_the_real_one_comes(text, locale):
    answer = made().acknowledge(hook_of(teamswebhook.said(text)))

    told = json.loads(answer.body)
    assert (answer.status, told["type"]) == (200, "message")
    assert told["text"] == say("answer_elsewhere", locale)


def test_an_answer_is_a_card_of_the_workflow(double):
    outward(double).send({}, PART)

    assert [one.text for one in double.messages] == ["**done**"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/workflows/1",
        "http://example.logic.azure.com/workflows/1",
        "https://example.logic.azure.com.evil.example/",
        "https://example.logic.azure.com@evil.example/",
        "https://logic.azure.com/",
        "http://127.0.0.1:1/",
        "https://[",
        "somewhere",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_no_workflows(double, url):
    with pytest.raises(UnavailableError):
        outward(double, push_url=url).send({}, PART)

    assert double.requests == []


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({}, 404), UnavailableError),
        (Answer({}, 401), UnavailableError),
        (Answer({}, 400), RejectedError),
        (Answer(b"", 302, {"location": "https://evil.example/"}), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises(error):
        outward(double).send({}, PART)


def test_there_are_no_files_to_fetch():
    with pytest.raises(RejectedError):
        made().download({"url": "https://example.sharepoint.com/a"})


@given(st.binary(max_size=200), st.text(max_size=50))
def test_noise_is_refused(body, value):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, {"authorization": f"HMAC {value}"}))


@given(st.binary(max_size=200))
def test_of_a_signed_body_that_is_no_message_only_our_errors_come(body):
    hook = hook_of(body)
    made().verify(hook)

    with suppress(BadRequestError):
        assert made().parse(hook) == []
