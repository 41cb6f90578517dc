"""DingTalk's robot: answers in the session while it holds, then by its own API; files both ways."""

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.credentials import tokens
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.dingtalk import DingtalkDouble
from tests.doubles.forms import File
from tests.doubles.server import Answer, Trouble
from tests.kit.environment import objects
from tests.signers import dingtalk

GROUP = {"user": "staff1", "group": "cid1", "session": dingtalk.SESSION}
PERSON = {**GROUP, "group": ""}
PDF = StoredFile("results/1/0/a.pdf", "a.pdf", "application/pdf", 5)
PART = Part(text="# **done** 会议\n\nmore", key="k-0")


@pytest.fixture
def double():
    tokens.forget("dingtalk/main")
    with DingtalkDouble() as started:
        yield started
    tokens.forget("dingtalk/main")


def outbound(double):
    return registry.outbound("dingtalk", "main", {**double.values, "api": double.api})


def test_an_answer_is_said_in_the_session_without_a_token(double):
    outbound(double).send(GROUP, PART)

    (request,) = double.requests
    assert request.json()["markdown"] == {"title": "done 会议", "text": PART.text}
    assert [(one.chat, one.text) for one in double.messages] == [("xxxxx", PART.text)]
    assert outbound(double).render("**a**") == "**a**"


@pytest.mark.parametrize(("to", "chat"), [(GROUP, "cid1"), (PERSON, "staff1")])
@pytest.mark.parametrize("session", [dingtalk.SESSION, ""])
def test_after_the_session_the_robot_says_it(double, to, chat, session):
    double.ended.add("xxxxx")

    outbound(double).send({**to, "session": session}, PART)
    outbound(double).send({**to, "session": session}, PART)

    assert [(one.chat, one.text) for one in double.messages] == [(chat, PART.text)] * 2
    assert len(double.tokens) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/robot/sendBySession?session=x",
        "http://oapi.dingtalk.com/robot/sendBySession?session=x",
        "https://oapi.dingtalk.com.example.com/",
        "https://oapi.dingtalk.com@example.com/",
        "https://169.254.169.254/",
        "nonsense",
    ],
)
def test_an_address_that_is_not_dingtalks_is_not_called(double, url):
    for channel in (outbound(double), registry.outbound("dingtalk", "main", dingtalk.VALUES)):
        with pytest.raises(RejectedError):
            channel.send({**GROUP, "session": url}, PART)
    assert double.requests == []


def test_files_that_a_robot_can_send_are_sent_and_others_are_links(double):
    files = (
        StoredFile("results/1/0/a.pdf", "a.pdf", "application/pdf", 5),
        StoredFile("results/1/1/b.png", "b.png", "image/png", 5),
        StoredFile("results/1/2/c.md", "c[1].md", "text/markdown", 5),
    )

    with objects({"results/1/0/a.pdf": b"a pdf", "results/1/1/b.png": b"image"}):
        outbound(double).send(PERSON, Part(text="done", key="k", files=files))

    words, pdf, png, *links = double.messages
    assert words.text == "done"
    assert [(one.chat, one.files) for one in (pdf, png)] == [
        ("staff1", ("a.pdf",)),
        ("staff1", ("b.png",)),
    ]
    assert [one.text.partition("https://")[0] for one in links] == ["[c(1).md]("]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"errcode": 130101}), RateLimitedError),
        (Answer({"code": "Throttling.Api"}, 400), RateLimitedError),
        (Answer({"code": "Forbidden.AccessDenied"}, 403), UnavailableError),
        (Answer({"code": "InvalidAuthentication"}, 400), UnavailableError),
        (Answer({"code": "robot 不存在"}, 400), RejectedError),
        (Answer({"flowControlledStaffIdList": ["staff1"]}), RateLimitedError),
        (Answer({"invalidStaffIdList": ["staff1"]}), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)
    session = dingtalk.SESSION if "errcode" in str(trouble) else ""

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        outbound(double).send({**PERSON, "session": session}, PART)

    assert type(caught.value) is error
    assert dingtalk.VALUES["app_secret"] not in repr(caught.value)


def test_a_token_that_ended_is_renewed_at_the_next_try(double):
    to = {**GROUP, "session": ""}
    outbound(double).send(to, PART)
    double.tokens.clear()

    with pytest.raises(UnavailableError, match="token"):
        outbound(double).send(to, PART)
    outbound(double).send(to, PART)

    assert len(double.messages) == 2


def test_without_a_token_nothing_is_sent(double):
    channel = registry.outbound(
        "dingtalk", "main", {**double.values, "app_secret": "another", "api": double.api}
    )
    with pytest.raises(UnavailableError, match="no token"):
        channel.send({**GROUP, "session": ""}, PART)

    assert double.messages == []


@pytest.mark.parametrize("code", [-1, 40014, 42001, None])
def test_an_upload_that_may_work_later_is_waited_for(double, code):
    _answer_uploads(double, {"errcode": code})

    with objects({PDF.key: b"a pdf"}), pytest.raises(UnavailableError):
        outbound(double).send(GROUP, Part(text="done", key="k", files=(PDF,)))
    assert double.messages == []


def test_a_file_that_is_not_taken_is_a_link(double):
    _answer_uploads(double, {"errcode": 40006, "errmsg": "invalid file size"})

    with objects({PDF.key: b"a pdf"}):
        outbound(double).send(GROUP, Part(text="done", key="k", files=(PDF,)))

    assert [one.text.partition("https://")[0] for one in double.messages] == ["done", "[a.pdf]("]


def _answer_uploads(double, body):
    usual = double.respond
    double.respond = lambda request: (
        Answer(body) if request.path.startswith("/media/upload") else usual(request)
    )


def test_a_file_of_a_person_is_fetched(double):
    double.files["c1"] = File("a.pdf", "application/pdf", b"a pdf")

    found = outbound(double).download({"code": "c1"})

    assert (found.media_type, b"".join(found.chunks)) == ("application/pdf", b"a pdf")
    with pytest.raises(RejectedError):
        outbound(double).download({"code": "gone"})


def test_a_download_elsewhere_is_not_followed(double):
    token = Answer({"accessToken": "t", "expireIn": 7200})
    double.respond = lambda request: (
        token if "oauth2" in request.path else Answer({"downloadUrl": "https://example.com/a"})
    )

    with pytest.raises(RejectedError):
        outbound(double).download({"code": "c1"})
