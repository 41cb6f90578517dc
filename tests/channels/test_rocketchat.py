"""Rocket.Chat: its token in the body, whose messages are read, threads and files."""

import json

import pytest
from msgspec import structs

from switchboard.errors import BadSignatureError, RejectedError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import NOW, PART, envelope, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.signers import rocketchat
from tests.signers.rocketchat import said

TOKEN = rocketchat.VALUES["token"]
FILE = StoredFile("results/1/0/a b.pdf", "a b.pdf", "application/pdf", 5)


@pytest.mark.parametrize("token", ["", " ", "x", None, 5, True, [], "签名", "a" * 9000])
@pytest.mark.parametrize("ours", [TOKEN, ""])
def test_a_wrong_or_an_empty_token_is_refused_whatever_ours_is(token, ours):
    body = json.dumps({**said("/help"), "token": token}).encode()
    hook = webhook(rocketchat.signed(body, now=NOW))

    with pytest.raises(BadSignatureError):
        receiver("rocketchat", token=ours).receive(hook)


def test_each_of_several_tokens_holds_and_the_ones_before():
    hook = webhook(rocketchat.signed(said("/help"), now=NOW))

    for values in ({"token": f"a {TOKEN}"}, {"token": "a", "token.previous": TOKEN}):
        assert receiver("rocketchat", **values).receive(hook).envelopes
    with pytest.raises(BadSignatureError):
        receiver("rocketchat", token="a").receive(hook)


def test_a_message_is_read_without_its_trigger_word_and_answered_in_its_thread():
    found = envelope("rocketchat", said("/help"))

    assert (found.text, found.sender) == ("/help", Sender(rocketchat.SENDER(1), name="ada"))
    assert found.lane == "rocketchat/main/ROOM1"
    assert found.reply_to == {"room": "ROOM1", "thread": "gPWQdwzsnw8bWs001"}
    inside = {**said("a"), "tmid": "root"}
    assert envelope("rocketchat", inside).reply_to["thread"] == "root"


def test_a_file_comes_along_even_without_words():
    found = rocketchat.uploaded(said(""), 1, "a.pdf", "application/pdf")
    (file,) = envelope("rocketchat", {**found, "text": ""}).attachments

    assert (file.name, file.media_type, file.size) == ("a.pdf", "application/pdf", 5)
    assert file.source == {"file": "file1", "name": "a.pdf"}


@pytest.fixture
def send(double, cloud):
    """Answers a message in a thread, with a file or none."""
    cloud.objects[FILE.key] = Stored(FILE.media_type, b"%PDF-\x00\r\n--")

    def to(files=()):
        part = structs.replace(PART, files=files)
        sender("rocketchat", api=double.api).send({"room": "ROOM1", "thread": "m1"}, part)

    return to


def test_files_are_posted_beside_the_words_in_the_thread(double, send):
    send((FILE,))

    file, words = double.messages
    assert (file.files, words.text) == (("a b.pdf",), PART.text)
    assert {(one.chat, one.target) for one in double.messages} == {("ROOM1", "m1")}
    assert double.files["upload1"] == ("a b.pdf", "application/pdf", b"%PDF-\x00\r\n--")


def test_a_file_is_fetched_from_our_server_and_nowhere_else(double):
    with pytest.raises(RejectedError):
        sender("rocketchat", api=double.api).download({"file": "../api/v1/me", "name": "?"})
    assert double.requests[-1].path == "/file-upload/..%2Fapi%2Fv1%2Fme/%3F"
