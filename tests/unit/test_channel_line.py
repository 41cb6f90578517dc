"""LINE: what proves a webhook, what is read out of it, and what is pushed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from tests.doubles.line import LineDouble
from tests.doubles.server import Answer, Trouble
from tests.signers import line
from tests.unit.arriving import arrived, changed, understood, variants
from tests.unit.webhooks import JSON, NOW, webhook

SIGNATURE = "x-line-signature"
PART = Part("done", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
ROOM = {"type": "room", "roomId": "R1", "userId": "U1"}


def made(account="main", **values):
    return registry.inbound("line", account, {**line.VALUES, **values})


def parsed(*events, account="main"):
    hook = arrived(line.signed(line.callback(*events), now=NOW))
    made().verify(hook)
    return made(account).parse(hook)


def event(said=line.TEXT, source=line.GROUP, number=1, **fields):
    return {**line.event(said, source, number=number, now=NOW), **fields}


@pytest.mark.parametrize("value", [None, "", "invalid_signature", "0" * 44, "签", "A" * 9000])
def test_a_wrong_signature_is_refused(value):
    hook = arrived(line.signed(line.callback(), now=NOW))
    made().verify(hook)

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={SIGNATURE: value}))


def test_a_signature_covers_the_body_and_the_previous_secret_holds_while_it_is_rotated():
    hook = arrived(line.signed(line.callback(), now=NOW))

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, body=hook.body + b" "))
    with pytest.raises(BadSignatureError):
        made(channel_secret="the next").verify(hook)
    previous = {"channel_secret.previous": line.VALUES["channel_secret"]}
    made(channel_secret="the next", **previous).verify(hook)


def test_the_console_verifies_with_a_callback_without_events():
    hook = arrived(line.signed(line.callback(), now=NOW))

    assert made().handshake(hook) is None
    assert made().parse(hook) == []
    assert made().acknowledge(hook).status == 200


def test_a_mention_in_a_group_is_a_message():
    (one,) = parsed(event())

    assert one.lane == "line/main/Ca56f94637cc4347f90a25382909b24b9"
    assert one.sender.id == line.SENDER(1)
    assert one.text == "こんにちは 😀"
    assert one.reply_to == {
        "to": "Ca56f94637cc4347f90a25382909b24b9",
        "quote": "example-quote-token",
    }


@pytest.mark.parametrize(
    ("text", "index", "length", "plain"),
    [
        ("@bot /help", 0, 4, "/help"),
        ("😀 @bot /help", 3, 4, "😀  /help"),
        ("/help @bot", 6, 4, "/help"),
        ("@bot", 0, 99, ""),
        ("@bot", -5, 3, "@bot"),
        ("@bot", 9, 3, "@bot"),
    ],
)
def test_the_mention_is_cut_where_it_is_in_utf_16(text, index, length, plain):
    mention = {"mentionees": [{"index": index, "length": length, "isSelf": True}]}

    found = parsed(event({**line.TEXT, "text": text, "mention": mention}))

    assert [one.text for one in found] == ([plain] if plain else [])


def test_alone_with_the_bot_nobody_needs_to_mention_it():
    said = {"id": "7", "type": "text", "text": "/help", "quoteToken": "example-quote-token"}

    (one,) = parsed(event(said, line.PERSON))

    assert (one.conversation, one.text) == (line.SENDER(1), "/help")
    assert one.reply_to == {"to": line.SENDER(1), "quote": ""}


def test_files_and_buttons():
    picture, button = parsed(event(line.PICTURE, line.PERSON), line.POSTBACK)
    (file,) = arrived_files("会议.pdf")

    (shown,) = picture.attachments
    assert (shown.key, shown.media_type) == (f"uploads/{picture.id}/0", "image/jpeg")
    assert shown.source == {"message": "5"}
    assert button.text == "/help"
    assert (file.name, file.size) == ("会议.pdf", 5)


def arrived_files(name):
    hook = arrived(line.file_message("", number=1, now=NOW, name=name, media_type="-"))
    return made().parse(hook)[0].attachments


def test_a_redelivery_has_the_same_id_and_every_other_event_another():
    again = event(deliveryContext={"isRedelivery": True}, replyToken="another")
    ids = {
        parsed(event())[0].id,
        parsed(event(number=2))[0].id,
        parsed(event(source={**line.GROUP, "groupId": "C1"}))[0].id,
        parsed(event(), account="second")[0].id,
    }

    assert len(ids) == 4
    assert parsed(again)[0].id == parsed(event())[0].id


@pytest.mark.parametrize(
    "found",
    [
        event(mode="standby"),
        event({**line.TEXT, "mention": None}),
        event({**line.TEXT, "mention": {"mentionees": [{"isSelf": False, "type": "all"}]}}),
        event(line.PICTURE, line.GROUP),
        event(line.PICTURE, ROOM),
        event({"id": "6", "type": "sticker", "packageId": "1"}, line.PERSON),
        event({**line.PICTURE, "contentProvider": {"type": "external"}}, line.PERSON),
        event(source={"type": "group", "groupId": "C1"}),
        event(source={**line.GROUP, "type": "square"}),
        event(type="unsend"),
        line.FOLLOW,
        {},
    ],
    ids=lambda found: str(found)[:70],
)
def test_what_is_no_message_to_us_is_ignored(found):
    assert parsed(found) == []


def test_an_event_without_its_id_or_its_place_is_malformed():
    with pytest.raises(BadRequestError):
        parsed(event(webhookEventId=""))
    with pytest.raises(BadRequestError):
        parsed(event(source={"type": "group", "userId": "U1"}))


def test_whatever_is_missing_or_of_another_kind_is_ignored_or_malformed():
    bodies = [one for found in line.EVENTS + line.OTHERS for one in variants(found)]

    assert len(bodies) > 300
    for found in bodies:
        understood(made(), webhook(json.dumps(found).encode(), JSON))


@given(st.binary(max_size=300), st.text(max_size=60))
def test_nothing_unsigned_is_verified(body, signature):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, {**JSON, SIGNATURE: signature}))


@pytest.fixture
def double():
    with LineDouble() as made:
        made.write("C1")
        yield made


@pytest.fixture
def channel(double):
    return registry.outbound("line", "main", {**line.VALUES, "api": double.api})


@pytest.mark.parametrize("quote", ["", "example-quote-token"])
def test_an_answer_is_pushed_and_quotes_in_a_group(double, channel, quote):
    channel.send({"to": "C1", "quote": quote}, PART)

    (sent,) = double.messages
    assert (sent.chat, sent.target, sent.text) == ("C1", quote, "done")


def test_a_second_try_has_the_same_key_and_is_done(double, channel):
    double.trouble(Trouble.DROPPED_AFTER)
    with pytest.raises(UnavailableError):
        channel.send({"to": "C1", "quote": ""}, PART)
    channel.send({"to": "C1", "quote": ""}, PART)
    channel.send({"to": "C1", "quote": ""}, Part("done", PART.key[:-1] + "1"))

    assert len(double.messages) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"message": "Authentication failed"}, 401), UnavailableError),
        (Answer({"message": "Not authorized"}, 403), UnavailableError),
        (Answer({"message": "The request body has 1 error(s)"}, 400), RejectedError),
        (Answer({"message": "Not found"}, 404), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, channel, answer, error):
    double.trouble(answer)

    with pytest.raises(error) as caught:
        channel.send({"to": "C1", "quote": ""}, PART)
    assert line.VALUES["channel_token"] not in str(caught.value)


def test_when_the_month_is_used_up_the_answer_waits(double, channel):
    double.exhausted = True

    with pytest.raises(RateLimitedError):
        channel.send({"to": "C1", "quote": ""}, PART)


def test_content_is_fetched_by_its_message(double, channel):
    found = channel.download({"message": double.host("5", b"12345")})

    assert b"".join(found.chunks) == b"12345"
    with pytest.raises(RejectedError):
        channel.download({"message": "6"})
    assert double.requests[0].path == "/v2/bot/message/5/content"


def test_markdown_becomes_plain_text(channel):
    assert channel.render("**会议** `a < b`") == "会议 a < b"
