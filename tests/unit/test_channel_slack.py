"""Slack: what proves a webhook, and what is read out of it."""

import json
from pathlib import Path

import pytest

from scripts.sign_events import SECRETS
from switchboard.channels import registry
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from tests.unit.webhooks import FORM, JSON, NOW, slack, webhook

VECTOR = json.loads(Path("tests/vectors/slack.json").read_text(encoding="utf-8"))
MENTION = {
    "type": "app_mention",
    "user": "U1",
    "text": "<@U0LAN0Z89> /help",
    "ts": "1515449522.000016",
    "channel": "C1",
}
COMMAND = {
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "command": "/switchboard",
    "text": "help",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
}


def made(account="main", **values):
    return registry.inbound("slack", account, {**SECRETS["slack/main"], **values})


def callback(team="T1", **event):
    return {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": event}


def parsed(found, headers=JSON, account="main"):
    hook = slack(found, headers=headers)
    made().verify(hook)
    return made(account).parse(hook)


def one(found, **given):
    (envelope,) = parsed(found, **given)
    return envelope


@pytest.mark.parametrize("later", [0, 299, 300, -300])
def test_the_example_of_the_manual_holds_for_five_minutes(later):
    hook = webhook(VECTOR["body"].encode(), VECTOR["headers"], VECTOR["now"] + later)
    channel = made(signing_secret=VECTOR["signing_secret"])

    channel.verify(hook)

    assert channel.handshake(hook) is None
    (envelope,) = channel.parse(hook)
    assert envelope.sender.id == "T1DC2JH3J:U2CERLKJA"
    assert envelope.text == "/webhook-collect"


@pytest.mark.parametrize("later", [301, -301, 86_400 * 400, -86_400 * 400])
def test_an_old_or_a_future_signature_is_refused(later):
    hook = webhook(VECTOR["body"].encode(), VECTOR["headers"], VECTOR["now"] + later)

    with pytest.raises(BadSignatureError, match="stale"):
        made(signing_secret=VECTOR["signing_secret"]).verify(hook)


@pytest.mark.parametrize(
    "stamp",
    ["", "abc", "-1", "+1760000000", "1760000000.5", " 1760000000", "１７６０", "²", "9" * 13],
)
def test_a_timestamp_that_is_none_is_refused(stamp):
    hook = slack(callback(**MENTION))
    headers = {**hook.headers, "x-slack-request-timestamp": stamp}

    with pytest.raises(BadSignatureError):
        made().verify(webhook(hook.body, headers))


@pytest.mark.parametrize(
    "change",
    [
        lambda right: "v0=" + "0" * 64,
        lambda right: right.removeprefix("v0="),
        lambda right: right.replace("v0=", "v1="),
        str.upper,
        lambda right: right[:-1],
        lambda right: f"{right},{right}",
        lambda right: f" {right}",
        lambda right: "",
        lambda right: "v0=签名",
        lambda right: "v0=\ud800",
        lambda right: right * 1000,
    ],
)
def test_a_wrong_signature_is_refused(change):
    hook = slack(callback(**MENTION))
    headers = {**hook.headers, "x-slack-signature": change(hook.headers["x-slack-signature"])}

    with pytest.raises(BadSignatureError):
        made().verify(webhook(hook.body, headers))


def test_a_signature_covers_the_body_the_time_and_the_secret():
    hook = slack(callback(**MENTION))
    later = {**hook.headers, "x-slack-request-timestamp": str(int(NOW) + 1)}

    made().verify(hook)
    for other in (webhook(hook.body + b" ", hook.headers), webhook(hook.body, later)):
        with pytest.raises(BadSignatureError, match="digest"):
            made().verify(other)
    with pytest.raises(BadSignatureError, match="digest"):
        made(signing_secret="another").verify(hook)


def test_the_set_up_request_is_answered_with_its_challenge():
    challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
    hook = slack({"type": "url_verification", "challenge": challenge, "token": "ignored"})
    made().verify(hook)

    answer = made().handshake(hook)

    assert (answer.status, answer.body, answer.content_type) == (200, challenge, "text/plain")
    assert made().handshake(slack(callback(**MENTION))) is None


def test_a_mention_is_a_message_that_is_answered_in_its_thread():
    envelope = one(callback(**MENTION))

    assert envelope.lane == "slack/main/T1:C1"
    assert envelope.sender == Sender("T1:U1")
    assert envelope.text == "/help"
    assert envelope.reply_to == {"channel": "C1", "thread_ts": "1515449522.000016"}
    assert envelope.received_at == NOW


def test_a_mention_in_a_thread_is_answered_in_that_thread():
    envelope = one(callback(**MENTION, thread_ts="1515449500.000001"))

    assert envelope.reply_to["thread_ts"] == "1515449500.000001"


def test_a_direct_message_is_answered_beside_it():
    direct = MENTION | {"type": "message", "channel_type": "im", "text": "/help"}

    envelope = one(callback(**direct))

    assert envelope.reply_to == {"channel": "C1", "thread_ts": ""}


def test_a_mention_and_the_message_it_is_are_one():
    message = MENTION | {"type": "message", "channel_type": "im"}

    assert one(callback(**MENTION)).id == one(callback(**message)).id


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {
        one(callback(**MENTION)).id,
        one(callback(**MENTION | {"ts": "1515449522.000017"})).id,
        one(callback(**MENTION | {"channel": "C2"})).id,
        one(callback("T2", **MENTION)).id,
        one(callback(**MENTION), account="second").id,
    }
    again = slack(callback(**MENTION), at=NOW + 200, now=NOW + 250)

    assert len(ids) == 5
    assert made().parse(again)[0].id == one(callback(**MENTION)).id


@pytest.mark.parametrize(
    "event",
    [
        MENTION | {"bot_id": "B1"},
        MENTION | {"type": "message", "channel_type": "channel"},
        MENTION | {"type": "message", "channel_type": "im", "subtype": "message_changed"},
        MENTION | {"type": "message", "channel_type": "im", "subtype": "bot_message"},
        {"type": "reaction_added", "user": "U1", "item": {"channel": "C1"}},
        {"type": "team_join", "user": {"id": "U2", "name": "new"}},
        {"type": "channel_created", "channel": {"id": "C9", "name": "new"}},
        {"type": "message", "channel_type": "im", "subtype": "message_deleted", "ts": None},
        {"type": ["app_mention"]},
        {},
    ],
    ids=lambda event: str(event)[:60],
)
def test_an_echo_and_what_is_no_message_to_us_are_ignored(event):
    assert parsed(callback(**event)) == []


def test_a_callback_of_another_kind_is_ignored():
    assert parsed({"type": "app_rate_limited", "team_id": "T1"}) == []
    assert parsed({"type": "event_callback", "team_id": "T1", "event": None}) == []


@pytest.mark.parametrize("name", ["user", "ts", "channel"])
@pytest.mark.parametrize("value", ["", None, 5, {"id": "U1"}])
def test_a_message_without_its_ids_is_malformed(name, value):
    with pytest.raises(BadRequestError):
        parsed(callback(**MENTION | {name: value}))


def test_a_message_without_its_team_is_malformed():
    with pytest.raises(BadRequestError):
        parsed(callback("", **MENTION))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b'{"type":"event_callback","type":"url_verification"}',
        b'{"type":"event_callback","event":{"type":"app_mention","type":"message"}}',
        b'{"type":NaN}',
        b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","event":{"type":"app_mention","text":"\\ud800"}}',
        b'{"type":"event_callback","\\udfff":1}',
        b"\xff\xfe",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"type":1}',
        b'{"event":{}}',
    ],
    ids=lambda body: body[:60].decode("latin-1"),
)
def test_a_body_that_is_not_understood_is_malformed(body):
    hook = slack(body)
    made().verify(hook)

    with pytest.raises(BadRequestError):
        made().handshake(hook) or made().parse(hook)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@U0LAN0Z89> /help", "/help"),
        ("  <@U0LAN0Z89><@U2> /help", "/help"),
        ("<@U0LAN0Z89|switchboard> /help", "/help"),
        ("say hi to <@U2>", "say hi to <@U2>"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <https://example.com|the page>", "see https://example.com"),
        ("to <mailto:a@example.com|a@example.com>", "to a@example.com"),
        ("path=<http://README.md|README.md>", "path=README.md"),
        ("<http://example.com|http://example.org>", "http://example.com"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("  你好  ", "你好"),
        ("", ""),
    ],
)
def test_slacks_escapes_are_undone(text, plain):
    assert one(callback(**MENTION | {"text": text})).text == plain


