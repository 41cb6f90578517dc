"""WeCom's app: what opens a webhook, and what a member said in it."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Webhook
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Attachment, Sender
from tests.signers import sealing, wecom

UNHURRIED = settings(deadline=None)
NOW = sealing.SIGNED_AT
TEXT, IMAGE, VOICE, VIDEO, FILE, CLICK, CARD = wecom.EVENTS


def made(**values):
    return registry.inbound("wecom", "main", {**wecom.VALUES, **values})


def hook(found, now=NOW, **values):
    return sealing.received(wecom.signed(found, now=now, values={**wecom.VALUES, **values}), now)


def parsed(found):
    channel, webhook = made(), hook(found)
    channel.verify(webhook)
    assert channel.handshake(webhook) is None
    return channel.parse(webhook)


def one(found):
    (envelope,) = parsed(found)
    return envelope


def changed(webhook, **changes):
    return Webhook(
        **{**{name: getattr(webhook, name) for name in Webhook.__struct_fields__}, **changes}
    )


def test_the_set_up_request_is_answered_with_the_bare_words():
    webhook = sealing.received(wecom.HANDSHAKES[0], NOW)
    channel = made()
    channel.verify(webhook)

    answer = channel.handshake(webhook)

    assert (answer.status, answer.body, answer.content_type) == (
        200,
        "1288432023552776189",
        "text/plain",
    )


def test_a_plus_that_became_a_blank_breaks_the_signature():
    webhook = sealing.received(wecom.HANDSHAKES[0], NOW)
    for query in (
        {**webhook.query, "echostr": webhook.query["echostr"].replace("+", " ")},
        {**webhook.query, "echostr": quote(webhook.query["echostr"])},
        {**webhook.query, "nonce": "1,2"},
    ):
        if query != webhook.query:
            with pytest.raises(BadSignatureError):
                made().verify(changed(webhook, query=query))


def test_a_message_of_a_member():
    envelope = one(TEXT)

    assert envelope.lane == "wecom/main/member1"
    assert envelope.sender == Sender("ww1436e0e65a779aee:member1")
    assert (envelope.text, envelope.attachments) == ("/help", ())
    assert envelope.reply_to == {"user": "member1"}
    assert made().acknowledge(hook(TEXT)).body == ""


@pytest.mark.parametrize(
    ("found", "name", "media_type", "media"),
    [
        (IMAGE, "image.jpg", "image/jpeg", "m1"),
        (VOICE, "voice.amr", "audio/amr", "m2"),
        (VIDEO, "video.mp4", "video/mp4", "m3"),
        (FILE, "file", "application/octet-stream", "m4"),
    ],
)
def test_a_file_alone_is_a_message(found, name, media_type, media):
    envelope = one(found)

    key = f"uploads/{envelope.id}/0"
    assert envelope.text == ""
    assert envelope.attachments == (Attachment(key, name, media_type, 0, {"media_id": media}),)


@pytest.mark.parametrize("found", [CLICK, CARD])
def test_a_button_says_what_it_carries(found):
    assert one(found).text == "/help"


@pytest.mark.parametrize(
    "found",
    [
        *wecom.SILENT,
        {**CLICK, "EventKey": ""},
        {**CLICK, "Event": "subscribe", "EventKey": "x"},
        {**TEXT, "Content": "  "},
        {**wecom.FROM, "FromUserName": "sys", "MsgType": "event", "Event": "change_contact"},
        {},
    ],
)
def test_what_says_nothing_is_ignored(found):
    assert parsed(found) == []


def test_a_replay_has_the_same_id_and_every_other_message_another():
    found = [
        TEXT,
        {**TEXT, "MsgId": "99"},
        {**TEXT, "FromUserName": "member2"},
        CLICK,
        {**CLICK, "CreateTime": "1476422780"},
        {**CLICK, "EventKey": "/stop"},
        CARD,
    ]

    assert len({one(each).id for each in found}) == len(found)
    assert [one(each).id for each in found] == [one(each).id for each in found]
    assert one(TEXT).id == made().parse(hook({**TEXT, "Content": "/stop"}, now=NOW + 9))[0].id


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (TEXT, "FromUserName"),
        (TEXT, "MsgId"),
        (IMAGE, "FromUserName"),
        (IMAGE, "MsgId"),
        (IMAGE, "MediaId"),
        (CLICK, "FromUserName"),
        (CLICK, "CreateTime"),
    ],
)
def test_a_message_without_its_ids_is_malformed(found, name):
    for lacking in ({**found, name: ""}, {key: found[key] for key in found if key != name}):
        with pytest.raises(BadRequestError, match=name):
            parsed(lacking)


@pytest.mark.parametrize("later", [3601, -3601, 10**7])
def test_a_signature_is_good_for_an_hour(later):
    webhook = hook(TEXT)

    made().verify(changed(webhook, received_at=NOW + 3599))
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(changed(webhook, received_at=NOW + later))


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "é", "0", "a" * 9000, "\ud800"])
def test_every_part_of_the_signature_is_needed(name, value):
    webhook = hook(TEXT)
    query = {key: value for key, value in webhook.query.items() if key != name}

    with pytest.raises(BadSignatureError):
        made().verify(changed(webhook, query=query if value is None else {**query, name: value}))


def test_a_value_that_was_rotated_is_good_until_it_is_taken_away():
    webhook, other = hook(TEXT), {"token": "another", "encoding_aes_key": "A" * 43}
    old = {f"{name}.previous": wecom.VALUES[name] for name in other}

    made(**other, **old).verify(webhook)
    for name, value in old.items():
        with pytest.raises(BadSignatureError):
            made(**other, **{name: value}).verify(webhook)
    with pytest.raises(BadSignatureError):
        made(corp_id="ww0000000000000000").verify(webhook)


@UNHURRIED
@given(
    plain=st.one_of(
        st.binary(max_size=200),
        st.dictionaries(
            st.sampled_from([*TEXT, "MediaId", "Event", "EventKey"]),
            st.sampled_from(["", "text", "event", "click", "image", "1", "]]>", "/help", "<"]),
        ),
    )
)
def test_whatever_is_inside_is_answered(plain):
    try:
        for envelope in parsed(plain):
            assert envelope.sender.id
    except BadRequestError:
        pass


@UNHURRIED
@given(
    body=st.binary(max_size=200),
    query=st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=50)
    ),
    method=st.sampled_from(["GET", "POST"]),
)
def test_nothing_is_accepted_unsigned(body, query, method):
    with pytest.raises(BadSignatureError):
        made().verify(Webhook(method, {}, query, body, NOW))
