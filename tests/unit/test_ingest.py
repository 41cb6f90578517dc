"""Ingest: what is refused and at what cost, and what one accepted webhook leaves behind."""

import json

import pytest

from functions.ingest import app
from switchboard.cloud import aws
from switchboard.models import Envelope, decode_inbox
from tests import signers
from tests.kit.environment import VARIABLES
from tests.kit.inbox import FORM, event, plain, started
from tests.signers import slack, telegram, web

NOW = 1_760_000_000.0
REACTION = {"type": "event_callback", "event": {"type": "reaction_added"}}


@pytest.fixture
def cloud():
    with started(signers.accounts()) as made:
        yield made


def message(number=1, now=NOW):
    return slack.message("/help", number=number, now=now)


def status(asked, now=NOW):
    return app.respond(asked, now).status


@pytest.mark.parametrize("form", [dict, plain])
def test_an_accepted_message_is_one_call_with_two_copies_in_one_group(cloud, form):
    assert status(form(message())) == 200

    ((target, payload),) = cloud.calls
    first, second = payload["Entries"]
    assert target == "AmazonSQS.SendMessageBatch"
    assert payload["QueueUrl"] == VARIABLES["INBOX_URL"]
    assert first["MessageBody"] == second["MessageBody"]
    assert first["MessageGroupId"] == second["MessageGroupId"]
    assert first["MessageDeduplicationId"] != second["MessageDeduplicationId"]
    envelope = decode_inbox(first["MessageBody"])
    assert isinstance(envelope, Envelope)
    assert (envelope.text, envelope.sender.id) == ("/help", "T1:U1")
    assert first["MessageDeduplicationId"] == f"{envelope.id.hex}-0"


def test_a_replay_is_the_same_for_the_queue(cloud):
    for later in (0, 200):
        status(message(now=NOW + later), NOW + later)

    first, second = (
        [(entry["MessageDeduplicationId"], entry["MessageGroupId"]) for entry in one["Entries"]]
        for one in cloud.sent
    )
    assert first == second


@pytest.mark.parametrize("signer", [slack, telegram, web])
def test_messages_reach_the_inbox_in_characters_that_sqs_takes(cloud, signer):
    text = "会议\uffff\ufffe."
    assert status(signer.message(text, number=1, now=NOW)) == 200

    (sent,) = cloud.sent
    body = sent["Entries"][0]["MessageBody"]
    assert decode_inbox(body).text == text
    assert not {"\uffff", "\ufffe"} & set(body)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        *((event(place), 404) for place in ("slack/other", "nobody/main", "slack/main/extra")),
        *((event(place), 404) for place in ("slack", "")),
        (event("", rawPath="slack/main"), 404),
        (event("", rawPath="/slack/main"), 404),
        (event("", rawPath="/webhook/slack%2Fmain"), 404),
        (event("nobody/main", method="GET"), 404),
        (event("slack/main", method="GET"), 405),
        (event("slack/main", headers={}, method="PUT"), 405),
        (event("slack/main", headers={}), 415),
        (event("slack/main", headers={"content-type": "text/plain"}), 415),
        (event("telegram/main", headers=FORM), 415),
        (event("feishu/main", headers={"content-type": "multipart/form-data; boundary=a"}), 415),
        (event("slack/main", b"x" * 600_000, {"content-type": "text/xml"}), 413),
        (event("slack/main", b"x" * 262_145), 413),
        (event("slack/main", b"x" * 262_144), 401),
        (event("slack/main", body="!"), 400),
        (event("slack/main", body="密"), 400),
        (event("slack/main", body="\ud800", isBase64Encoded=False), 400),
        (event("slack/main", body=None), 401),
        *((event(f"{name}/main", b"no JSON"), 401) for name in ("feishu", "telegram", "web")),
        (slack.signed(b"not JSON", now=NOW), 400),
        (telegram.signed(b'{"a":1,"a":1}', now=NOW), 400),
        (web.signed({"id": "1", "text": ""}, now=NOW), 400),
    ],
)
def test_what_is_refused_says_why_and_costs_no_call(cloud, asked, wanted):
    answer = app.handler(asked, None)

    # The handler's own clock finds every signature of these webhooks long stale.
    assert status(asked) == wanted
    assert answer["statusCode"] in {wanted, 401}
    assert json.loads(answer["body"])["error"].keys() == {"code", "message"}
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}
    assert cloud.calls == []


def test_header_names_are_found_in_any_case(cloud):
    found = message()
    titled = {name.title(): value for name, value in found["headers"].items()}

    assert status({**found, "headers": titled}) == 200


def test_a_set_up_request_is_answered_and_what_is_no_message_only_acknowledged(cloud):
    challenge = slack.signed({"type": "url_verification", "challenge": "abc"}, now=NOW)
    answer = app.respond(challenge, NOW)

    assert (answer.status, answer.body, answer.content_type) == (200, "abc", "text/plain")
    assert status(slack.signed(REACTION, now=NOW)) == 200
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({"Successful": [{"Id": "1"}], "Failed": [{"Id": "0"}]}, 200),
        ({"Successful": [], "Failed": [{"Id": "0", "Code": "InternalError"}]}, 503),
        ({}, 503),
        (aws.AwsError("ServiceUnavailable", 503, {}), 503),
        (aws.AwsError("RequestThrottled", 400, {}), 503),
        (ConnectionResetError(), 503),
    ],
)
def test_what_the_inbox_does_not_take_is_to_be_sent_again(cloud, clock, answer, wanted):
    cloud.answer = answer

    assert status(message()) == wanted
