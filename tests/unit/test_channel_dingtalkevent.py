"""DingTalk's events: all are taken, and a comment that is a command is a message."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part, Webhook
from switchboard.channels.kit import wecom_crypto
from switchboard.credentials import tokens
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError
from switchboard.models import Sender
from tests.doubles.dingtalkevent import DingtalkeventDouble
from tests.signers import dingtalkevent, sealing

UNHURRIED = settings(deadline=None)
NOW = sealing.SIGNED_AT
(COMMENT,) = dingtalkevent.EVENTS
OTHERS = dingtalkevent.SILENT
KEY = wecom_crypto.key_of(dingtalkevent.VALUES["aes_key"])


def made(**values):
    return registry.inbound("dingtalkevent", "main", {**dingtalkevent.VALUES, **values})


def hook(found, now=NOW):
    return sealing.received(dingtalkevent.signed(found, now=now), now)


def parsed(found):
    channel, webhook = made(), hook(found)
    channel.verify(webhook)
    return channel.parse(webhook)


def opened(answer):
    """The answer as DingTalk opens it."""
    found = json.loads(answer.body)
    parts = (found["timeStamp"], found["nonce"], found["encrypt"])
    assert found["msg_signature"] == wecom_crypto.signature(dingtalkevent.VALUES["token"], *parts)
    return wecom_crypto.unseal(KEY, found["encrypt"], dingtalkevent.VALUES["owner_key"])


def with_query(webhook, query):
    return Webhook("POST", {}, query, webhook.body, NOW)


def test_the_check_of_the_address_is_answered_with_an_encrypted_success():
    for found in (dingtalkevent.HANDSHAKES[0], dingtalkevent.signed(OTHERS[-1], now=NOW)):
        webhook = sealing.received(found, NOW)
        made().verify(webhook)

        assert opened(made().handshake(webhook)) == b"success"


@pytest.mark.parametrize("found", [COMMENT, *OTHERS[:-1]])
def test_every_other_event_is_acknowledged_alike(found):
    assert made().handshake(hook(found)) is None
    assert opened(made().acknowledge(hook(found))) == b"success"


def test_a_comment_that_is_a_command_is_answered_to_its_author():
    (envelope,) = parsed(COMMENT)

    assert envelope.lane == f"dingtalkevent/main/{COMMENT['processInstanceId']}"
    assert envelope.sender == Sender("dinge8a565:staff1")
    assert (envelope.text, envelope.reply_to) == ("/help", {"user": "staff1"})


@pytest.mark.parametrize(
    "found",
    [*OTHERS, {**COMMENT, "content": "fine by me"}, {**COMMENT, "content": ""}, {}],
)
def test_what_happened_is_no_message(found):
    assert parsed(found) == []


@pytest.mark.parametrize("name", ["processInstanceId", "staffId", "corpId"])
def test_a_comment_without_its_ids_is_malformed(name):
    for value in ("", None, 5):
        with pytest.raises(BadRequestError):
            parsed({**COMMENT, name: value})


def test_a_replay_has_the_same_id_and_every_other_comment_another():
    changes = [
        {},
        {"createTime": 1},
        {"staffId": "s"},
        {"processInstanceId": "p"},
        {"content": "/"},
    ]

    ids = [parsed({**COMMENT, **change})[0].id for change in changes]

    assert len(set(ids)) == len(changes)
    assert made().parse(hook(COMMENT, NOW + 5))[0].id == ids[0]


def test_both_spellings_of_the_query_are_known():
    webhook = hook(COMMENT)
    signed, stamp = webhook.query["msg_signature"], webhook.query["timestamp"]

    made().verify(
        with_query(webhook, {"signature": signed, "timeStamp": stamp, "nonce": sealing.NONCE})
    )


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", ["", "0", "é", "9" * 20, "1760000000xyz"])
def test_every_part_of_the_signature_is_needed(name, value):
    webhook = hook(COMMENT)

    with pytest.raises(BadSignatureError):
        made().verify(with_query(webhook, {**webhook.query, name: value}))


def test_an_old_event_another_owners_and_another_keys_are_refused():
    webhook = hook(COMMENT)
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(Webhook("POST", {}, webhook.query, webhook.body, NOW + 3601))
    for other in ({"owner_key": "dingother"}, {"aes_key": "A" * 43}, {"token": "another"}):
        with pytest.raises(BadSignatureError):
            made(**other).verify(webhook)


def test_an_answer_is_under_the_values_that_the_event_came_under():
    old = {f"{name}.previous": dingtalkevent.VALUES[name] for name in ("token", "aes_key")}
    channel = made(token="another", aes_key="A" * 43, **old)
    channel.verify(hook(COMMENT))

    assert opened(channel.acknowledge(hook(COMMENT))) == b"success"


@UNHURRIED
@given(
    found=st.dictionaries(
        st.sampled_from([*COMMENT, "remark"]),
        st.none() | st.text(max_size=4) | st.sampled_from(["comment", "/help"]) | st.integers(),
    )
)
def test_whatever_is_inside_is_answered(found):
    try:
        for envelope in parsed({**COMMENT, **found}):
            assert envelope.text.startswith("/")
    except BadRequestError:
        pass


@UNHURRIED
@given(
    query=st.dictionaries(
        st.sampled_from(["msg_signature", "signature", "timestamp", "nonce"]), st.text(max_size=50)
    ),
    body=st.binary(max_size=100) | st.just(b'{"encrypt":"QUJD"}'),
)
def test_nothing_is_accepted_unsigned(query, body):
    with pytest.raises(BadSignatureError):
        made().verify(Webhook("POST", {}, query, body, NOW))


def test_the_robot_answers_in_private_and_there_are_no_files():
    tokens.forget("dingtalkevent/main")
    with DingtalkeventDouble() as double:
        values = {**double.values, "api": double.api}
        channel = registry.outbound("dingtalkevent", "main", values)
        channel.send({"user": "staff1"}, Part(text=channel.render("**done**"), key="k"))
        double.left.add("staff1")
        with pytest.raises(RejectedError):
            channel.send({"user": "staff1"}, Part(text="done", key="k"))
    tokens.forget("dingtalkevent/main")

    assert [(one.chat, one.text) for one in double.messages] == [("staff1", "**done**")]
    with pytest.raises(RejectedError):
        channel.download({})
