"""WeCom's intelligent bot: streams that end at once, one answer to each address, sealed files."""

import json

import pytest

from switchboard.channels.kit import wecom_crypto
from switchboard.errors import BadSignatureError, ClosedWindowError, RejectedError, UnavailableError
from switchboard.models import Sender
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.signers import sealing, wecom, wecombot

TEXT, SINGLE, IMAGE, VOICE, FILE, VIDEO, MIXED, PRESS = wecombot.EVENTS
POLL, ENTER = wecombot.IGNORED[-2:]
TO = {"response_url": f"{wecombot.RESPONSE}-1"}
FILE_OF = {"url": wecombot.FILE}
KEY = wecom_crypto.key_of(wecombot.VALUES["encoding_aes_key"])


def streamed(body):
    """What a webhook is answered with, opened as WeCom opens it."""
    answer = json.loads(body)
    stamp, nonce, sealed = str(answer["timestamp"]), answer["nonce"], answer["encrypt"]
    right = wecom_crypto.signature(wecombot.VALUES["token"], stamp, nonce, sealed)
    assert answer["msgsignature"] == right
    assert isinstance(answer["timestamp"], int)
    return json.loads(wecom_crypto.unseal(KEY, sealed, ""))


def test_an_app_of_the_same_company_is_not_the_bot():
    plain, corp = json.dumps(TEXT).encode(), wecom.VALUES["corp_id"]
    event = sealing.json_event("wecombot/main", plain, wecombot.VALUES, corp, str(int(NOW)))

    with pytest.raises(BadSignatureError, match="ciphertext"):
        receiver("wecombot").receive(webhook(event))


def test_a_message_in_a_group_comes_without_the_bots_name_and_in_private_as_it_is():
    found, private = envelope("wecombot", TEXT), envelope("wecombot", SINGLE)

    assert found.lane == "wecombot/main/group:CHATID"
    assert found.sender == Sender("AIBOTID:USER1")
    assert found.text == "/help"
    assert found.reply_to == {"response_url": wecombot.RESPONSE}
    assert (private.conversation, private.text) == ("single:USER1", "@RobotA /help")


@pytest.mark.parametrize(
    ("found", "name", "media_type"),
    [
        (IMAGE, "image.jpg", "image/jpeg"),
        (FILE, "file", "application/octet-stream"),
        (VIDEO, "video.mp4", "video/mp4"),
        (MIXED, "image.jpg", "image/jpeg"),
    ],
)
def test_files_are_known_by_their_address(found, name, media_type):
    made = envelope("wecombot", found)

    (file,) = made.attachments
    assert (file.key, file.source) == (f"uploads/{made.id}/0", FILE_OF)
    assert (file.name, file.media_type) == (name, media_type)


def test_words_come_from_speech_from_a_mixture_and_from_a_button():
    assert [envelope("wecombot", found).text for found in (VOICE, MIXED, PRESS)] == ["/help"] * 3


@pytest.mark.parametrize(
    ("text", "words", "sign"), [("/help", "Working on it", "en"), ("你好", "正在处理", "zh")]
)
def test_a_message_is_answered_at_once_in_its_language_and_the_first_poll_ends_the_stream(
    text, words, sign
):
    found = received("wecombot", {**TEXT, "text": {"content": text}})

    first = streamed(found.response.body)
    stream = first["stream"]
    assert first["msgtype"] == "stream"
    assert (stream["id"], stream["finish"]) == (f"{sign}-{found.envelopes[0].id.hex}", False)
    assert words in stream["content"]
    last = received("wecombot", {**POLL, "stream": {"id": stream["id"]}}).response.body
    assert streamed(last)["stream"] == {**stream, "finish": True}


def test_the_answer_is_under_the_values_that_the_webhook_came_under():
    old = {f"{name}.previous": value for name, value in wecombot.VALUES.items()}
    made = receiver("wecombot", token="another", encoding_aes_key="A" * 43, **old)

    answer = made.receive(webhook(wecombot.signed(TEXT, now=NOW))).response

    assert streamed(answer.body)["msgtype"] == "stream"


@pytest.mark.parametrize("found", [ENTER, PRESS, {"msgtype": "new"}])
def test_events_are_answered_with_nothing(found):
    assert received("wecombot", found).response.body == ""


def test_a_message_is_known_by_its_id_in_its_chat():
    others = [{}, {"msgid": "another"}, {"chatid": "another"}, {"chattype": "single"}]

    assert len({envelope("wecombot", {**TEXT, **one}).id for one in others}) == 4
    stop = envelope("wecombot", {**TEXT, "text": {"content": "/stop"}})
    assert stop.id == envelope("wecombot", TEXT).id


def test_a_second_answer_waits_for_the_next_message(double):
    to = sender("wecombot", api=double.api)
    to.send(TO, PART)

    for reply_to in (TO, {"response_url": ""}):
        with pytest.raises(ClosedWindowError):
            to.send(reply_to, PART)
    assert [(one.chat, one.text) for one in double.messages] == [("CODE-1", PART.text)]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/cgi-bin/aibot/response",
        "http://qyapi.weixin.qq.com/cgi-bin/aibot/response",
    ],
)
def test_an_address_that_is_not_wecoms_is_not_called(double, url):
    for to in (sender("wecombot", api=double.api), sender("wecombot")):
        with pytest.raises(RejectedError):
            to.send({"response_url": url}, PART)
    assert double.requests == []


def test_a_file_that_is_gone_or_is_not_ours_is_rejected(double):
    with pytest.raises(RejectedError):
        sender("wecombot", api=double.api).download(FILE_OF)
    double.files["/BHoPdA3"] = b"a picture"
    to = sender("wecombot", api=double.api, encoding_aes_key="A" * 43)
    with pytest.raises(RejectedError):
        list(to.download(FILE_OF).chunks)
    with pytest.raises(UnavailableError):
        sender("wecombot", encoding_aes_key="short").download(FILE_OF)
