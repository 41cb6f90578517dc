"""Feishu: what proves a webhook, and what is read out of it."""

import base64
import json
from pathlib import Path

import pytest

from scripts import sign_events
from scripts.sign_events import SECRETS
from switchboard.channels import bridge as registry
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from switchboard.net import cipher
from tests.unit.webhooks import JSON, NOW, feishu, sealed, webhook

VECTORS = json.loads(Path("tests/vectors/feishu.json").read_text(encoding="utf-8"))
TOKEN = SECRETS["feishu/main"]["verification_token"]
HEADER = {"event_id": "5e3702a8", "event_type": "im.message.receive_v1", "token": TOKEN}
SENDER = {
    "sender_id": {"open_id": "ou_84aad35d", "union_id": "on_8ed6aa67", "user_id": None},
    "sender_type": "user",
    "tenant_key": "736588c9260f175e",
}
MESSAGE = {
    "message_id": "om_5ce6d572",
    "chat_id": "oc_5ce6d572",
    "chat_type": "group",
    "message_type": "text",
    "content": '{"text":"@_user_1 /help 会议"}',
    "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "Bot"}],
}
CHALLENGE = {"type": "url_verification", "challenge": "ajls384kdjx98XX", "token": TOKEN}


def made(account="main", **values):
    return registry.inbound("feishu", account, {**SECRETS["feishu/main"], **values})


def event(message=MESSAGE, sender=SENDER, **header):
    body = {"sender": sender, "message": message}
    return {"schema": "2.0", "header": HEADER | header, "event": body}


def parsed(found, account="main"):
    hook = feishu(found)
    made().verify(hook)
    assert made().handshake(hook) is None
    return made(account).parse(hook)


def one(message, **given):
    (envelope,) = parsed(event(MESSAGE | message), **given)
    return envelope


def test_the_example_of_the_manual_is_decrypted():
    example = VECTORS["documented"]

    plain = cipher.unseal(example["encrypt_key"].encode(), example["encrypt"])

    assert plain.decode() == example["plaintext"]


def test_the_vectors_of_the_sdks_hold():
    """The Go SDK's ciphertext is a challenge, as it happens; the signed one is no JSON."""
    opened, signature = VECTORS["decrypt"], VECTORS["signature"]
    hook = webhook(json.dumps({"encrypt": opened["encrypt"]}).encode(), JSON)
    channel = made(encrypt_key=opened["encrypt_key"], verification_token="v")
    at = float(signature["headers"]["x-lark-request-timestamp"])
    signed = webhook(signature["body"].encode(), signature["headers"], at)

    channel.verify(hook)
    answer = channel.handshake(hook)

    assert json.loads(answer.body) == {"challenge": "1212"}
    with pytest.raises(BadSignatureError, match="ciphertext"):
        made(encrypt_key=signature["encrypt_key"]).verify(signed)
    with pytest.raises(BadSignatureError, match="digest"):
        made(encrypt_key="another").verify(signed)


@pytest.mark.parametrize("later", [3600, -3600])
def test_a_signature_holds_for_an_hour(later):
    made().verify(feishu(event(), now=NOW + later))


@pytest.mark.parametrize("later", [3601, -3601, 86_400 * 400, -86_400 * 400])
def test_an_old_or_a_future_signature_is_refused(later):
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(feishu(event(), now=NOW + later))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-lark-signature", "0" * 64),
        ("x-lark-signature", ""),
        ("x-lark-signature", "签名"),
        ("x-lark-request-nonce", "another"),
        ("x-lark-request-nonce", ""),
        ("x-lark-request-nonce", "\ud800"),
        ("x-lark-request-timestamp", "1760000001"),
        ("x-lark-request-timestamp", "abc"),
        ("x-lark-request-timestamp", ""),
    ],
)
def test_every_part_of_the_signature_counts(name, value):
    hook = feishu(event())

    with pytest.raises(BadSignatureError):
        made().verify(webhook(hook.body, {**hook.headers, name: value}))


def test_another_body_or_another_key_is_refused():
    hook = feishu(event())

    with pytest.raises(BadSignatureError, match="digest"):
        made().verify(webhook(hook.body + b" ", hook.headers))
    with pytest.raises(BadSignatureError, match="digest"):
        made(encrypt_key="another").verify(hook)


@pytest.mark.parametrize("token", ["wrong", "", None, 5, "密", {"a": 1}])
def test_our_token_must_be_inside(token):
    with pytest.raises(BadSignatureError, match="token"):
        made().verify(feishu(event(token=token)))


def test_the_challenge_comes_unsigned_and_encrypted():
    hook = feishu(CHALLENGE, sign=False)
    made().verify(hook)

    answer = made().handshake(hook)

    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "ajls384kdjx98XX"})


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(CHALLENGE).encode(),
        sealed(CHALLENGE | {"token": "wrong"}),
        sealed(CHALLENGE, key="another"),
        sealed(event()),
        sealed({"type": "event_callback", "token": TOKEN}),
        sealed(b"[]"),
        sealed(b"not JSON"),
        json.dumps({"encrypt": ""}).encode(),
        json.dumps({"encrypt": "!!!"}).encode(),
        json.dumps({"encrypt": "密"}).encode(),
        json.dumps({"encrypt": base64.b64encode(b"0123456789abcde").decode()}).encode(),
        json.dumps({"encrypt": base64.b64encode(b"0123456789abcdef").decode()}).encode(),
        json.dumps({"encrypt": base64.b64encode(b"0123456789abcdef0").decode()}).encode(),
        json.dumps({"encrypt": ["a"]}).encode(),
        b'{"encrypt":"a","encrypt":"b"}',
        b'{"encrypt":' * 50_000,
    ],
    ids=lambda body: body[:40].decode(),
)
def test_nothing_else_is_accepted_unsigned(body):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, JSON))


