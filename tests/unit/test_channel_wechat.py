"""WeChat's official account: only safe mode proves anything; answers while their window is open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part, Webhook
from switchboard.channels.kit.wecom_crypto import signature
from switchboard.credentials import tokens
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender
from tests.doubles.forms import File
from tests.doubles.server import Answer
from tests.doubles.wechat import WechatDouble
from tests.signers import sealing, wechat

UNHURRIED = settings(deadline=None)
NOW = sealing.SIGNED_AT
TEXT, IMAGE, VOICE, VIDEO, SHORT, CLICK = wechat.EVENTS
TO = {"user": "openid1"}
PART = Part(text="done", key="k-0")


def made(**values):
    return registry.inbound("wechat", "main", {**wechat.VALUES, **values})


def hook(found, now=NOW):
    return sealing.received(wechat.signed(found, now=now), now)


def parsed(found):
    channel, webhook = made(), hook(found)
    channel.verify(webhook)
    assert channel.handshake(webhook) is None
    return channel.parse(webhook)


def one(found):
    (envelope,) = parsed(found)
    return envelope


@pytest.fixture
def double():
    tokens.forget("wechat/main")
    with WechatDouble() as started:
        yield started
    tokens.forget("wechat/main")


def outbound(double):
    return registry.outbound("wechat", "main", {**double.values, "api": double.api})


def get(**changes):
    webhook = sealing.received(wechat.HANDSHAKES[0], NOW)
    return Webhook("GET", {}, {**webhook.query, **changes}, b"", NOW)


def test_the_set_up_request_is_answered_with_its_words():
    made().verify(get())

    answer = made().handshake(get())

    assert (answer.body, answer.content_type) == ("583739752066543", "text/plain")


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"nonce": "other"},
        {"timestamp": "1760000001"},
        {"timestamp": "soon"},
    ],
)
def test_a_set_up_request_that_is_not_signed_is_refused(changes):
    with pytest.raises(BadSignatureError):
        made().verify(get(**changes))


@pytest.mark.parametrize("echo", ["", "é", "a" * 257])
def test_only_short_plain_words_are_sent_back(echo):
    with pytest.raises(BadSignatureError):
        made().handshake(get(echostr=echo))


def test_old_set_up_requests_are_refused_and_old_tokens_are_tried():
    webhook = get()
    made(**{"token": "x" * 32, "token.previous": wechat.VALUES["token"]}).verify(webhook)

    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(Webhook("GET", {}, webhook.query, b"", NOW + 3601))
    with pytest.raises(BadSignatureError, match="digest"):
        made(token="x" * 32).verify(webhook)


def test_a_message_of_a_person():
    envelope = one(TEXT)

    assert envelope.lane == "wechat/main/openid1"
    assert envelope.sender == Sender("wx134c8103faa5a59e:openid1")
    assert (envelope.text, envelope.reply_to) == ("/help", TO)
    assert made().acknowledge(hook(TEXT)).body == "success"
    assert one(CLICK).text == "/help"


def test_what_was_spoken_comes_as_words_and_as_a_file():
    envelope = one(VOICE)

    assert envelope.text == "/help"
    assert [one.media_type for one in envelope.attachments] == ["audio/amr"]
    assert [one(each).attachments[0].name for each in (IMAGE, VIDEO, SHORT)] == [
        "image.jpg",
        "video.mp4",
        "video.mp4",
    ]


@pytest.mark.parametrize("found", wechat.SILENT)
def test_what_says_nothing_is_ignored(found):
    assert parsed(found) == []


def test_a_replay_has_the_same_id_and_every_other_message_another():
    other = [
        TEXT,
        {**TEXT, "MsgId": "99"},
        {**TEXT, "FromUserName": "openid2"},
        CLICK,
        {**CLICK, "CreateTime": "1715943330"},
        {**CLICK, "EventKey": "/stop"},
    ]

    assert len({one(found).id for found in other}) == len(other)
    assert made().parse(hook(TEXT, NOW + 5))[0].id == one(TEXT).id


@pytest.mark.parametrize("name", ["FromUserName", "MsgId"])
def test_a_message_without_its_ids_is_malformed(name):
    with pytest.raises(BadRequestError, match=name):
        parsed({**TEXT, name: ""})


def test_the_plain_mode_proves_nothing():
    stamp = str(int(NOW))
    right = signature(wechat.VALUES["token"], stamp, "n")
    query = {"signature": right, "timestamp": stamp, "nonce": "n"}

    with pytest.raises(BadSignatureError):
        made().verify(Webhook("POST", {}, query, sealing.plain_xml(TEXT), NOW))


def test_of_the_compatible_mode_only_the_encrypted_part_is_read():
    webhook = hook(TEXT)
    clear = sealing.plain_xml({**TEXT, "Content": "/stop", "FromUserName": "openid2"})
    body = clear.replace(b"</xml>", webhook.body.partition(b"</ToUserName>")[2])
    both = Webhook("POST", {}, webhook.query, body, NOW)
    made().verify(both)

    (envelope,) = made().parse(both)

    assert (envelope.text, envelope.sender.id) == ("/help", "wx134c8103faa5a59e:openid1")


@UNHURRIED
@given(
    found=st.dictionaries(
        st.sampled_from([*TEXT, "MediaId", "Recognition", "Event", "EventKey"]),
        st.sampled_from(["", "text", "event", "CLICK", "voice", "1", "/help", "<&"]),
    )
)
def test_whatever_is_inside_is_answered(found):
    try:
        for envelope in parsed(found):
            assert envelope.sender.id != f"{wechat.VALUES['app_id']}:"
    except BadRequestError:
        pass


@UNHURRIED
@given(
    query=st.dictionaries(
        st.sampled_from(["msg_signature", "signature", "timestamp", "nonce", "echostr"]),
        st.text(max_size=50),
    ),
    body=st.binary(max_size=100),
    method=st.sampled_from(["GET", "POST"]),
)
def test_nothing_is_accepted_unsigned(query, body, method):
    with pytest.raises(BadSignatureError):
        made().verify(Webhook(method, {}, query, body, NOW))


def test_an_answer_is_plain_words_under_a_token_that_ends_no_other(double):
    channel = outbound(double)
    markdown = (
        "# Issues\n\n- **one** `a<b`\n- [two](https://example.com/?a=1&b=2)\n\n<https://x.org>"
    )

    channel.send(TO, Part(text=channel.render(markdown), key="k"))

    (message,) = double.messages
    assert message.chat == "openid1"
    assert message.text == (
        "Issues\n\n• one a<b\n• two (https://example.com/?a=1&b=2)\n\nhttps://x.org"
    )
    assert double.requests[0].path == "/cgi-bin/stable_token"


def test_what_the_window_does_not_let_through_waits_for_the_next_message(double):
    channel = outbound(double)
    for _ in range(5):
        channel.send(TO, PART)
    with pytest.raises(ClosedWindowError, match="45047"):
        channel.send(TO, PART)

    double.write("openid1")
    channel.send(TO, PART)
    double.closed.add("openid1")
    with pytest.raises(ClosedWindowError, match="45015"):
        channel.send(TO, PART)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (45009, RateLimitedError),
        (-1, UnavailableError),
        (40001, UnavailableError),
        (40164, UnavailableError),
        (48001, UnavailableError),
        (40003, RejectedError),
        (43004, RejectedError),
        ("0", UnavailableError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, code, error):
    double.trouble(Answer({"errcode": code, "errmsg": "no"}))

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        outbound(double).send(TO, PART)

    assert type(caught.value) is error


def test_a_token_that_ended_is_renewed_at_the_next_try(double):
    outbound(double).send(TO, PART)
    double.tokens.clear()

    with pytest.raises(UnavailableError, match="token"):
        outbound(double).send(TO, PART)
    outbound(double).send(TO, PART)

    assert len(double.messages) == 2


def test_a_picture_of_a_person_is_fetched(double):
    double.media["m1"] = File("", "image/jpeg", b"a picture")

    found = outbound(double).download({"media_id": "m1"})

    assert (found.media_type, b"".join(found.chunks)) == ("image/jpeg", b"a picture")
    with pytest.raises(RejectedError):
        outbound(double).download({"media_id": "gone"})
