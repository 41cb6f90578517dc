"""Discord: what is pushed, until when, and what is fetched."""

import time

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.cloud import aws
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.discord import DiscordDouble
from tests.doubles.server import Answer, Trouble
from tests.kit.fakes import BUCKET

PART = Part("done", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")


@pytest.fixture
def double():
    with DiscordDouble() as made:
        yield made


@pytest.fixture
def channel(double):
    return registry.outbound("discord", "main", {"api": double.api})


@pytest.fixture
def answering(double):
    token = double.defer("example-token")
    return {"application": "787", "token": token, "until": str(int(time.time()) + 900)}


def test_the_first_answer_takes_the_place_of_the_deferred_one(double, channel, answering):
    channel.send(answering, PART)
    channel.send(answering, Part("more", "k-1"))

    assert [(one.target, one.text) for one in double.messages] == [
        ("@original", "done"),
        ("", "more"),
    ]
    asked = double.requests[0].json()
    assert asked["allowed_mentions"] == {"parse": []}
    assert double.requests[0].headers["user-agent"].startswith("DiscordBot (")


def test_files_go_with_the_answer(cloud, double, channel, answering):
    files = []
    for name in ("会议.png", "b.csv"):
        aws.put_object(BUCKET, f"results/1/{name}", b"12345", "text/csv")
        files.append(StoredFile(f"results/1/{name}", name, "text/csv", 5))
    channel.send({**answering, "until": str(time.time() + 9)}, Part("done", "k-0", files=(*files,)))

    assert [one.text for one in double.messages] == ["done", ""]
    assert [one.files for one in double.messages] == [("会议.png",), ("b.csv",)]
    assert double.files == {"会议.png": b"12345", "b.csv": b"12345"}


def test_when_the_token_has_expired_nothing_is_sent(double, channel, answering):
    with pytest.raises(ClosedWindowError):
        channel.send({**answering, "until": "1760000000"}, PART)
    assert double.requests == []

    double.expire("example-token")
    with pytest.raises(ClosedWindowError):
        channel.send(answering, PART)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"code": 10015, "message": "Unknown Webhook"}, 404), ClosedWindowError),
        (Answer({"code": 50035, "message": "Invalid Form Body"}, 400), RejectedError),
        (Answer({"code": ["?"]}, 400), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, channel, answering, answer, error):
    double.trouble(answer)

    with pytest.raises(error) as caught:
        channel.send(answering, PART)
    assert isinstance(caught.value, ClosedWindowError) == (error is ClosedWindowError)
    assert "example-token" not in str(caught.value)


def test_a_file_is_fetched_from_discord_only(double, channel):
    found = channel.download({"url": double.host("a.png", b"12345")})

    assert b"".join(found.chunks) == b"12345"
    for host in ("example.com", "cdn.discordapp.com.example.com", "cdn.discordapp.com:8443"):
        with pytest.raises(RejectedError):
            channel.download({"url": f"https://{host}/attachments/1/2/a.png"})