def test_signed_plain_text_is_refused():
    body = json.dumps(event()).encode()
    signature = sign_events.feishu(body, NOW, SECRETS["feishu/main"]["encrypt_key"])

    with pytest.raises(BadSignatureError, match="ciphertext"):
        made().verify(webhook(body, {**JSON, **signature}))


def test_a_message_of_a_group():
    envelope = one({})

    assert envelope.lane == "feishu/main/oc_5ce6d572"
    assert envelope.sender == Sender("736588c9260f175e:ou_84aad35d")
    assert envelope.text == "/help 会议"
    assert envelope.reply_to == {"message_id": "om_5ce6d572"}
    assert envelope.received_at == NOW


def test_a_replay_has_the_same_id_and_every_other_message_another():
    again = feishu(event(event_id="another"), at=NOW + 20, now=NOW + 30)
    ids = {
        one({}).id,
        one({"message_id": "om_2"}).id,
        one({"chat_id": "oc_2"}).id,
        one({}, account="second").id,
    }

    assert len(ids) == 4
    assert made().parse(again)[0].id == one({}).id


@pytest.mark.parametrize(
    "found",
    [
        event(sender=SENDER | {"sender_type": "app"}),
        event(sender={"sender_type": "app", "sender_id": None}),
        event(MESSAGE | {"mentions": []}),
        event({name: value for name, value in MESSAGE.items() if name != "mentions"}),
        event(event_type="im.message.message_read_v1"),
        event(event_type="contact.user.created_v3"),
        {"type": "event_callback", "uuid": "1", "token": TOKEN, "event": {"type": "message"}},
        {"token": TOKEN},
    ],
)
def test_an_echo_and_what_is_no_message_to_us_are_ignored(found):
    assert parsed(found) == []


def test_a_direct_message_needs_no_mention():
    direct = {"chat_type": "p2p", "mentions": [], "content": '{"text":"/help"}'}

    assert one(direct).text == "/help"


@pytest.mark.parametrize(
    ("kind", "content", "plain"),
    [
        ("text", {"text": "@_user_1 @_user_2 hi"}, "hi"),
        ("text", {"text": "@_all /help"}, "/help"),
        ("text", {}, ""),
        (
            "post",
            {
                "title": "",
                "content": [
                    [
                        {"tag": "at", "user_id": "@_user_1", "user_name": "Bot"},
                        {"tag": "text", "text": " /note "},
                        {"tag": "a", "href": "https://example.com", "text": "here"},
                    ],
                    [{"tag": "emotion", "emoji_type": "SMILE"}, {"tag": "text", "text": "two"}],
                ],
            },
            "/note here\ntwo",
        ),
        ("post", {"title": "Plan", "content": [[{"tag": "text", "text": "one"}]]}, "Plan\none"),
        ("post", {"content": []}, ""),
        ("image", {"image_key": "img_1"}, ""),
        ("file", {"file_key": "file_1", "file_name": "a.pdf"}, ""),
    ],
)
def test_the_words_of_a_message(kind, content, plain):
    assert one({"message_type": kind, "content": json.dumps(content)}).text == plain


def test_what_is_no_text_may_have_any_content():
    forwarded = {"message_type": "merge_forward", "content": "Merged and Forwarded Message"}

    assert one(forwarded).text == ""


@pytest.mark.parametrize("name", ["message_id", "chat_id", "message_type", "content"])
@pytest.mark.parametrize("value", [None, 5, [], "missing"])
def test_a_message_with_a_broken_field_is_malformed(name, value):
    message = {**MESSAGE, name: value}
    if value == "missing":
        del message[name]

    with pytest.raises(BadRequestError):
        parsed(event(message))


@pytest.mark.parametrize(
    "found",
    [
        event(MESSAGE | {"message_id": ""}),
        event(MESSAGE | {"chat_id": ""}),
        event(sender=SENDER | {"sender_id": {"open_id": ""}}),
        event(sender=None),
        event(None),
        {"header": HEADER},
        {"header": HEADER, "event": []},
    ],
)
def test_a_message_without_its_ids_is_malformed(found):
    with pytest.raises(BadRequestError):
        parsed(found)


@pytest.mark.parametrize("kind", ["text", "post"])
@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        '{"text":5,"content":5}',
        '{"text":[],"content":["abc"]}',
        '{"text":{},"content":[[5]]}',
        '{"text":"a","text":"b","content":[[{"text":5}]]}',
    ],
)
def test_content_of_another_shape_is_malformed(kind, content):
    with pytest.raises(BadRequestError):
        one({"message_type": kind, "content": content})
