"""Matrix: what is particular about its tokens, the events of a transaction, and its answers."""

import json

import pytest
from msgspec import structs

from switchboard.channels.base import Part
from switchboard.errors import BadRequestError, BadSignatureError, RateLimitedError, RejectedError
from switchboard.models import Attachment, Sender, StoredFile
from tests.doubles.server import Answer
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.signers import matrix
from tests.signers.matrix import ENCRYPTED, INVITATION, VALUES, event, signed

US, TOKEN = VALUES["user_id"], VALUES["hs_token"]
PILL = f'<a href="https://matrix.to/#/{US}">Switch Board</a>: /help'
QUOTED_PILL = PILL.replace(US, "%40switchboard%3Aexample.org")
REPLY = {"m.in_reply_to": {"event_id": "$asked"}}
THREAD = {"rel_type": "m.thread", "event_id": "$root", **REPLY}
FILE = StoredFile("results/1/0/a.pdf", "a report.pdf", "application/pdf", 5)
PICTURE = StoredFile("results/1/1/a.png", "a.png", "image/png", 3)


def one(found, **given):
    return envelope("matrix", {"events": [found]}, **given)


def told(**changes):
    return receiver("matrix").receive(webhook(signed({"events": []}), **changes))


@pytest.mark.parametrize(
    "authorization", [f"bearer {TOKEN}", f"Basic {TOKEN}", TOKEN, f"Bearer {VALUES['as_token']}"]
)
def test_only_a_bearer_of_the_homeservers_token_is_believed(authorization):
    with pytest.raises(BadSignatureError):
        told(headers={"authorization": authorization})


def test_the_legacy_token_must_be_right_where_it_is_and_is_not_enough():
    legacy = {"access_token": TOKEN}
    told(query=legacy)

    for query in ({"access_token": VALUES["as_token"]}, {"access_token": ""}):
        with pytest.raises(BadSignatureError):
            told(query=query)
    with pytest.raises(BadSignatureError):
        told(query=legacy, headers={"authorization": None})


def test_a_ping_and_a_transaction_are_acknowledged_with_nothing():
    ping = webhook(matrix.HANDSHAKES[0])

    assert {receiver("matrix").receive(ping).response.body, told().response.body} == {"{}"}
    for change in ({"method": "PUT"}, {"body": b"[]"}):
        with pytest.raises(BadRequestError):
            receiver("matrix").receive(structs.replace(ping, **change))


def test_a_message_is_answered_where_it_was_said():
    found = one(event("/help", user=2, chat=3))

    assert (found.lane, found.kind) == ("matrix/main/!room3:example.org", "message")
    assert (found.sender, found.text) == (Sender("@user2:example.org"), "/help")
    where = {"room": "!room3:example.org", "event": "$event1", "thread": "", "join": ""}
    assert found.reply_to == where
    assert one(event("/help", **{"m.relates_to": THREAD})).reply_to["thread"] == "$root"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"body": "hello bot"}, "hello bot"),
        ({"body": "/help", "m.mentions": {}}, "/help"),
        ({"body": f"{US} hello", "m.mentions": {}}, "hello"),
        ({"body": f"{US}: /help"}, "/help"),
        ({"body": f"{US} /help"}, "/help"),
        ({"body": "switchboard: /help"}, "/help"),
        ({"body": "@switchboard, /help"}, "/help"),
        ({"body": "switchboard：/help"}, "/help"),
        ({"body": "switchboards are fine"}, "switchboards are fine"),
        ({"body": "Switch Board: /help", "formatted_body": PILL}, "/help"),
        ({"body": "Switch Board: /help", "formatted_body": QUOTED_PILL}, "/help"),
        ({"body": "Other: /help", "formatted_body": PILL.replace(US, "@b:c")}, "Other: /help"),
        ({"body": "say hi to switchboard"}, "say hi to switchboard"),
        ({"body": "> <@b:c> a\n> b\n\n/help", "m.relates_to": REPLY}, "/help"),
        ({"body": "> <@b:c> a\n\n/help", "m.relates_to": REPLY, "m.mentions": {}}, "/help"),
        ({"body": "Switch Board: go", "formatted_body": PILL, "m.mentions": None}, "go"),
        ({"body": "> a quotation\n\n/help"}, "> a quotation\n\n/help"),
        ({"body": "waves", "msgtype": "m.emote"}, "waves"),
        ({"body": "  你好  "}, "你好"),
    ],
)
def test_our_own_mention_and_what_is_quoted_are_no_part_of_the_text(content, text):
    assert one(event("", **content)).text == text


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        "x",
        {},
        event("\ud800"),
        event("/help", number=0) | {"content": []},
        event("/help") | {"room_id": ""},
        event("/help") | {"event_id": "$" * 256},
    ],
    ids=lambda found: ascii(found)[:40],
)
def test_one_poison_event_does_not_block_the_others(found):
    body = json.dumps({"events": [event("/a"), found, event("/b", number=2)]}).encode()

    assert [each.text for each in received("matrix", body).envelopes] == ["/a", "/b"]


def test_an_encrypted_message_is_told_once_to_each_person_in_a_room():
    both = {"events": [ENCRYPTED, ENCRYPTED | {"event_id": "$event2"}]}
    first, again = received("matrix", both).envelopes

    assert (first.kind, first.text, first.reply_to["event"]) == ("unreadable", "", "$event1")
    others = [{"sender": "@other:example.org"}, {"room_id": "!other:example.org"}]
    ids = {first.id, again.id, *(one(ENCRYPTED | other).id for other in others)}
    assert len(ids) == 3


