"""LINE: what is particular about its events, mentions and pushes."""

import pytest

from switchboard.errors import RateLimitedError, RejectedError
from tests.kit.channels import PART, envelope, received, sender
from tests.signers import line

GROUP = line.GROUP["groupId"]


def test_a_mention_in_a_group_is_a_message():
    found = envelope("line", line.of())

    assert (found.lane, found.sender.id) == (f"line/main/{GROUP}", line.SENDER(1))
    assert found.text == "こんにちは 😀"
    assert found.reply_to == {"to": GROUP, "quote": "example-quote-token"}
    assert received("line", line.of()).response.body == "{}"


def test_a_redelivery_has_the_same_id():
    again = line.of(deliveryContext={"isRedelivery": True}, replyToken="another")

    assert envelope("line", again).id == envelope("line", line.of()).id


@pytest.mark.parametrize(
    ("text", "index", "length", "plain"),
    [
        ("@bot /help", 0, 4, "/help"),
        ("😀 @bot /help", 3, 4, "😀 @bot /help"),
        ("/help @bot", 6, 4, "/help"),
        ("@bot", -5, 3, "@bot"),
        ("@bot", 9, 3, "@bot"),
        ("@bot /help", 0, 99, None),
    ],
)
def test_the_mention_is_cut_where_it_is_in_utf_16(text, index, length, plain):
    mention = {"mentionees": [{"index": index, "length": length, "isSelf": True}]}
    found = received("line", line.of({**line.TEXT, "text": text, "mention": mention}))

    assert [one.text for one in found.envelopes] == ([plain] if plain else [])


def test_alone_with_the_bot_nobody_needs_to_mention_it():
    said = {"id": "7", "type": "text", "text": "/help", "quoteToken": "example-quote-token"}
    found = envelope("line", line.of(said, line.PERSON))

    assert (found.conversation, found.text) == (line.SENDER(1), "/help")
    assert found.reply_to == {"to": line.SENDER(1), "quote": ""}


def test_one_callback_holds_several_events_in_the_order_they_came():
    picture = line.event(line.PICTURE, line.PERSON, number=2, now=line.NOW)
    named = {"id": "8", "type": "file", "fileName": "会议.pdf", "fileSize": 5}
    file = line.event(named, line.PERSON, number=3, now=line.NOW)
    found = received("line", line.callback(picture, {}, line.POSTBACK, file)).envelopes

    assert [one.text for one in found] == ["", "/help", ""]
    files = [(one.name, one.media_type, one.size) for it in found for one in it.attachments]
    assert files == [("image.jpg", "image/jpeg", 0), ("会议.pdf", "application/octet-stream", 5)]
    (shown,) = found[0].attachments
    assert (shown.key, shown.source) == (f"uploads/{found[0].id}/0", {"message": "5"})


def send(double, quote=""):
    double.write("C1")
    sender("line", api=double.api).send({"to": "C1", "quote": quote}, PART)


@pytest.mark.parametrize("quote", ["", "example-quote-token"])
def test_an_answer_is_pushed_and_quotes_in_a_group(double, quote):
    send(double, quote=quote)

    (sent,) = double.messages
    assert (sent.chat, sent.target, sent.text) == ("C1", quote, "done")
    assert ("quoteToken" in double.requests[0].json()["messages"][0]) is bool(quote)


def test_when_the_month_is_used_up_the_answer_waits(double):
    double.exhausted = True

    with pytest.raises(RateLimitedError):
        send(double)


def test_content_is_fetched_by_its_message(double):
    made, id_ = sender("line", api=double.api), double.host("5", b"12345")

    assert b"".join(made.download({"message": id_}).chunks) == b"12345"
    assert double.requests[0].path == "/v2/bot/message/5/content"
    with pytest.raises(RejectedError):
        made.download({"message": "6"})
