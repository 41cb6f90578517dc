"""DingTalk's robot: a signature over no body opens one message; answers in the session, files."""

import pytest

from switchboard.channels.base import Part
from switchboard.channels.dingtalk.receive import REMEMBERED
from switchboard.errors import (
    BadSignatureError,
    GoneError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Attachment, Sender, StoredFile
from tests.doubles.forms import File
from tests.doubles.server import Answer
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.kit.servers import Told, serving
from tests.signers import dingtalk

TEXT, PICTURE, RICH, AUDIO, VIDEO, FILE = dingtalk.EVENTS
SWAPPED = {**TEXT, "msgId": "x", "text": {"content": "/stop"}, "conversationId": "another"}
GROUP = {"user": "staff1", "group": "cid1", "session": dingtalk.SESSION}
PERSON = {**GROUP, "group": ""}
LATER = {"session": ""}
PDF = StoredFile("a.pdf", "a.pdf", "application/pdf", 5)


def hook(found, now=NOW):
    """Any body under the signature of this moment."""
    return webhook(dingtalk.stamped(found, str(int(now * 1000)), dingtalk.VALUES), now)


def test_a_message_in_a_group_and_one_in_private():
    found = envelope("dingtalk", TEXT)

    assert found.lane == "dingtalk/main/cidh6ezDLHQ1="
    assert found.sender == Sender("dinge8a565:staff1")
    assert found.text == "/help"
    place = {"user": "staff1", "group": "cidh6ezDLHQ1=", "session": dingtalk.SESSION}
    assert found.reply_to == place
    assert received("dingtalk", TEXT).response.body == "{}"
    private = envelope("dingtalk", {**TEXT, "conversationType": "1"})
    assert private.reply_to == {**place, "group": ""}


@pytest.mark.parametrize(
    ("found", "text", "name", "media_type", "code"),
    [
        (PICTURE, "", "picture.png", "image/png", "c1"),
        (RICH, "/help", "picture.png", "image/png", "c2"),
        (AUDIO, "/help", "voice.amr", "audio/amr", "c3"),
        (VIDEO, "", "video.mp4", "video/mp4", "c4"),
        (FILE, "", "a.pdf", "application/octet-stream", "c5"),
    ],
)
def test_files_are_known_by_a_code(found, text, name, media_type, code):
    made = envelope("dingtalk", found)

    key = f"uploads/{made.id}/0"
    assert made.text == text
    assert made.attachments == (Attachment(key, name, media_type, 0, {"code": code}),)


def test_a_body_put_under_a_used_signature_is_refused():
    made, right = receiver("dingtalk"), hook(TEXT)
    first = made.receive(right)

    with pytest.raises(BadSignatureError, match="used"):
        made.receive(hook(SWAPPED))
    assert made.receive(right) == first  # the same again is a retry


def test_also_where_it_was_not_seen_it_is_no_second_message():
    first, swapped, later = [
        receiver("dingtalk").receive(one).envelopes[0].id
        for one in (hook(TEXT), hook(SWAPPED), hook(TEXT, NOW + 1))
    ]

    assert first == swapped != later


def test_signatures_that_are_remembered_are_bounded():
    made = receiver("dingtalk")
    for index in range(REMEMBERED + 1):
        made.receive(hook(TEXT, NOW + index / 1000))

    assert made.receive(hook(SWAPPED)).envelopes  # the first is forgotten, no other is
    with pytest.raises(BadSignatureError, match="used"):
        made.receive(hook(SWAPPED, NOW + index / 1000))


@pytest.mark.parametrize("name", ["chatbotCorpId", "robotCode"])
@pytest.mark.parametrize("value", ["", "another", "é"])
def test_another_companys_or_robots_message_is_refused(name, value):
    with pytest.raises(BadSignatureError, match="another"):
        received("dingtalk", {**TEXT, name: value})


def test_an_answer_is_said_in_the_session_without_a_token(double):
    sender("dingtalk", api=double.api).send(GROUP, Part("# **done** 会议\n\nmore", "k-0"))

    (request,) = double.requests
    said = {"title": "done 会议", "text": "# **done** 会议\n\nmore"}
    assert request.json() == {"msgtype": "markdown", "markdown": said}
    assert [one.chat for one in double.messages] == ["xxxxx"]


@pytest.mark.parametrize(("to", "chat"), [(GROUP, "cid1"), (PERSON, "staff1")])
@pytest.mark.parametrize("session", [dingtalk.SESSION, ""])
def test_after_the_session_the_robot_says_it(double, to, chat, session):
    double.ended.add("xxxxx")

    sender("dingtalk", api=double.api).send({**to, "session": session}, PART)

    assert [(one.chat, one.text) for one in double.messages] == [(chat, PART.text)]


@pytest.mark.parametrize("host", ["https://example.com", "http://oapi.dingtalk.com"])
def test_an_address_that_is_not_dingtalks_is_not_called(double, host):
    for to in (sender("dingtalk", api=double.api), sender("dingtalk")):
        with pytest.raises(RejectedError):
            to.send({**GROUP, "session": f"{host}/robot/sendBySession?session=x"}, PART)
    assert double.requests == []


def test_files_that_a_robot_can_send_are_sent_and_others_are_links(double, cloud):
    png = StoredFile("b.png", "b.png", "image/png", 5)
    other = StoredFile("c.md", "c[1].md", "text/markdown", 5)
    cloud.objects |= {key: Stored("", b"12345") for key in ("a.pdf", "b.png")}

    part = Part("done", "k", files=(PDF, png, other))
    sender("dingtalk", api=double.api).send(PERSON, part)

    words, *files, link = double.messages
    assert words.text == "done"
    assert [(one.chat, *one.files) for one in files] == [("staff1", "a.pdf"), ("staff1", "b.png")]
    assert link.text.startswith("[c(1).md](https://")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"errcode": 130101}), RateLimitedError),
        (Answer({"code": "Throttling.Api"}, 400), RateLimitedError),
        (Answer({"code": "Forbidden.AccessDenied"}, 403), UnavailableError),
        (Answer({"code": "InvalidAuthentication"}, 400), UnavailableError),
        (Answer({"code": "robot 不存在"}, 400), RejectedError),
        (Answer({"flowControlledStaffIdList": ["staff1"]}), RateLimitedError),
        (Answer({"invalidStaffIdList": ["staff1"]}), GoneError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, answer, error):
    double.trouble(answer)
    session = dingtalk.SESSION if "errcode" in answer.body else ""

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        sender("dingtalk", api=double.api).send({**PERSON, "session": session}, PART)
    assert type(caught.value) is error


