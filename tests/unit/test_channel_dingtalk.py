"""DingTalk's robot: a signature over no body opens one message, of our company and our robot."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Webhook
from switchboard.channels.dingtalk import channel as module
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Attachment, Sender
from tests.signers import dingtalk, sealing

UNHURRIED = settings(deadline=None)
NOW = sealing.SIGNED_AT
TEXT, PICTURE, RICH, AUDIO, VIDEO, FILE = dingtalk.EVENTS
(CARD,) = dingtalk.SILENT


def made(**values):
    return registry.inbound("dingtalk", "main", {**dingtalk.VALUES, **values})


def hook(found, now=NOW):
    """Any body under the signature of this moment."""
    return sealing.received(dingtalk.stamped(found, str(int(now * 1000)), dingtalk.VALUES), now)


def parsed(found):
    channel, webhook = made(), hook(found)
    channel.verify(webhook)
    assert channel.handshake(webhook) is None
    return channel.parse(webhook)


def one(found):
    (envelope,) = parsed(found)
    return envelope


def with_headers(webhook, **headers):
    return Webhook("POST", {**webhook.headers, **headers}, {}, webhook.body, webhook.received_at)


def test_a_message_in_a_group():
    envelope = one(TEXT)

    assert envelope.lane == "dingtalk/main/cidh6ezDLHQ1="
    assert envelope.sender == Sender("dinge8a565:staff1")
    assert envelope.text == "/help"
    assert envelope.reply_to == {
        "user": "staff1",
        "group": "cidh6ezDLHQ1=",
        "session": dingtalk.SESSION,
    }
    assert made().acknowledge(hook(TEXT)).body == "{}"


def test_a_message_in_private_is_answered_to_the_person():
    assert one({**TEXT, "conversationType": "1"}).reply_to["group"] == ""


@pytest.mark.parametrize(
    ("found", "text", "name", "media_type", "code"),
    [
        (PICTURE, "", "picture.png", "image/png", "c1"),
        (RICH, "/help", "picture.png", "image/png", "c2"),
        (AUDIO, "/help", "voice.amr", "audio/amr", "c3"),
        (VIDEO, "", "video.mp4", "video/mp4", "c4"),
        (FILE, "", "a.pdf", "application/octet-stream", "c5"),
    ],
)
def test_files_are_known_by_a_code(found, text, name, media_type, code):
    envelope = one(found)

    key = f"uploads/{envelope.id}/0"
    assert envelope.text == text
    assert envelope.attachments == (Attachment(key, name, media_type, 0, {"code": code}),)


@pytest.mark.parametrize(
    "found",
    [
        CARD,
        {**TEXT, "senderId": dingtalk.FROM["chatbotUserId"]},
        {**TEXT, "senderStaffId": ""},
        {**TEXT, "senderCorpId": "dingother"},
        {**TEXT, "text": {"content": "  "}},
        {**FILE, "content": {}},
    ],
)
def test_our_echo_strangers_and_silence_are_ignored(found):
    assert parsed(found) == []


def test_a_body_put_under_a_used_signature_is_refused():
    channel, webhook = made(), hook(TEXT)
    swapped = hook({**TEXT, "text": {"content": "/stop"}, "conversationId": "another"})
    assert swapped.headers["sign"] == webhook.headers["sign"]

    channel.verify(webhook)
    with pytest.raises(BadSignatureError, match="used"):
        channel.verify(swapped)
    channel.verify(webhook)  # the same again is a retry


def test_also_where_it_was_not_seen_it_is_no_second_message():
    swapped = hook({**TEXT, "msgId": "x", "text": {"content": "/stop"}, "conversationId": "other"})

    assert made().parse(swapped)[0].id == one(TEXT).id
    assert made().parse(hook(TEXT, NOW + 1))[0].id != one(TEXT).id
    assert registry.kind("dingtalk")("second", dingtalk.VALUES).parse(swapped)[0].id != one(TEXT).id


def test_signatures_that_are_remembered_are_bounded():
    channel = made()
    for index in range(module.REMEMBERED + 50):
        channel.verify(hook(TEXT, NOW + index / 1000))

    assert len(channel._opened) == module.REMEMBERED
    with pytest.raises(BadSignatureError, match="used"):
        channel.verify(hook(CARD, NOW + index / 1000))


@pytest.mark.parametrize("name", ["chatbotCorpId", "robotCode"])
@pytest.mark.parametrize("value", ["", "another", "é"])
def test_another_companys_or_robots_message_is_refused(name, value):
    with pytest.raises(BadSignatureError, match="another"):
        parsed({**TEXT, name: value})


@pytest.mark.parametrize("later", [3599, -3599])
def test_a_signature_is_good_for_an_hour(later):
    webhook = hook(TEXT)

    made().verify(Webhook("POST", webhook.headers, {}, webhook.body, NOW + later))
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(Webhook("POST", webhook.headers, {}, webhook.body, NOW + later * 2))


@pytest.mark.parametrize("name", ["timestamp", "sign"])
@pytest.mark.parametrize(
    "value", ["", "0", "é", "1760000000000.5", "-1760000000000", "17600000000ab", "9" * 30, "=" * 9]
)
def test_both_headers_are_needed_as_they_were_sent(name, value):
    with pytest.raises(BadSignatureError):
        made().verify(with_headers(hook(TEXT), **{name: value}))


def test_a_signature_has_one_spelling():
    webhook = hook(TEXT)
    right = webhook.headers["sign"]

    for other in (right.rstrip("="), right.replace("+", "-"), f" {right}", right.lower()):
        if other != right:
            with pytest.raises(BadSignatureError):
                made().verify(with_headers(webhook, sign=other))
    zeros = f"0{webhook.headers['timestamp']}"
    with pytest.raises(BadSignatureError):
        made().verify(with_headers(webhook, timestamp=zeros))


def test_a_secret_that_was_rotated_is_good_until_it_is_taken_away():
    webhook, old = hook(TEXT), {"app_secret.previous": dingtalk.VALUES["app_secret"]}

    made(app_secret="another", **old).verify(webhook)
    with pytest.raises(BadSignatureError, match="digest"):
        made(app_secret="another").verify(webhook)


def test_a_message_without_its_conversation_is_malformed():
    with pytest.raises(BadRequestError):
        parsed({**TEXT, "conversationId": ""})


@pytest.mark.parametrize(
    "name", ["msgtype", "senderStaffId", "chatbotCorpId", "robotCode", "text", "conversationId"]
)
@pytest.mark.parametrize("value", [None, 5, [], {"content": 1}])
def test_a_field_of_another_shape_is_malformed(name, value):
    with pytest.raises(BadRequestError):
        parsed({**TEXT, name: value})


JSONS = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["content", "downloadCode", "richText"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


@UNHURRIED
@given(
    found=st.dictionaries(st.sampled_from([*TEXT, "content"]), JSONS).map(
        lambda found: TEXT | found
    )
    | st.binary(max_size=50)
)
def test_whatever_is_sent_is_answered(found):
    try:
        for envelope in parsed(found):
            assert envelope.sender.id.startswith("dinge8a565:")
    except (BadRequestError, BadSignatureError):
        pass


@UNHURRIED
@given(
    headers=st.dictionaries(st.sampled_from(["timestamp", "sign"]), st.text(max_size=50)),
    body=st.binary(max_size=50),
)
def test_nothing_is_accepted_unsigned(headers, body):
    with pytest.raises(BadSignatureError):
        made().verify(Webhook("POST", headers, {}, body, NOW))
