"""Rocket.Chat: its token in the body, bots' messages, answers and files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.cloud import aws
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender, StoredFile
from switchboard.runtime import current
from tests.doubles.rocketchat import RocketChatDouble
from tests.doubles.server import Answer, Trouble
from tests.kit.environment import surroundings
from tests.signers import rocketchat
from tests.unit.webhooks import JSON, NOW, arrived, webhook

PART = Part(text="**done**", key="k-0")
REPLY_TO = {"room": "ROOM1", "thread": "m1"}
FILE = StoredFile("results/1/0/a b.pdf", "a b.pdf", "application/pdf", 5)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def made(**values):
    return registry.inbound("rocketchat", "main", {**rocketchat.VALUES, **values})


def hook_of(found):
    return arrived(rocketchat.signed(found, now=NOW))


def parsed(found):
    hook = hook_of(found)
    made().verify(hook)
    return made().parse(hook)


@pytest.fixture
def double():
    with RocketChatDouble() as found:
        yield found


def outward(double, **values):
    told = {**rocketchat.VALUES, "api": double.api, **values}
    return registry.outbound("rocketchat", "main", told)


@pytest.fixture
def stored():
    with surroundings():
        current().give(
            aws.transport, lambda method, service, path, headers, body: b"%PDF-\x00\r\n--"
        )
        yield


def test_a_message_is_read_without_its_trigger_word_and_answered_in_its_thread():
    (envelope,) = parsed(rocketchat.said("/help"))

    assert envelope.text == "/help"
    assert envelope.sender == Sender(rocketchat.SENDER(1), name="ada")
    assert envelope.lane == "rocketchat/main/ROOM1"
    assert envelope.reply_to == {"room": "ROOM1", "thread": "gPWQdwzsnw8bWs001"}


def test_a_message_inside_a_thread_is_answered_in_that_thread():
    assert parsed({**rocketchat.said("a"), "tmid": "root"})[0].reply_to["thread"] == "root"


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {parsed(rocketchat.said("a", number, chat))[0].id for number in (1, 2) for chat in (1, 2)}

    assert len(ids) == 4
    assert parsed(rocketchat.said("again"))[0].id in ids


@pytest.mark.parametrize("token", ["", " ", "x", None, 5, True, [], "签名", "a" * 9000])
def test_a_wrong_or_an_empty_token_is_refused(token):
    body = json.dumps({**rocketchat.said("/help"), "token": token}).encode()

    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, JSON))


@pytest.mark.parametrize("value", ["", " ", None])
def test_without_a_token_of_ours_the_channel_does_not_start(value):
    values = {**rocketchat.VALUES, "token": value or ""}

    assert registry.inbound("rocketchat", "main", values) is None
    with pytest.raises(BadSignatureError):
        registry.kind("rocketchat")("main", values).verify(webhook(b'{"token":""}', JSON))


def test_each_of_several_tokens_holds_and_the_ones_before():
    hook, old = hook_of(rocketchat.said("/help")), rocketchat.VALUES["token"]

    made(token=f"another {old}").verify(hook)
    made(**{"token": "another", "token.previous": old}).verify(hook)
    with pytest.raises(BadSignatureError):
        made(token="another").verify(hook)


@pytest.mark.parametrize(
    "change",
    [
        {"bot": True},
        {"bot": {"i": "integration"}},
        {"bot": "yes"},
        {"isEdited": True},
        {"user_id": rocketchat.VALUES["user_id"]},
        {"text": "!sb "},
        {"text": None},
    ],
    ids=str,
)
def test_a_bots_message_an_edited_one_and_our_own_are_ignored(change):
    assert parsed({**rocketchat.said("/help"), **change}) == []


@pytest.mark.parametrize("name", ["channel_id", "user_id", "message_id"])
def test_a_message_without_its_ids_is_malformed(name):
    found = rocketchat.said("/help")
    del found[name]

    with pytest.raises(BadRequestError):
        parsed(found)


def test_a_file_comes_along_even_without_words():
    found = rocketchat.uploaded(rocketchat.said(""), 1, "a.pdf", "application/pdf")
    (envelope,) = parsed({**found, "text": ""})

    (file,) = envelope.attachments
    assert (file.name, file.media_type, file.size) == ("a.pdf", "application/pdf", 5)
    assert file.source == {"file": "file1", "name": "a.pdf"}


def test_an_answer_is_posted_into_the_thread(double):
    outward(double).send(REPLY_TO, PART)

    (message,) = double.messages
    assert (message.chat, message.target, message.text) == ("ROOM1", "m1", "**done**")


def test_files_are_uploaded_and_posted_beside_the_words(double, stored):
    outward(double).send(REPLY_TO, Part("done", "k-0", files=(FILE,)))

    file, words = double.messages
    assert (file.target, file.files, words.text) == ("m1", ("a b.pdf",), "done")
    assert double.files["upload1"] == ("a b.pdf", "application/pdf", b"%PDF-\x00\r\n--")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"status": "error"}, 401), UnavailableError),
        (Answer({"success": False}, 400), RejectedError),
        (Answer({"success": False}, 200), RejectedError),
        (Answer({"success": "true"}, 200), RejectedError),
        (Answer({"success": False}, 302, {"location": "https://evil.example/"}), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises(error):
        outward(double).send(REPLY_TO, PART)


def test_a_room_that_we_left_takes_neither_words_nor_files(double, stored):
    double.left.add("ROOM1")
    for files in ((), (FILE,)):
        with pytest.raises(RejectedError):
            outward(double).send(REPLY_TO, Part("done", "k-0", files=files))


def test_a_wrong_token_is_for_the_operator_to_mend(double):
    with pytest.raises(UnavailableError):
        outward(double, auth_token="another").send(REPLY_TO, PART)


def test_a_file_is_fetched_from_our_server_and_nowhere_else(double):
    double.files["f1"] = ("a b.png", "image/png", b"pixels")

    found = outward(double).download({"file": "f1", "name": "a b.png"})

    assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"pixels")
    with pytest.raises(RejectedError):
        outward(double).download({"file": "../api/v1/me", "name": "?"})
    assert double.requests[-1].path == "/file-upload/..%2Fapi%2Fv1%2Fme/%3F"


def test_a_redirect_to_another_host_is_not_followed(double):
    double.respond = lambda request: Answer(b"", 302, {"location": "https://evil.example/a"})

    with pytest.raises(RejectedError):
        outward(double).download({"file": "f1", "name": "a"})


def test_markdown_stays_as_it_is():
    assert made().render("**a** `b`") == "**a** `b`"


@given(st.binary(max_size=300))
def test_noise_is_refused(body):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, JSON))


@given(st.sampled_from(sorted({*rocketchat.said(""), "tmid", "message"})), JSON_VALUES)
def test_whatever_a_field_is_only_our_errors_come_of_it(name, value):
    found = {**rocketchat.said("/help"), name: value}

    try:
        made().parse(webhook(json.dumps(found).encode(), JSON))
    except BadRequestError:
        return
