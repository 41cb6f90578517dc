"""Matrix: what proves a transaction, and what is read out of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from switchboard.channels import bridge as registry
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Attachment, Sender
from tests.signers import matrix
from tests.signers.matrix import ENCRYPTED, INVITATION, VALUES, event, room_event, signed
from tests.unit.hooks import NOW, hook, maimed

US = VALUES["user_id"]
PILL = f'<a href="https://matrix.to/#/{US}">Switch Board</a>: /help'
REPLY = {"m.in_reply_to": {"event_id": "$asked"}}


def made(account="main", **values):
    return registry.kind("matrix")(account, {**VALUES, **values})


def parsed(*events, account="main"):
    found = hook(signed({"events": list(events)}))
    made().verify(found)
    return made(account).parse(found)


def one(*events, **given):
    (envelope,) = parsed(*events, **given)
    return envelope


def said(text, **content):
    """A message that mentions nobody in its own field."""
    return event(text, **{"m.mentions": {}, **content})


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"bearer {VALUES['hs_token']}",
        f"Basic {VALUES['hs_token']}",
        VALUES["hs_token"],
        f"Bearer {VALUES['as_token']}",
        f"Bearer {VALUES['hs_token']} ",
        f"Bearer {VALUES['hs_token'].upper()}",
        f"Bearer {VALUES['hs_token'][:-1]}",
        "Bearer 密",
        "Bearer \udcff",
    ],
)
def test_a_wrong_token_is_refused(authorization):
    headers = {} if authorization is None else {"authorization": authorization}

    with pytest.raises(BadSignatureError):
        made().verify(hook(signed({"events": []}), headers=headers))


def test_the_legacy_token_must_be_right_where_it_is_and_is_not_enough():
    found = hook(signed({"events": []}), query={"access_token": VALUES["hs_token"]})
    made().verify(found)

    for query in ({"access_token": VALUES["as_token"]}, {"access_token": ""}):
        with pytest.raises(BadSignatureError):
            made().verify(hook(signed({"events": []}), query=query))
    with pytest.raises(BadSignatureError):
        made().verify(hook(signed({"events": []}), query=found.query, headers={}))


def test_a_token_is_rotated_with_the_one_before():
    found = hook(signed({"events": []}))

    made(hs_token="new", **{"hs_token.previous": VALUES["hs_token"]}).verify(found)
    with pytest.raises(BadSignatureError):
        made(hs_token="new").verify(found)


def test_a_ping_is_answered_and_a_transaction_acknowledged_with_nothing():
    ping, transaction = hook(matrix.HANDSHAKES[0]), hook(signed({"events": []}))

    assert made().handshake(ping).body == "{}"
    assert made().handshake(transaction) is None
    assert made().handshake(structs.replace(ping, method="PUT")) is None
    assert made().acknowledge(transaction).body == "{}"
    with pytest.raises(BadRequestError):
        made().handshake(structs.replace(ping, body=b"meow"))


def test_a_message_is_answered_where_it_was_said():
    envelope = one(event("/help", user=2, chat=3))

    assert envelope.lane == "matrix/main/!room3:example.org"
    assert envelope.sender == Sender("@user2:example.org")
    assert (envelope.kind, envelope.text, envelope.received_at) == ("message", "/help", NOW)
    assert envelope.reply_to == {
        "room": "!room3:example.org",
        "event": "$event1",
        "thread": "",
        "join": "",
    }


def test_a_message_in_a_thread_is_answered_in_it():
    relation = {"rel_type": "m.thread", "event_id": "$root", **REPLY}

    assert one(event("/help", **{"m.relates_to": relation})).reply_to["thread"] == "$root"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"body": "hello bot"}, "hello bot"),
        ({"body": f"{US}: /help"}, "/help"),
        ({"body": f"{US} /help"}, "/help"),
        ({"body": "switchboard: /help"}, "/help"),
        ({"body": "@switchboard, /help"}, "/help"),
        ({"body": "switchboards are fine"}, "switchboards are fine"),
        ({"body": "Switch Board: /help", "formatted_body": PILL}, "/help"),
        (
            {
                "body": "Switch Board: /help",
                "formatted_body": PILL.replace(US, "%40switchboard%3Aexample.org"),
            },
            "/help",
        ),
        ({"body": "Other: /help", "formatted_body": PILL.replace(US, "@b:c")}, "Other: /help"),
        ({"body": "say hi to switchboard"}, "say hi to switchboard"),
        ({"body": "> <@b:c> a\n> b\n\n/help", "m.relates_to": REPLY}, "/help"),
        ({"body": "> a quotation\n\n/help"}, "> a quotation\n\n/help"),
        ({"body": "waves", "msgtype": "m.emote"}, "waves"),
        ({"body": "  你好  "}, "你好"),
    ],
)
def test_our_own_mention_and_what_is_quoted_are_no_part_of_the_text(content, text):
    assert one(event("", **content)).text == text


def test_what_is_for_us_mentions_us_or_is_a_command():
    assert one(said("/help")).text == "/help"
    assert one(said(f"{US} hello")).text == "hello"
    assert parsed(said("hello everybody")) == []
    assert parsed(event("hello", **{"m.mentions": {"user_ids": ["@b:c"]}})) == []
    assert parsed(event("hello", **{"m.mentions": None})) == []


@pytest.mark.parametrize(
    "found",
    [
        event("/help") | {"sender": US},
        event("/help", msgtype="m.notice"),
        event("/help", msgtype="m.location"),
        event("* /help", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$event1"}}),
        event(""),
        event(f"{US}: "),
        event("/help", url="mxc://../x", msgtype="m.image", filename="/help"),
        room_event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "key": "👍"}}),
        room_event("m.room.redaction", {"redacts": "$event1"}),
        room_event("m.room.member", {"membership": "join"}, state_key="@ada:example.org"),
        room_event("m.room.member", {"membership": "join"}, state_key=US),
        room_event("m.room.member", {"membership": "invite"}, state_key="@other:example.org"),
        room_event("m.room.name", {"name": "/help"}, state_key=""),
        room_event("org.example.unknown", {"msgtype": "m.text", "body": "/help"}),
    ],
    ids=lambda found: f"{found['type']} {str(found['content'])[:40]}",
)
def test_an_echo_and_what_nobody_says_to_us_are_ignored(found):
    assert parsed(found) == []


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
    ids=lambda found: str(found)[:40].encode("ascii", "replace").decode(),
)
def test_one_poison_event_does_not_block_the_others(found):
    body = json.dumps({"events": [event("/a"), found, event("/b", number=2)]}).encode()

    assert [one.text for one in made().parse(hook(signed(body)))] == ["/a", "/b"]


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {
        one(event("/help")).id,
        one(event("/help", number=2)).id,
        one(event("/help", chat=2)).id,
        one(event("/help"), account="second").id,
        one(ENCRYPTED).id,
    }
    again = hook(signed({"events": [event("/other words")]}, rest=f"{matrix.TRANSACTION}6"))

    assert len(ids) == 5
    assert made().parse(again)[0].id in ids


def test_an_encrypted_message_is_told_once_to_each_person_in_a_room():
    first, again = parsed(ENCRYPTED, ENCRYPTED | {"event_id": "$event2"})

    assert (first.kind, first.text, first.reply_to["event"]) == ("unreadable", "", "$event1")
    assert first.id == again.id
    assert one(ENCRYPTED | {"sender": "@other:example.org"}).id != first.id
    assert one(ENCRYPTED | {"room_id": "!other:example.org"}).id != first.id


def test_an_invitation_is_a_call_for_help_and_is_accepted_with_the_answer():
    envelope = one(INVITATION)

    assert (envelope.text, envelope.sender.id) == ("/help", "@user1:example.org")
    assert envelope.reply_to | {"room": ""} == {
        "room": "",
        "event": "",
        "thread": "",
        "join": "yes",
    }


def test_a_file_comes_with_its_caption_or_alone():
    captioned = made().parse(hook(matrix.file_message(
        "/document info", number=1, now=NOW, name="a.pdf", media_type="application/pdf"
    )))[0]  # fmt: skip
    alone = one(event("a.png", msgtype="m.image", url="mxc://example.org/abc", info=None))

    assert captioned.text == "/document info"
    assert captioned.attachments == (
        Attachment(
            key=f"uploads/{captioned.id}/0",
            name="a.pdf",
            media_type="application/pdf",
            size=5,
            source={"url": "mxc://example.org/report"},
        ),
    )
    assert alone.text == ""
    assert (alone.attachments[0].media_type, alone.attachments[0].size) == ("image/png", 0)


def test_what_a_client_tells_of_a_file_need_not_be_true():
    info = {"mimetype": "text/plain\r\nx: y", "size": -1}
    envelope = one(event("a", msgtype="m.file", url="mxc://example.org/abc", info=info))

    assert envelope.attachments[0].media_type == "application/octet-stream"
    assert envelope.attachments[0].size == 0


@pytest.mark.parametrize("found", matrix.EVENTS, ids=lambda found: found["events"][0]["type"])
def test_whatever_is_missing_or_of_another_kind_is_never_accepted_without_its_ids(found):
    for variant in maimed(found):
        try:
            envelopes = made().parse(hook(signed(variant)))
        except BadRequestError:
            continue
        for envelope in envelopes:
            assert envelope.sender.id != US
            assert all([envelope.sender.id, envelope.conversation, envelope.reply_to["room"]])


@given(st.binary() | st.from_regex(rb'\{"events":\[\{"type":".*', fullmatch=True))
def test_any_body_is_a_transaction_or_malformed(body):
    try:
        made().parse(hook(signed(body)))
    except BadRequestError:
        return


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"events":1}', b'{"events":[[[' * 50_000])
def test_a_body_that_is_no_transaction_is_malformed(body):
    with pytest.raises(BadRequestError):
        made().parse(hook(signed(body)))