def test_without_a_token_nothing_is_sent(double):
    with pytest.raises(UnavailableError, match="no token"):
        sender("dingtalk", api=double.api, app_secret="x").send(GROUP | LATER, PART)


@pytest.mark.parametrize("code", [-1, 40014, 42001, None, 40006])
def test_an_upload_that_may_work_later_is_waited_for_and_another_is_a_link(double, cloud, code):
    cloud.objects["a.pdf"] = Stored("application/pdf", b"a pdf")
    usual, refused = double.respond, Answer({"errcode": code})
    double.respond = lambda asked: refused if "/media/upload" in asked.path else usual(asked)
    to, part = sender("dingtalk", api=double.api), Part("done", "k", files=(PDF,))

    if code == 40006:  # the size of the file
        to.send(GROUP, part)
    else:
        with pytest.raises(UnavailableError):
            to.send(GROUP, part)
    shown = [one.text.partition("https://")[0] for one in double.messages]
    assert shown == (["done", "[a.pdf]("] if code == 40006 else [])


def test_a_file_of_a_person_is_fetched_unless_it_is_gone(double):
    double.files["c1"] = File("a.pdf", "application/pdf", b"a pdf")
    to = sender("dingtalk", api=double.api)

    found = to.download({"code": "c1"})

    assert (found.media_type, b"".join(found.chunks)) == ("application/pdf", b"a pdf")
    with pytest.raises(RejectedError):
        to.download({"code": "gone"})


def test_a_download_elsewhere_is_not_followed():
    token = Told(body=b'{"accessToken":"t","expireIn":7200}')
    elsewhere = Told(body=b'{"downloadUrl":"https://example.com/a"}')
    with serving(token, elsewhere) as server, pytest.raises(RejectedError):
        sender("dingtalk", api=server.url).download({"code": "c1"})