def test_an_invitation_is_a_call_for_help_and_is_accepted_with_the_answer():
    found = one(INVITATION)

    assert (found.text, found.sender.id) == ("/help", "@user1:example.org")
    where = {"room": found.conversation, "event": "", "thread": "", "join": "yes"}
    assert found.reply_to == where


def test_a_file_comes_with_its_caption():
    asked = {"name": "a.pdf", "media_type": "application/pdf"}
    hook = webhook(matrix.file_message("/document info", number=1, now=NOW, **asked))
    (captioned,) = receiver("matrix").receive(hook).envelopes
    key, source = f"uploads/{captioned.id}/0", {"url": "mxc://example.org/report"}
    assert captioned.text == "/document info"
    assert captioned.attachments == (
        Attachment(key=key, name="a.pdf", media_type="application/pdf", size=5, source=source),
    )


@pytest.mark.parametrize(
    ("kind", "info", "media_type"),
    [
        ("m.image", None, "image/png"),
        ("m.file", {"mimetype": "text/plain\r\nx: y", "size": -1}, "application/octet-stream"),
    ],
)
def test_what_a_client_tells_of_a_file_may_be_missing_or_not_true(kind, info, media_type):
    found = one(event("a", msgtype=kind, url="mxc://example.org/abc", info=info))

    (file,) = found.attachments
    assert (found.text, file.media_type, file.size) == ("", media_type, 0)


@pytest.fixture
def send(double):
    """Answers a message in a room, of which some is perhaps otherwise."""
    room = "!room:example.org"
    place = {"room": room, "event": double.write(room), "thread": "", "join": ""}

    def to(text=PART.text, key=PART.key, files=(), **otherwise):
        made = sender("matrix", api=double.api)
        made.send({**place, **otherwise}, Part(made.render(text), key, files=files))

    return to


def test_an_answer_answers_its_message_or_stays_in_its_thread(double, send):
    send()
    root = double.write("!room:example.org")
    send(key="k-1", thread=root)

    answer, threaded = (content["m.relates_to"] for content in double.contents)
    assert double.messages[0].target == answer["m.in_reply_to"]["event_id"] == "$event1"
    assert (double.messages[0].key, double.contents[0]["msgtype"]) == (PART.key, "m.text")
    assert (threaded["rel_type"], threaded["event_id"]) == ("m.thread", root)
    assert threaded["is_falling_back"] is True


@pytest.mark.parametrize("text", ["&" * 9_000, "\x01" * 9_000, '"' * 9_000, "会" * 3_000])
def test_whatever_the_text_is_an_event_carries_it(double, send, text):
    send(text)

    assert double.messages[0].text == text


def test_an_invitation_is_accepted_before_it_is_answered(double, send):
    double.invite("!new:example.org")
    for text in ("done", "more"):
        send(text, text, room="!new:example.org", event="", join="yes")

    assert [one.text for one in double.messages] == ["done", "more"]
    assert "m.relates_to" not in double.contents[0]


def test_files_follow_the_text_and_each_is_shown_once(double, send, cloud):
    cloud.objects[FILE.key] = Stored(FILE.media_type, b"%PDF-")
    cloud.objects[PICTURE.key] = Stored(PICTURE.media_type, b"png")
    for _ in range(2):
        send(files=(FILE, PICTURE))

    assert [one.text for one in double.messages] == ["done", "a report.pdf", "a.png"]
    document, picture = double.contents[1:]
    assert (document["msgtype"], picture["msgtype"]) == ("m.file", "m.image")
    assert document["info"] == {"mimetype": "application/pdf", "size": 5}


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"retry_after_ms": 2500}, {}, 2.5),
        ({"retry_after_ms": 2500}, {"retry-after": "3"}, 3.0),
        ({"retry_after_ms": -1}, {}, 0.0),
        ({"retry_after_ms": "soon"}, {}, 1.0),
        ({}, {}, 1.0),
    ],
)
def test_patience_is_asked_for_in_milliseconds(double, send, body, headers, seconds):
    double.trouble(Answer({"errcode": "M_LIMIT_EXCEEDED", **body}, 429, headers))

    with pytest.raises(RateLimitedError) as caught:
        send()
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a**\nb & 会议", "<p><strong>a</strong><br />\nb &amp; 会议</p>"),
        ("~~a~~ `<b>`", "<p><del>a</del> <code>&lt;b&gt;</code></p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[a](javascript:x)", '<p><a href="#harmful-link">a</a></p>'),
        ("![a](https://b.c/d.png)", '<p><a href="https://b.c/d.png">a</a></p>'),
    ],
)
def test_html_is_what_the_markdown_says_and_nothing_else(double, send, markdown, html):
    send(markdown)

    assert (double.contents[0]["body"], double.contents[0]["formatted_body"]) == (markdown, html)


def test_a_table_is_one(double, send):
    send("| a |\n|---|")

    assert "<th>a</th>" in double.contents[0]["formatted_body"]


def test_media_that_are_none_are_gone():
    with pytest.raises(RejectedError) as caught:
        sender("matrix").download({"url": ""})

    assert caught.value.say == "attachment_gone"
