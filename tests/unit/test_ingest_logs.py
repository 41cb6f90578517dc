"""Ingest under fire: what it logs, what it never logs, and that nothing makes it fail."""

import base64
import json
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.ingest import app
from scripts import sign_events
from scripts.sign_events import SECRETS
from switchboard.cloud import aws
from switchboard.runtime import current
from tests.kit.environment import surroundings
from tests.unit import webhooks
from tests.unit.webhooks import FORM, JSON, NOW

CANARIES = ["canary-of-the-text", "canary-of-the-signature", *SECRETS["slack/main"].values()]


@pytest.fixture(scope="module")
def calls():
    """Ingest with the example accounts; what it asked of AWS since it started."""
    asked = []

    def transport(method, service, path, headers, body):
        asked.append(headers["x-amz-target"])
        if service == "ssm":
            return json.dumps({"Parameter": {"Value": json.dumps(SECRETS)}}).encode()
        return b'{"Successful":[{"Id":"0"}]}'

    with surroundings():
        current().give(aws.transport, transport)
        yield asked


@pytest.fixture(autouse=True)
def started(calls):
    app._accounts()
    calls.clear()


def event(account, body, headers, encoded=False, method="POST"):
    return {
        "rawPath": f"/webhook/{account}",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {"http": {"method": method}},
        "body": body,
        "isBase64Encoded": encoded,
    }


def mention(text):
    fields = {"type": "app_mention", "user": "U1", "ts": "1.2", "channel": "C1", "text": text}
    return {"type": "event_callback", "team_id": "T1", "event": fields}


def test_a_flood_is_one_line_a_minute_for_each_kind(lines):
    for second in range(130):
        for _ in range(10):
            app.respond(event("slack/main", "{}", JSON), NOW + second)
            app.respond(event("nobody/main", "{}", JSON), NOW + second)

    found = lines()
    assert [line["Outcome"] for line in found] == ["bad_signature", "unknown_channel"] * 3
    assert [line["refusals"] for line in found] == [1, 1, 600, 600, 600, 600]


def test_what_is_remembered_of_refusals_does_not_grow():
    for number in range(1000):
        app.respond(event(f"nobody/{number}", "{}", JSON), NOW + number)

    assert len(app._refused()) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-slack-signature": "v0=canary-of-the-signature"}, 401),
        ({"x-slack-request-timestamp": "canary-of-the-signature"}, 401),
        ({"content-type": "canary-of-the-text/plain"}, 415),
        ({}, 200),
    ],
)
def test_no_line_holds_a_body_a_signature_or_a_secret(capsys, headers, status):
    hook = webhooks.slack(mention("canary-of-the-text"))

    answer = app.respond(event("slack/main", hook.body.decode(), {**hook.headers, **headers}), NOW)

    text = capsys.readouterr().out
    assert answer.status == status
    assert text
    assert not [canary for canary in CANARIES if canary in text + answer.body]


def test_a_malformed_body_is_not_repeated_either(capsys):
    hook = webhooks.slack({**mention("a"), "team_id": ["canary-of-the-text"]})

    answer = app.respond(event("slack/main", hook.body.decode(), hook.headers), NOW)

    assert answer.status == 400
    assert "canary" not in capsys.readouterr().out + answer.body


def test_an_accepted_message_is_one_line_with_its_id(lines):
    hook = webhooks.slack(mention("/help"))

    app.respond(event("slack/main", hook.body.decode(), hook.headers), NOW)

    (line,) = lines()
    assert UUID(line.pop("run"))
    assert line == {"level": "INFO", "message": "accepted", "channel": "slack"}


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_an_account_without_a_secret_is_not_there(lines, value):
    accounts = {
        "slack/main": {"signing_secret": value},
        "feishu/main": {**SECRETS["feishu/main"], "encrypt_key": value},
        "nonsense/main": {"secret": "s"},
        "telegram/main": SECRETS["telegram/main"],
    }
    kept = json.dumps({"Parameter": {"Value": json.dumps(accounts)}}).encode()
    with surroundings():
        current().give(aws.transport, lambda *asked: kept)

        assert app._accounts().names == {"telegram/main"}
        assert app.respond(event("slack/main", "{}", JSON), NOW).status == 404

    accounts_logged = [line["account"] for line in lines() if "account" in line]
    assert accounts_logged == ["nonsense/main", "slack/main", "feishu/main"]


