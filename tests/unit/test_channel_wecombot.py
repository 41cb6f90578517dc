"""WeCom's intelligent bot: streams that end at once, one answer to each address, sealed files."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part, Webhook
from switchboard.channels.kit import wecom_crypto
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender
from tests.doubles.server import Answer, Trouble
from tests.doubles.wecombot import WecombotDouble
from tests.kit import webhooks
from tests.signers import sealing, wecom, wecombot

UNHURRIED = settings(deadline=None)
NOW = sealing.SIGNED_AT
TEXT, SINGLE, IMAGE, VOICE, FILE, VIDEO, MIXED, PRESS = wecombot.EVENTS
POLL, ENTER = wecombot.SILENT
TO = {"response_url": f"{wecombot.RESPONSE}-1"}
PART = Part(text="**done** 会议", key="k-0")
KEY = wecom_crypto.key_of(wecombot.VALUES["encoding_aes_key"])


def made(**values):
    return registry.inbound("wecombot", "main", {**wecombot.VALUES, **values})


def hook(found, now=NOW):
    return sealing.received(wecombot.signed(found, now=now), now)


def parsed(found):
    channel, webhook = made(), hook(found)
    channel.verify(webhook)
    assert channel.handshake(webhook) is None
    return channel.parse(webhook)


def one(found):
    (envelope,) = parsed(found)
    return envelope


def streamed(found):
    """What the webhook is answered with, opened as WeCom opens it."""
    answer = json.loads(made().acknowledge(hook(found)).body)
    stamp, nonce, sealed = str(answer["timestamp"]), answer["nonce"], answer["encrypt"]
    right = wecom_crypto.signature(wecombot.VALUES["token"], stamp, nonce, sealed)
    assert answer["msgsignature"] == right
    assert isinstance(answer["timestamp"], int)
    return json.loads(wecom_crypto.unseal(KEY, sealed, ""))


@pytest.fixture
def double():
    with WecombotDouble() as started:
        yield started


def outbound(double):
    return registry.outbound("wecombot", "main", {**double.values, "api": double.api})


def test_the_set_up_request_is_answered_with_the_bare_words():
    webhook = sealing.received(wecombot.HANDSHAKES[0], NOW)
    made().verify(webhook)

    answer = made().handshake(webhook)

    assert (answer.body, answer.content_type) == ("1288432023552776189", "text/plain")


def test_an_app_of_the_same_company_is_not_the_bot():
    plain = webhooks.encoded(TEXT)
    corp, stamp = wecom.VALUES["corp_id"], str(int(NOW))
    event = sealing.json_event("wecombot/main", plain, wecombot.VALUES, corp, stamp)

    with pytest.raises(BadSignatureError, match="ciphertext"):
        made().verify(sealing.received(event, NOW))


def test_a_message_in_a_group_comes_without_the_bots_name():
    envelope = one(TEXT)

    assert envelope.lane == "wecombot/main/group:CHATID"
    assert envelope.sender == Sender("AIBOTID:USER1")
    assert envelope.text == "/help"
    assert envelope.reply_to == {"response_url": wecombot.RESPONSE}


def test_a_message_in_private_is_taken_as_it_is():
    envelope = one(SINGLE)

    assert (envelope.conversation, envelope.text) == ("single:USER1", "@RobotA /help")


@pytest.mark.parametrize("found", [IMAGE, FILE, VIDEO, MIXED])
def test_files_are_known_by_their_address(found):
    (attachment,) = one(found).attachments

    assert attachment.source == {"url": wecombot.FILE}
    assert attachment.key == f"uploads/{one(found).id}/0"


def test_words_come_from_speech_from_a_mixture_and_from_a_button():
    assert [one(found).text for found in (VOICE, MIXED, PRESS)] == ["/help"] * 3


@pytest.mark.parametrize("found", [POLL, ENTER, {}, {**FILE, "file": {}}, {"msgtype": "new"}])
def test_what_says_nothing_is_ignored(found):
    assert parsed(found) == []


def test_a_message_is_answered_at_once_in_its_language_and_the_first_poll_ends_the_stream():
    for found, words, sign in (
        (TEXT, "Working on it", "en"),
        ({**TEXT, "text": {"content": "你好"}}, "正在处理", "zh"),
    ):
        first = streamed(found)
        stream = first["stream"]
        assert first["msgtype"] == "stream"
        assert (stream["id"], stream["finish"]) == (f"{sign}-{one(found).id.hex}", False)
        assert words in stream["content"]

        last = streamed({**POLL, "stream": {"id": stream["id"]}})["stream"]
        assert last == {**stream, "finish": True}


def test_the_answer_is_under_the_key_that_the_webhook_came_under():
    old = {f"{name}.previous": value for name, value in wecombot.VALUES.items()}
    channel = made(token="another", encoding_aes_key="A" * 43, **old)
    webhook = hook(TEXT)
    channel.verify(webhook)

    answer = json.loads(channel.acknowledge(webhook).body)

    assert b"stream" in wecom_crypto.unseal(KEY, answer["encrypt"], "")


@pytest.mark.parametrize("found", [ENTER, PRESS, {"msgtype": "new"}])
def test_events_are_answered_with_nothing(found):
    assert made().acknowledge(hook(found)).body == ""


def test_a_replay_has_the_same_id_and_every_other_message_another():
    other = [
        TEXT,
        {**TEXT, "msgid": "another"},
        {**TEXT, "chatid": "another"},
        {**TEXT, "chattype": "single"},
    ]

    assert len({one(found).id for found in other}) == 4
    assert made().parse(hook({**TEXT, "text": {"content": "/stop"}}, NOW + 9))[0].id == one(TEXT).id


@pytest.mark.parametrize("name", ["msgid", "aibotid", "chatid", "chattype", "from"])
def test_a_message_without_its_ids_is_malformed(name):
    for value in ("", None, 5, {"userid": ""}):
        with pytest.raises(BadRequestError):
            parsed({**TEXT, name: value})


def test_old_webhooks_are_refused():
    webhook = hook(TEXT)

    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(Webhook("POST", {}, webhook.query, webhook.body, NOW + 3601))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["content", "url", "id", "userid"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@UNHURRIED
@given(found=st.dictionaries(st.sampled_from([*TEXT, *MIXED, "event", "stream"]), JSONS))
def test_whatever_is_inside_is_answered(found):
    webhook = hook({"msgtype": "text", **found})
    try:
        for envelope in made().parse(webhook):
            assert envelope.sender.id
        made().acknowledge(webhook)
    except BadRequestError:
        pass


@UNHURRIED
@given(
    query=st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=50)
    ),
    body=st.binary(max_size=100) | st.just(b'{"encrypt":"QUJD"}'),
    method=st.sampled_from(["GET", "POST"]),
)
def test_nothing_is_accepted_unsigned(query, body, method):
    with pytest.raises(BadSignatureError):
        made().verify(Webhook(method, {}, query, body, NOW))


def test_an_answer_is_markdown_to_its_address(double):
    outbound(double).send(TO, PART)

    (message,) = double.messages
    assert (message.chat, message.text) == ("CODE-1", PART.text)
    assert outbound(double).render("**a**") == "**a**"


def test_a_second_answer_waits_for_the_next_message(double):
    outbound(double).send(TO, PART)

    with pytest.raises(ClosedWindowError):
        outbound(double).send(TO, PART)
    with pytest.raises(ClosedWindowError):
        outbound(double).send({"response_url": ""}, PART)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/cgi-bin/aibot/response",
        "http://qyapi.weixin.qq.com/cgi-bin/aibot/response",
        "https://qyapi.weixin.qq.com.example.com/",
        "https://qyapi.weixin.qq.com@example.com/",
        "https://a@qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com:8443/",
        "https://qyapi.weixin.qq.com:x/",
        "https://127.0.0.1/",
        "https://[::1/",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_an_address_that_is_not_wecoms_is_not_called(double, url):
    for channel in (outbound(double), registry.outbound("wecombot", "main", wecombot.VALUES)):
        with pytest.raises(RejectedError):
            channel.send({"response_url": url}, PART)
        with pytest.raises(RejectedError):
            channel.download({"url": url.replace("qyapi.weixin.qq.com", "x.myqcloud.com")})
    assert double.requests == []


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"errcode": 45002}), RejectedError),
        (Answer({"errcode": 40001}), ClosedWindowError),
        (Answer({"message": "a proxy"}), UnavailableError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        outbound(double).send(TO, PART)

    assert type(caught.value) is error
    assert "CODE" not in repr(caught.value)


def test_a_file_is_decrypted_while_it_comes(double):
    double.files["/BHoPdA3"] = b"a picture" * 5_000

    found = outbound(double).download({"url": wecombot.FILE})

    assert b"".join(found.chunks) == b"a picture" * 5_000


def test_a_file_that_is_gone_or_is_not_ours_is_rejected(double):
    with pytest.raises(RejectedError):
        outbound(double).download({"url": wecombot.FILE})
    double.files["/BHoPdA3"] = b"a picture"
    channel = registry.outbound(
        "wecombot", "main", {"encoding_aes_key": "A" * 43, "api": double.api}
    )
    with pytest.raises(RejectedError):
        list(channel.download({"url": wecombot.FILE}).chunks)
    broken = registry.outbound("wecombot", "main", {"encoding_aes_key": "short"})
    with pytest.raises(UnavailableError):
        broken.download({"url": wecombot.FILE})
