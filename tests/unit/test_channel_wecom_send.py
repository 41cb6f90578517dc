"""WeCom's app: answers and files to members, and files from them."""

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.credentials import tokens
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.forms import File
from tests.doubles.server import Answer, Trouble
from tests.doubles.wecom import WecomDouble
from tests.kit.environment import objects
from tests.signers import wecom

PART = Part(text="**done** 会议", key="k-0")


@pytest.fixture
def double():
    tokens.forget("wecom/main")
    with WecomDouble() as started:
        yield started
    tokens.forget("wecom/main")


def outbound(double):
    return registry.outbound("wecom", "main", {**double.values, "api": double.api})


def test_an_answer_is_markdown_to_the_member(double):
    outbound(double).send({"user": "member1"}, PART)
    outbound(double).send({"user": "member1"}, PART)

    assert [(one.chat, one.text) for one in double.messages] == [("member1", PART.text)] * 2
    assert len(double.tokens) == 1


def test_files_are_sent_after_the_words(double):
    files = (
        StoredFile("results/1/0/图.png", "图.png", "image/png", 5),
        StoredFile("results/1/1/a.pdf", "a.pdf", "application/pdf", 5),
    )

    with objects({"results/1/0/图.png": b"image", "results/1/1/a.pdf": b"a pdf"}):
        outbound(double).send({"user": "member1"}, Part(text="done", key="k", files=files))

    assert [one.files for one in double.messages] == [(), ("图.png",), ("a.pdf",)]
    assert [one.content for one in double.media.values()] == [b"image", b"a pdf"]


def test_a_file_that_is_not_taken_is_a_link(double):
    file = StoredFile("results/1/0/a.txt", "a.txt", "text/plain", 0)

    with objects({file.key: b""}):
        outbound(double).send({"user": "member1"}, Part(text="done", key="k", files=(file,)))

    words, link = double.messages
    assert (words.text, link.files) == ("done", ())
    assert link.text.startswith("[a.txt](https://")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (45009, RateLimitedError),
        (45033, RateLimitedError),
        (60020, UnavailableError),
        (-1, UnavailableError),
        (42001, UnavailableError),
        (40014, UnavailableError),
        (40003, RejectedError),
        (81013, RejectedError),
        ("text", UnavailableError),
        (None, UnavailableError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, code, error):
    double.trouble(Answer({"errcode": code, "errmsg": "from ip: 1.2.3.4"}))

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        outbound(double).send({"user": "member1"}, PART)

    assert type(caught.value) is error
    assert wecom.VALUES["corp_secret"] not in repr(caught.value)


def test_a_token_that_ended_is_renewed_at_the_next_try(double):
    outbound(double).send({"user": "member1"}, PART)
    double.tokens.clear()

    with pytest.raises(UnavailableError, match="token"):
        outbound(double).send({"user": "member1"}, PART)
    outbound(double).send({"user": "member1"}, PART)

    assert len(double.messages) == 2


def test_without_a_token_or_an_answer_nothing_is_lost(double):
    double.values["corp_secret"] = "another"
    channel = registry.outbound("wecom", "main", {**wecom.VALUES, "api": double.api})
    with pytest.raises(UnavailableError, match="no token"):
        channel.send({"user": "member1"}, PART)

    double.values["corp_secret"] = wecom.VALUES["corp_secret"]
    double.trouble(Trouble.BROKEN)
    with pytest.raises(UnavailableError):
        channel.send({"user": "member1"}, PART)
    double.left.add("member1")
    with pytest.raises(RejectedError):
        channel.send({"user": "member1"}, PART)


@pytest.mark.parametrize("content", [b"\x89PNG", b"", b"{not json", b'{"a": 1}', b'{"errcode": 0}'])
def test_a_file_of_a_member_is_fetched(double, content):
    double.media["m1"] = File("", "application/json", content)

    found = outbound(double).download({"media_id": "m1"})

    assert (found.media_type, b"".join(found.chunks)) == ("application/json", content)


def test_a_file_that_is_gone_is_rejected(double):
    with pytest.raises(RejectedError):
        outbound(double).download({"media_id": "gone"})
