"""WeChat's official account: only safe mode proves anything; answers while their window is open."""

import pytest

from switchboard.channels.kit.wecom_crypto import signature
from switchboard.errors import BadSignatureError, ClosedWindowError
from switchboard.models import Sender
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.signers import sealing, wechat

TEXT, IMAGE, VOICE, VIDEO, SHORT, CLICK = wechat.EVENTS
TO = {"user": "openid1"}


def get(now=NOW, **changes):
    made = webhook(wechat.HANDSHAKES[0], now)
    return webhook(wechat.HANDSHAKES[0], now, query={**made.query, **changes})


def test_the_set_up_request_is_answered_with_its_words_for_an_hour():
    values = {"token": "x" * 32, "token.previous": wechat.VALUES["token"]}
    for made in (receiver("wechat"), receiver("wechat", **values)):
        answer = made.receive(get(NOW + 3600)).response
        assert (answer.body, answer.content_type) == ("583739752066543", "text/plain")

    with pytest.raises(BadSignatureError, match="stale"):
        receiver("wechat").receive(get(NOW + 3601))
    with pytest.raises(BadSignatureError, match="digest"):
        receiver("wechat", token="x" * 32).receive(get())


@pytest.mark.parametrize(
    "changes",
    [
        *({"signature": one} for one in ("0" * 40, "")),
        {"nonce": "other"},
        *({"timestamp": one} for one in ("1760000001", "soon")),
        *({"echostr": one} for one in ("", "é", "a" * 257)),
    ],
)
def test_a_set_up_request_is_signed_and_its_words_are_short_and_plain(changes):
    with pytest.raises(BadSignatureError):
        receiver("wechat").receive(get(**changes))


def test_a_message_of_a_person():
    found = envelope("wechat", TEXT)

    assert found.lane == "wechat/main/openid1"
    assert found.sender == Sender("wx134c8103faa5a59e:openid1")
    assert (found.text, found.reply_to) == ("/help", TO)
    assert received("wechat", TEXT).response.body == "success"
    assert envelope("wechat", CLICK).text == "/help"


def test_what_was_spoken_comes_as_words_and_as_a_file():
    found = {one["MsgType"]: envelope("wechat", one) for one in (IMAGE, VOICE, VIDEO, SHORT)}

    assert found["voice"].text == "/help"
    assert [(one.attachments[0].name, one.attachments[0].media_type) for one in found.values()] == [
        ("image.jpg", "image/jpeg"),
        ("voice.amr", "audio/amr"),
        ("video.mp4", "video/mp4"),
        ("video.mp4", "video/mp4"),
    ]


def test_the_plain_mode_proves_nothing():
    stamp = str(int(NOW))
    right = signature(wechat.VALUES["token"], stamp, "n")
    query = {"signature": right, "timestamp": stamp, "nonce": "n"}
    plain = webhook(wechat.signed(TEXT, now=NOW), query=query, body=sealing.plain_xml(TEXT))

    with pytest.raises(BadSignatureError):
        receiver("wechat").receive(plain)


def test_of_the_compatible_mode_only_the_encrypted_part_is_read():
    safe = webhook(wechat.signed(TEXT, now=NOW))
    clear = sealing.plain_xml({**TEXT, "Content": "/stop", "FromUserName": "openid2"})
    body = clear.replace(b"</xml>", safe.body.partition(b"</ToUserName>")[2])
    both = webhook(wechat.signed(TEXT, now=NOW), body=body)

    (found,) = receiver("wechat").receive(both).envelopes

    assert (found.text, found.sender.id) == ("/help", "wx134c8103faa5a59e:openid1")


def test_an_answer_is_plain_words_under_a_token_that_ends_no_other(double):
    sender("wechat", api=double.api).send(TO, PART)

    (message,) = double.messages
    assert (message.chat, message.text) == ("openid1", PART.text)
    assert double.requests[0].path == "/cgi-bin/stable_token"


def test_what_the_window_does_not_let_through_waits_for_the_next_message(double):
    to = sender("wechat", api=double.api)
    for _ in range(5):
        to.send(TO, PART)
    with pytest.raises(ClosedWindowError, match="45047"):
        to.send(TO, PART)

    double.write("openid1")
    to.send(TO, PART)
    double.closed.add("openid1")
    with pytest.raises(ClosedWindowError, match="45015"):
        to.send(TO, PART)
