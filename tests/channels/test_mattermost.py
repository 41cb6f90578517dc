"""Mattermost: its token in the body, posts and slash commands, threads and files."""

import json
from urllib.parse import urlencode

import pytest
from msgspec import structs

from switchboard.channels.base import Webhook
from switchboard.errors import BadSignatureError, RejectedError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.signers import mattermost
from tests.signers.mattermost import FORM, said

TOKEN = mattermost.VALUES["token"]
WRONG = ["", "x", TOKEN[:-1], "签名", " ", "a" * 9000]
JSON = "application/json"
FILE = StoredFile("results/1/0/a b.pdf", "a b.pdf", "application/pdf", 5)


def shown(body, content_type):
    """What is received of such a body."""
    hook = Webhook("POST", {"content-type": content_type}, {}, body, NOW)
    return receiver("mattermost").receive(hook)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        *((urlencode({**said("a"), "token": one}).encode(), FORM) for one in WRONG),
        *((json.dumps({**said("a"), "token": one}).encode(), JSON) for one in WRONG),
        (b"", FORM),
        (b"token", FORM),
        (b"token=%ff", FORM),
        (b"token=\xff", FORM),
        (f"token=a&token={TOKEN}".encode(), FORM),
        (b"&".join(b"f%d=1" % n for n in range(60)), FORM),
        (f'{{"token":["{TOKEN}"]}}'.encode(), JSON),
        (b'{"token":null}', JSON),
        (f"token={TOKEN}".encode(), JSON),
        (f'{{"token":"{TOKEN}"}}'.encode(), FORM),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_a_body_without_one_right_token_is_refused(body, kind):
    with pytest.raises(BadSignatureError):
        shown(body, kind)


def test_each_of_several_tokens_holds_and_the_ones_before():
    hook = webhook(mattermost.signed(said("/help"), now=NOW))
    before = {"token": "another", "token.previous": f"{TOKEN} older"}

    for values in ({"token": f"another {TOKEN}"}, before):
        assert receiver("mattermost", **values).receive(hook).envelopes
    for token in ("another", f"another{TOKEN}"):
        with pytest.raises(BadSignatureError):
            receiver("mattermost", token=token).receive(hook)


def test_a_post_is_read_without_its_trigger_word_in_either_form():
    found = envelope("mattermost", said("/help 会议"))

    assert (found.text, found.sender) == ("/help 会议", Sender(mattermost.SENDER(1), name="ada"))
    assert found.lane == "mattermost/main/hawos4dqtby53pd64o4a4cm001"
    assert found.reply_to["post"] == "axdygg1957njfe5pu38saik001"
    body = json.dumps({"token": TOKEN, **said("/help 会议")}).encode()
    assert shown(body, JSON) == received("mattermost", said("/help 会议"))


@pytest.mark.parametrize(
    ("command", "text", "plain"),
    [
        ("/switchboard", "help", "/help"),
        ("/sb", "/github issues.list", "/github issues.list"),
        ("/sb", "", "/help"),
        ("/github", "issues.list a b", "/github issues.list a b"),
    ],
)
def test_a_slash_command_is_a_message_that_is_answered_beside_it(command, text, plain):
    found = envelope("mattermost", mattermost.command(text, command))

    assert (found.text, found.reply_to["post"]) == (plain, "")


def test_files_come_along_even_without_words():
    found = envelope("mattermost", {**said(""), "file_ids": "f1, f2,"})

    assert (found.text, found.attachments[0].name) == ("", "file")
    assert [one.source for one in found.attachments] == [{"file": "f1"}, {"file": "f2"}]
    assert found.attachments[1].key == f"uploads/{found.id}/1"


@pytest.fixture
def send(double, cloud):
    """Answers a post with a file or none."""
    cloud.objects[FILE.key] = Stored(FILE.media_type, b"%PDF-")

    def to(post="p1", files=()):
        part = structs.replace(PART, files=files)
        sender("mattermost", api=double.api).send({"channel": "c1", "post": post}, part)

    return to


def test_an_answer_is_posted_into_the_thread_wherever_in_it_it_was_asked_for(double, send):
    double.roots["p2"] = "root"
    for post in ("p1", "p2", ""):
        send(post)

    assert [one.target for one in double.messages] == ["p1", "root", ""]
    assert {(one.chat, one.text, one.key) for one in double.messages} == {
        ("c1", PART.text, PART.key)
    }


def test_files_are_posted_with_the_words(double, send):
    send(files=(FILE,))

    assert [one.files for one in double.messages] == [("a b.pdf",)]
    assert double.files["upload1"] == ("a b.pdf", "application/pdf", b"%PDF-")


def test_a_file_is_fetched_from_our_server_and_nowhere_else(double):
    with pytest.raises(RejectedError):
        sender("mattermost", api=double.api).download({"file": "../users/me"})
    assert double.requests[-1].path == "/api/v4/files/..%2Fusers%2Fme"
