"""WhatsApp: what is pushed, until when, and what is fetched."""

import time

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.cloud import aws
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.server import Answer, Trouble
from tests.doubles.whatsapp import WhatsappDouble
from tests.kit.fakes import BUCKET
from tests.signers import whatsapp

PART = Part("done", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
PHONE, PERSON = "106540350001", "16505550001"


@pytest.fixture
def double(cloud):
    with WhatsappDouble() as made:
        yield made


@pytest.fixture
def channel(double):
    return registry.outbound("whatsapp", "main", {**whatsapp.VALUES, "api": double.api})


@pytest.fixture
def answering(double):
    message, until = double.write(PERSON), str(int(time.time()) + 86_400)
    return {"phone": PHONE, "to": PERSON, "message": message, "until": until}


def test_an_answer_is_put_to_its_message(double, channel, answering):
    channel.send(answering, PART)

    (sent,) = double.messages
    assert (sent.chat, sent.text) == (f"{PHONE}:{PERSON}", "done")
    assert sent.target == answering["message"]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (StoredFile("results/1/0/x", "a.png", "image/png", 5), "image"),
        (StoredFile("results/1/0/x", "a.png", "image/png", 6 * 2**20), "document"),
        (StoredFile("results/1/0/x", "a.mp3", "audio/mpeg", 5), "audio"),
        (StoredFile("results/1/0/x", "a.mp4", "video/mp4", 5), "video"),
        (StoredFile("results/1/0/x", '会议 "1".pdf', "application/pdf", 5), "document"),
    ],
)
def test_a_file_is_uploaded_and_shown(double, channel, answering, file, kind):
    aws.put_object(BUCKET, file.key, b"12345", file.media_type)

    channel.send(answering, Part("done", PART.key, files=(file,)))

    assert [(one.text, one.files) for one in double.messages] == [("done", ()), ("", (file.name,))]
    assert double.files == {file.name: b"12345"}
    shown = double.requests[-1].json()
    assert shown["type"] == kind
    assert shown[kind].get("filename") == (file.name if kind == "document" else None)


def test_after_a_day_nothing_is_sent(double, channel, answering):
    with pytest.raises(ClosedWindowError):
        channel.send({**answering, "until": "1"}, PART)
    assert double.requests == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (131047, ClosedWindowError),
        (131056, RateLimitedError),
        (130429, RateLimitedError),
        (131016, UnavailableError),
        (190, UnavailableError),
        (131026, RejectedError),
        (131049, RejectedError),
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"error": {"code": "?"}}, 400), RejectedError),
        (Answer({"error": {}}, 400), RejectedError),
        (Answer({"what": 1}, 400), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, channel, answering, answer, error):
    told = Answer({"error": {"code": answer}}, 400) if isinstance(answer, int) else answer
    double.trouble(told)

    with pytest.raises(error) as caught:
        channel.send(answering, PART)
    assert isinstance(caught.value, ClosedWindowError) == (error is ClosedWindowError)
    assert whatsapp.VALUES["access_token"] not in str(caught.value)


def test_a_file_is_fetched_in_two_steps(double, channel):
    media = double.host("会议 1.pdf", "application/pdf", b"12345")

    found = channel.download({"media": media})

    assert (found.media_type, b"".join(found.chunks)) == ("application/pdf", b"12345")
    with pytest.raises(RejectedError):
        channel.download({"media": "no such media"})


def test_a_file_elsewhere_is_not_fetched(double, channel):
    double.url_of_media = "https://example.com/a"
    media = double.host("a.pdf", "application/pdf", b"12345")

    with pytest.raises(RejectedError):
        channel.download({"media": media})


def test_markdown_becomes_whatsapps_own(channel):
    said = channel.render("**会议** *it* ~~old~~ `x`\n\n```py\na = 1\n```\n\n- one")

    assert said == "*会议* _it_ ~old~ `x`\n\n```a = 1```\n\n• one"
