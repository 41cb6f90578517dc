"""Ingest: what is refused and at what cost, and what one accepted webhook leaves behind."""

import json

import pytest

from functions.ingest import app
from scripts.sign_events import SECRETS
from switchboard.cloud import aws
from switchboard.models import Envelope, decode_inbox
from tests.kit.environment import VARIABLES
from tests.unit import webhooks
from tests.unit.inbox import event, of, started
from tests.unit.webhooks import FORM, NOW

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


@pytest.fixture
def cloud():
    with started(SECRETS) as made:
        yield made


def status(asked, now=NOW):
    return app.respond(asked, now).status


@pytest.mark.parametrize("encoded", [False, True])
def test_an_accepted_message_is_one_call_with_two_copies_in_one_group(cloud, encoded):
    hook = webhooks.slack(MENTION)

    assert status(of("slack/main", hook, encoded=encoded)) == 200

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
    assert first["MessageDeduplicationId"] == f"{envelope.id}-0"


def test_a_replay_is_the_same_for_the_queue(cloud):
    for later in (0, 200):
        status(of("slack/main", webhooks.slack(MENTION, at=NOW + later)), NOW + later)

    first, second = cloud.sent
    ids = [[entry["MessageDeduplicationId"] for entry in one["Entries"]] for one in cloud.sent]
    assert ids[0] == ids[1]
    assert first["Entries"][0]["MessageGroupId"] == second["Entries"][0]["MessageGroupId"]


@pytest.mark.parametrize(
    ("account", "hook", "text"),
    [
        ("slack/main", webhooks.slack(MENTION), "/help"),
        (
            "telegram/main",
            webhooks.telegram(
                {
                    "update_id": 1,
                    "message": {
                        "message_id": 1,
                        "chat": {"id": 1},
                        "from": {"id": 1},
                        "text": "/x",
                    },
                }
            ),
            "/x",
        ),
        (
            "web/main",
            webhooks.web(
                {"id": "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19", "text": "会议\uffff\ufffe"}
            ),
            "会议\uffff\ufffe",
        ),
    ],
)
def test_every_channel_reaches_the_inbox_in_characters_that_sqs_takes(cloud, account, hook, text):
    assert status(of(account, hook)) == 200

    (sent,) = cloud.sent
    body = sent["Entries"][0]["MessageBody"]
    assert decode_inbox(body).text == text
    assert not {"\uffff", "\ufffe"} & set(body)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (event("slack/other"), 404),
        (event("nobody/main"), 404),
        (event("slack/main/extra"), 404),
        (event("slack"), 404),
        (event(""), 404),
        ({**event("slack/main"), "rawPath": "slack/main"}, 404),
        ({**event("slack/main"), "rawPath": "/slack/main"}, 404),
        ({**event("slack/main"), "rawPath": "/webhook/slack%2Fmain"}, 404),
        (event("nobody/main", method="GET"), 404),
        (event("slack/main", method="GET"), 405),
        (event("slack/main", headers={}, method="PUT"), 405),
        (event("slack/main", headers={}), 415),
        (event("slack/main", headers={"content-type": "text/plain"}), 415),
        (event("telegram/main", headers=FORM), 415),
        (event("feishu/main", headers={"content-type": "multipart/form-data; boundary=a"}), 415),
        (event("slack/main", b"x" * 600_000, headers={"content-type": "text/xml"}), 413),
        (event("slack/main", b"x" * 262_145), 413),
        (event("slack/main", b"x" * 262_144), 401),
        ({**event("slack/main"), "body": "!", "isBase64Encoded": True}, 400),
        ({**event("slack/main"), "body": "密", "isBase64Encoded": True}, 400),
        ({**event("slack/main"), "body": "\ud800"}, 400),
        ({**event("slack/main"), "body": None}, 401),
        (event("slack/main"), 401),
        (event("feishu/main", b"not JSON"), 401),
        (event("telegram/main", b"not JSON"), 401),
        (event("web/main", b"not JSON"), 401),
        (of("slack/main", webhooks.slack(b"not JSON")), 400),
        (of("telegram/main", webhooks.telegram(b'{"a":1,"a":1}')), 400),
        (of("web/main", webhooks.web({"id": "1", "text": "\ud800"} | {"text": ""})), 400),
    ],
)
def test_what_is_refused_says_why_and_costs_no_call(cloud, asked, wanted):
    answer = app.handler(asked, None)

    # The handler's own clock finds every signature of these webhooks long stale.
    assert app.respond(asked, NOW).status == wanted
    assert answer["statusCode"] in {wanted, 401}
    assert json.loads(answer["body"])["error"].keys() == {"code", "message"}
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}
    assert cloud.calls == []


def test_header_names_are_found_in_any_case(cloud):
    hook = webhooks.slack(MENTION)
    headers = {name.title(): value for name, value in hook.headers.items()}

    assert status(event("slack/main", hook.body, headers)) == 200


def test_a_set_up_request_is_answered_and_not_sent(cloud):
    hook = webhooks.slack({"type": "url_verification", "challenge": "abc"})

    answer = app.respond(of("slack/main", hook), NOW)

    assert (answer.status, answer.body, answer.content_type) == (200, "abc", "text/plain")
    assert cloud.calls == []


def test_an_event_of_another_kind_is_acknowledged_and_not_sent(cloud):
    hook = webhooks.slack({"type": "event_callback", "event": {"type": "reaction_added"}})

    assert status(of("slack/main", hook)) == 200
    assert cloud.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        {"Successful": [], "Failed": [{"Id": "0", "Code": "InternalError"}]},
        {},
        aws.AwsError("ServiceUnavailable", 503, {}),
        aws.AwsError("RequestThrottled", 400, {}),
        ConnectionResetError(),
    ],
)
def test_what_the_inbox_does_not_take_is_to_be_sent_again(cloud, answer):
    cloud.answer = answer

    assert status(of("slack/main", webhooks.slack(MENTION))) == 503


def test_one_copy_is_enough(cloud):
    cloud.answer = {"Successful": [{"Id": "1"}], "Failed": [{"Id": "0"}]}

    assert status(of("slack/main", webhooks.slack(MENTION))) == 200