ACCOUNTS = st.sampled_from([*SECRETS, "nobody/main", "", "slack/main/..", "é/\u0000"])
NAMES = st.sampled_from(
    [
        "content-type",
        "Content-Type",
        "X-Slack-Signature",
        "x-slack-request-timestamp",
        "x-lark-signature",
        "x-lark-request-timestamp",
        "x-lark-request-nonce",
        "x-telegram-bot-api-secret-token",
        "authorization",
    ]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["application/json", FORM["content-type"], "Bearer a.b.c", str(int(NOW))]),
)
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


REQUESTS = st.builds(
    event,
    account=ACCOUNTS,
    body=st.one_of(st.none(), st.text(max_size=200), st.text(st.characters(), max_size=20)),
    headers=st.dictionaries(NAMES, VALUES),
    encoded=st.booleans(),
    method=st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", ""]),
)


@ANY
@given(asked=REQUESTS)
def test_whatever_comes_unsigned_is_refused_and_costs_nothing(calls, asked):
    answer = app.handler(asked, None)

    assert 400 <= answer["statusCode"] < 500
    assert isinstance(json.loads(answer["body"]), dict)
    assert calls == []


JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters())),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ["type", "team_id", "event", "user", "ts", "channel", "text", "thread_ts", "challenge"]
FIELDS += ["update_id", "message", "from", "chat", "id", "message_id", "attachments", "locale"]
FIELDS += ["header", "sender", "encrypt", "content", "message_type", "chat_id"]
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(JSONS, st.sampled_from(["event_callback", "app_mention", "message", "1"]))
        for name in FIELDS
    },
)
BODIES = st.one_of(
    st.binary(max_size=100),
    st.builds(lambda outer, inner: {**outer, "event": inner, "message": inner}, EVENTS, EVENTS).map(
        lambda found: json.dumps(found).encode()
    ),
)


def signed(account, body):
    secrets = SECRETS[account]
    if account == "slack/main":
        return sign_events.slack(body, NOW, secrets["signing_secret"])
    if account == "feishu/main":
        return sign_events.feishu(body, NOW, secrets["encrypt_key"])
    if account == "telegram/main":
        return {"x-telegram-bot-api-secret-token": secrets["secret_token"]}
    token = sign_events.session("ada", NOW, secrets["session_secret"])
    return {"authorization": f"Bearer {token}"}


@ANY
@given(account=st.sampled_from([*SECRETS]), body=BODIES, form=st.booleans(), seal=st.booleans())
def test_whatever_is_signed_is_answered_and_never_fails(calls, account, body, form, seal):
    calls.clear()
    if account == "feishu/main" and seal:
        body = webhooks.sealed(body)
    kind = FORM if form and account == "slack/main" else JSON
    headers = {**kind, **signed(account, body)}

    asked = event(account, base64.b64encode(body).decode(), headers, encoded=True)
    answer = app.respond(asked, NOW)

    assert answer.status in {200, 400, 401}
    assert len(calls) <= (1 if answer.status == 200 else 0)


@ANY
@given(data=st.data())
def test_whatever_feishu_sends_inside_is_answered(calls, data):
    token = SECRETS["feishu/main"]["verification_token"]
    inner = data.draw(EVENTS)
    kind = "im.message.receive_v1"
    found = {**data.draw(EVENTS), "header": {"token": token, "event_type": kind}, "event": inner}
    hook = webhooks.feishu(json.dumps(found).encode())

    answer = app.respond(event("feishu/main", hook.body.decode(), hook.headers), NOW)

    assert answer.status in {200, 400, 401}
