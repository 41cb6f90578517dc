"""Teams' outgoing webhook: its HMAC, its only answer, and where the others go."""

import json

import pytest

from switchboard.errors import BadSignatureError, UnavailableError
from switchboard.phrases import say
from tests.kit.channels import NOW, PART, received, receiver, sender, webhook
from tests.signers import teamswebhook
from tests.signers.teamswebhook import said

TOKEN = teamswebhook.VALUES["security_token"]


def hook(token=TOKEN, **changes):
    event = teamswebhook.signed(said("/help"), now=NOW, values={"security_token": token})
    return webhook(event, **changes)


@pytest.mark.parametrize("scheme", ["hmac ", "", "Bearer ", "HMAC  "])
def test_the_scheme_is_hmac(scheme):
    other = hook().headers["authorization"].replace("HMAC ", scheme)

    with pytest.raises(BadSignatureError, match="digest"):
        receiver("teamswebhook").receive(hook(headers={"authorization": other}))


@pytest.mark.parametrize("token", ["not base64!", "AAAA", "签名", "===="])
def test_a_token_that_is_no_key_lets_nothing_in(token):
    with pytest.raises(BadSignatureError):
        receiver("teamswebhook", security_token=token).receive(hook(""))  # signed with nothing


@pytest.mark.parametrize(("text", "locale"), [("/help", "en"), ("帮助", "zh")])
def test_the_only_answer_that_teams_takes_says_where_the_real_one_comes(text, locale):
    found = received("teamswebhook", said(text))

    (one,) = found.envelopes
    assert (one.text, one.lane) == (text, "teamswebhook/main/19:chat1@thread.tacv2")
    told = {"type": "message", "text": say("answer_elsewhere", locale)}
    assert json.loads(found.response.body) == told


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
    with pytest.raises(UnavailableError, match="no address"):
        sender("teamswebhook", api=double.api, push_url=url).send({}, PART)

    assert double.requests == []