@pytest.mark.parametrize(
    ("command", "text", "plain"),
    [
        ("/switchboard", "help", "/help"),
        ("/sb", "/github issues.list", "/github issues.list"),
        ("/sb", "", "/help"),
        ("/github", "issues.list a b", "/github issues.list a b"),
        ("/github", "", "/github"),
        ("/sb", "note 会议 & 100%+1", "/note 会议 & 100%+1"),
    ],
)
def test_a_slash_command_is_a_message(command, text, plain):
    envelope = one(COMMAND | {"command": command, "text": text}, headers=FORM)

    assert envelope.text == plain
    assert envelope.lane == "slack/main/T1:C1"
    assert envelope.sender.id == "T1:U1"
    assert envelope.reply_to == {"channel": "C1", "thread_ts": ""}


def test_a_form_is_a_form_however_its_type_is_written():
    written = {"content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}
    hook = slack(COMMAND, headers=FORM)

    assert made().parse(webhook(hook.body, {**hook.headers, **written}))[0].text == "/help"


@pytest.mark.parametrize("name", ["team_id", "channel_id", "user_id", "command", "trigger_id"])
def test_a_slash_command_without_a_field_is_malformed(name):
    with pytest.raises(BadRequestError, match=name):
        parsed({**COMMAND, name: ""}, headers=FORM)


@pytest.mark.parametrize(
    "form", [{f"f{n}": "1" for n in range(60)} | COMMAND, {"payload": '{"type":"block_actions"}'}]
)
def test_a_form_that_is_no_slash_command_is_malformed(form):
    with pytest.raises(BadRequestError):
        parsed(form, headers=FORM)
