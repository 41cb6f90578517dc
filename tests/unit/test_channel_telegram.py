"""Telegram: what proves a webhook, and what is read out of it."""

import json
from pathlib import Path

import pytest

from scripts.sign_events import SECRETS
from switchboard.channels import registry
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from tests.unit.webhooks import JSON, NOW, telegram, webhook

EXAMPLE = json.loads(Path("tests/vectors/telegram.json").read_text(encoding="utf-8"))["body"]
SECRET = SECRETS["telegram/main"]["secret_token"]
NAME = "x-telegram-bot-api-secret-token"
MESSAGE = {
    "message_id": 1365,
    "date": 1_760_000_000,
    "chat": {"id": -1_001_234_567_890, "type": "supergroup", "title": "Team"},
    "from": {"id": 4_111_111_111, "is_bot": False, "first_name": "Ada", "language_code": "zh-hans"},
    "text": "/help",
}


def made(account="main"):
    return registry.inbound("telegram", account, SECRETS["telegram/main"])


def parsed(message, account="main", kind="message"):
    hook = telegram({"update_id": 10_000, kind: message})
    made().verify(hook)
    return made(account).parse(hook)


def one(message, **given):
    (envelope,) = parsed(message, **given)
    return envelope


def test_the_example_of_the_manual_is_a_message():
    hook = telegram(EXAMPLE.encode())
    made().verify(hook)

    (envelope,) = made().parse(hook)

    assert made().handshake(hook) is None
    assert made().acknowledge(hook).status == 200
    assert (envelope.sender.id, envelope.text) == ("1111111", "/start")
    assert envelope.reply_to == {"chat": "1111111", "message": "1365", "thread": ""}


@pytest.mark.parametrize("token", [None, "", "wrong", SECRET.title(), f"{SECRET} ", "密", "\udcff"])
def test_a_wrong_token_is_refused(token):
    headers = JSON if token is None else {**JSON, NAME: token}

    with pytest.raises(BadSignatureError):
        made().verify(webhook(EXAMPLE.encode(), headers))


def test_a_token_that_came_twice_is_refused():
    secret = SECRETS["telegram/main"]["secret_token"]

    with pytest.raises(BadSignatureError):
        made().verify(webhook(b"{}", {**JSON, NAME: f"{secret},{secret}"}))


def test_a_message_of_a_group():
    envelope = one(MESSAGE)

    assert envelope.lane == "telegram/main/-1001234567890"
    assert envelope.sender == Sender("4111111111", locale="zh-hans")
    assert envelope.received_at == NOW


def test_a_replay_has_the_same_id_and_every_other_message_another():
    again = telegram({"update_id": 10_001, "message": MESSAGE}, NOW + 5)
    ids = {
        one(MESSAGE).id,
        one(MESSAGE | {"message_id": 1366}).id,
        one(MESSAGE | {"chat": {"id": 7}}).id,
        one(MESSAGE, account="second").id,
    }

    assert len(ids) == 4
    assert made().parse(again)[0].id == one(MESSAGE).id


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE | {"from": MESSAGE["from"] | {"is_bot": True}},
        {name: value for name, value in MESSAGE.items() if name != "from"},
        {name: value for name, value in MESSAGE.items() if name != "text"},
        MESSAGE | {"text": ""},
    ],
)
def test_an_echo_and_what_has_no_words_are_ignored(message):
    assert parsed(message) == []


@pytest.mark.parametrize(
    "kind", ["edited_message", "channel_post", "my_chat_member", "inline_query"]
)
def test_an_unknown_kind_is_ignored(kind):
    assert parsed({"id": "1", "data": {}}, kind=kind) == []


def test_a_caption_is_the_text_of_a_picture():
    picture = MESSAGE | {"caption": "/document info", "photo": [{"file_id": "a"}]}
    del picture["text"]

    assert one(picture).text == "/document info"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("/help", "/help"),
        ("/help@the_bot", "/help"),
        ("/help@the_bot github", "/help github"),
        ("/note@the_bot\nfirst@line\nsecond", "/note\nfirst@line\nsecond"),
        ("/note\nto=ada@example.com", "/note\nto=ada@example.com"),
        ("/mail to=ada@example.com", "/mail to=ada@example.com"),
        ("@the_bot /help", "/help"),
        ("@the_bot\n/help", "/help"),
        ("@the_bot", ""),
        ("你好 @the_bot", "你好 @the_bot"),
        ("a@b", "a@b"),
    ],
)
def test_the_mention_of_the_bot_is_taken_off(text, plain):
    assert one(MESSAGE | {"text": text}).text == plain


def test_only_a_topic_is_a_thread():
    """A plain reply has a thread id as well, which cannot be answered to (tdlib #447)."""
    reply = MESSAGE | {"message_thread_id": 111}

    assert one(reply).reply_to["thread"] == ""
    assert one(reply | {"is_topic_message": True}).reply_to["thread"] == "111"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"update_id":"1"}',
        b'{"update_id":1,"update_id":2}',
        b'{"update_id":1,"message":{}}',
        b'{"update_id":1,"message":[]}',
        b'{"update_id":1,"message":{"message_id":1,"chat":{"id":"1"}}}',
        b'{"update_id":1,"message":{"message_id":1,"chat":{"id":1.5}}}',
        b'{"update_id":1,"message":{"message_id":null,"chat":{"id":1}}}',
        b'{"update_id":1,"message":{"message_id":1,"chat":{"id":1},"text":["a"]}}',
        b'{"update_id":1,"message":{"message_id":1,"chat":{"id":1},"text":"\\ud83d"}}',
        b'{"update_id":' + b"1" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000,
    ],
    ids=lambda body: body[:70].decode(),
)
def test_a_body_that_is_not_understood_is_malformed(body):
    with pytest.raises(BadRequestError):
        made().parse(telegram(body))
