"""QQ: what is pushed, until when, and what is made of the answers."""

import time

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.credentials import tokens
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.qq import QqDouble
from tests.doubles.server import Answer, Trouble
from tests.signers import qq

KEY = "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-{}"
FIRST = KEY.format(0)
OTHER = "7a1c6f0e-6f0e-4a53-9e8e-1f1d1c1b1a19-{}"
CHAT = "groups/C9F778FE6ADF9D1D1DBE395BF744A33A"
PICTURE = StoredFile("results/1/0/a.png", "a.png", "image/png", 5)
TABLE = StoredFile("results/1/1/b.csv", "b.csv", "text/csv", 5)


@pytest.fixture
def double(cloud):
    with QqDouble() as made:
        yield made
    tokens.forget("qq/main")


@pytest.fixture
def channel(double):
    return registry.outbound("qq", "main", {**qq.VALUES, "api": double.api})


@pytest.fixture
def answering(double):
    return {"chat": CHAT, "message": double.write(CHAT), "until": str(int(time.time()) + 300)}


def part(text="done", key=FIRST, files=()):
    return Part(text, key, files=files)


def refused(code, status=400):
    return Answer({"code": code, "message": "refused"}, status)


def test_an_answer_is_put_to_its_message(double, channel, answering):
    channel.send(answering, part("完成"))

    (sent,) = double.messages
    assert (sent.chat, sent.target, sent.text) == (CHAT, answering["message"], "完成")
    assert double.requests[0].path == "/app/getAppAccessToken"


def test_the_token_is_asked_for_once(double, channel, answering):
    for index in range(3):
        channel.send(answering, part(key=KEY.format(index)))

    assert len(double.requests) == 4


def test_the_parts_of_an_answer_count_up_and_those_of_another_differ(double, channel, answering):
    for key in (KEY.format(0), KEY.format(1), KEY.format(12), OTHER.format(0), "wordless"):
        channel.send(answering, part(key=key))

    numbers = [int(one.key) for one in double.messages]
    assert numbers[:3] == sorted(numbers[:3])
    assert len(set(numbers)) == 5
    assert all(0 < number < 2**31 for number in numbers)


def test_a_second_try_is_dropped_by_the_platform(double, channel, answering):
    double.trouble(Trouble.DROPPED_AFTER)
    with pytest.raises(UnavailableError):
        channel.send(answering, part())
    channel.send(answering, part())

    assert len(double.messages) == 1


def test_a_file_is_uploaded_and_shown(double, channel, answering):
    channel.send(answering, part(files=(PICTURE, TABLE)))

    assert [one.text for one in double.messages] == ["done", "", ""]
    assert [one.files for one in double.messages] == [(), ("a.png",), ("b.csv",)]
    assert [one["file_type"] for one in double.uploads] == [1, 4]
    assert "/results/1/0/a.png" in double.uploads[0]["url"]


def test_when_qq_does_not_take_a_file_nothing_is_sent(double, channel, answering):
    double.refused_types = {4}
    with pytest.raises(RejectedError):
        channel.send(answering, part(files=(PICTURE, TABLE)))

    assert double.messages == []


def test_after_the_window_nothing_is_sent(double, channel, answering):
    with pytest.raises(ClosedWindowError):
        channel.send({**answering, "until": str(int(time.time()) - 1)}, part())

    assert double.requests == []


def test_the_sixth_answer_is_one_too_many(double, channel, answering):
    for index in range(5):
        channel.send(answering, part(key=KEY.format(index)))
    with pytest.raises(ClosedWindowError):
        channel.send(answering, part(key=KEY.format(5)))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(304027), ClosedWindowError),
        (refused(40034024), ClosedWindowError),
        (refused(22009), RateLimitedError),
        (Trouble.LIMITED, RateLimitedError),
        (refused(1100100), RateLimitedError),
        (refused(11242), UnavailableError),
        (refused(304082), UnavailableError),
        (refused(11265), UnavailableError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (refused(304003), RejectedError),
        (refused(1100104), RejectedError),
        (refused(0), RejectedError),
        (refused("?"), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, channel, answering, answer, error):
    double.trouble(answer)

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        channel.send(answering, part())

    assert type(caught.value) in {error, *error.__subclasses__()}
    assert isinstance(caught.value, ClosedWindowError) == (error is ClosedWindowError)


@pytest.mark.parametrize("code", [304023, 304024, 40054005])
def test_what_is_reviewed_or_was_sent_before_is_done(double, channel, answering, code):
    double.trouble(refused(code, 202))

    channel.send(answering, part())


def test_a_token_that_is_refused_is_asked_for_again(double, channel, answering):
    channel.send(answering, part())
    double.token = "example-second-token"
    with pytest.raises(UnavailableError):
        channel.send(answering, part(key=KEY.format(1)))
    channel.send(answering, part(key=KEY.format(1)))

    assert len(double.messages) == 2


def test_with_a_wrong_secret_there_is_no_token(double, answering):
    values = {"app_id": "11111111", "bot_secret": "wrong", "api": double.api}
    channel = registry.outbound("qq", "main", values)

    with pytest.raises(UnavailableError, match="no access token"):
        channel.send(answering, part())


def test_a_file_is_fetched_from_the_platform_only(double, channel):
    found = channel.download({"url": double.host("a.png", b"12345")})

    assert b"".join(found.chunks) == b"12345"
    for url in (
        "http://multimedia.nt.qq.com.cn/a",
        "https://nt.qq.com.cn.example.com/a",
        "https://example.com/a",
        "https://multimedia.nt.qq.com.cn@example.com/a",
        "file:///etc/passwd",
        "",
    ):
        with pytest.raises(RejectedError):
            channel.download({"url": url})


def test_markdown_becomes_plain_text(channel):
    said = channel.render("# 会议\n\n**bold** [page](https://example.com/a?b=1&c=2)\n\n> quoted")

    assert said == "会议\n\nbold page (https://example.com/a?b=1&c=2)\n\n> quoted"
