"""Ingest under fire: what it logs, and what it never logs."""

from uuid import UUID

import pytest

from functions.ingest import app
from tests import signers
from tests.kit.inbox import event, started
from tests.signers import feishu, slack, telegram

NOW = 1_760_000_000.0
CANARIES = ["canary-of-the-text", "canary-of-the-signature", *slack.VALUES.values()]


@pytest.fixture(autouse=True)
def _started():
    with started(signers.accounts()):
        yield


def mention(text, **said):
    return slack.signed({**slack.said(text, 1, 1, 1), **said}, now=NOW)


def test_a_flood_is_one_line_a_minute_for_each_kind(lines):
    for second in range(130):
        for _ in range(10):
            app.respond(event("slack/main"), NOW + second)
            app.respond(event("nobody/main"), NOW + second)

    found = lines()
    assert [line["Outcome"] for line in found] == ["bad_signature", "unknown_channel"] * 3
    assert [line["refusals"] for line in found] == [1, 1, 600, 600, 600, 600]


def test_what_is_remembered_of_refusals_does_not_grow():
    for number in range(1000):
        app.respond(event(f"nobody/{number}"), NOW + number)

    assert len(app._refused()) == 1


@pytest.mark.parametrize(
    ("said", "headers", "status"),
    [
        ({}, {"x-slack-signature": "v0=canary-of-the-signature"}, 401),
        ({}, {"x-slack-request-timestamp": "canary-of-the-signature"}, 401),
        ({}, {"content-type": "canary-of-the-text/plain"}, 415),
        ({"team_id": ["canary-of-the-text"]}, {}, 400),
        ({}, {}, 200),
    ],
)
def test_no_line_holds_a_body_a_signature_or_a_secret(capsys, said, headers, status):
    found = mention("canary-of-the-text", **said)

    answer = app.respond({**found, "headers": {**found["headers"], **headers}}, NOW)

    text = capsys.readouterr().out
    assert answer.status == status
    assert text
    assert not [canary for canary in CANARIES if canary in text + answer.body]


def test_an_accepted_message_is_one_line_with_its_id(lines):
    app.respond(mention("/help"), NOW)

    (line,) = lines()
    assert UUID(line.pop("run"))
    assert line == {"level": "INFO", "message": "accepted", "channel": "slack"}


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_an_account_without_a_secret_is_not_there(lines, value):
    accounts = {
        "slack/main": {"signing_secret": value},
        "feishu/main": {**feishu.VALUES, "encrypt_key": value},
        "nonsense/main": {"secret": "s"},
        "telegram/main": telegram.VALUES,
    }
    with started(accounts):
        assert app._accounts().names == {"telegram/main"}
        assert app.respond(event("slack/main"), NOW).status == 404

    refused = [line["account"] for line in lines() if "account" in line]
    assert refused == ["nonsense/main", "slack/main", "feishu/main"]
