"""Mattermost: its token in the body, posts and slash commands, answers and files."""

import json
from urllib.parse import urlencode

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
from tests.doubles.mattermost import MattermostDouble
from tests.doubles.server import Answer, Trouble
from tests.kit.environment import surroundings
from tests.signers import mattermost
from tests.unit.webhooks import FORM, JSON, NOW, arrived, webhook

PART = Part(text="**done**", key="k-0")
REPLY_TO = {"channel": "c1", "post": "p1"}
FILE = StoredFile("results/1/0/a b.pdf", "a b.pdf", "application/pdf", 5)


def made(**values):
    return registry.inbound("mattermost", "main", {**mattermost.VALUES, **values})


def hook_of(found):
    return arrived(mattermost.signed(found, now=NOW))


def parsed(found):
    hook = hook_of(found)
    made().verify(hook)
    return made().parse(hook)


@pytest.fixture
def double():
    with MattermostDouble() as found:
        yield found


def outward(double, **values):
    told = {**mattermost.VALUES, "api": double.api, **values}
    return registry.outbound("mattermost", "main", told)


@pytest.fixture
def stored():
    with surroundings():
        current().give(aws.transport, lambda *asked: b"%PDF-")
        yield


def test_a_post_is_read_without_its_trigger_word():
    (envelope,) = parsed(mattermost.said("/help"))

    assert envelope.text == "/help"
    assert envelope.sender == Sender(mattermost.SENDER(1), name="ada")
    assert envelope.lane == "mattermost/main/hawos4dqtby53pd64o4a4cm001"
    assert envelope.reply_to["post"] == "axdygg1957njfe5pu38saik001"


def test_json_is_read_as_a_form_is():
    body = {"token": mattermost.VALUES["token"], **mattermost.said("/help 会议")}
    hook = webhook(json.dumps(body).encode(), JSON)
    made().verify(hook)

    assert made().parse(hook) == parsed(mattermost.said("/help 会议"))


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {parsed(mattermost.said("a", number, chat))[0].id for number in (1, 2) for chat in (1, 2)}

    assert len(ids) == 4
    assert parsed(mattermost.said("again"))[0].id in ids


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
    (envelope,) = parsed(mattermost.command(text, command))

    assert envelope.text == plain
    assert envelope.reply_to["post"] == ""


@pytest.mark.parametrize("token", ["", "x", "zmigewsanbbsdf59xnmduzypj", "签名", " ", "a" * 9000])
@pytest.mark.parametrize("headers", [FORM, JSON])
def test_a_wrong_token_is_refused(token, headers):
    found = {**mattermost.said("/help"), "token": token}
    body = urlencode(found) if headers == FORM else json.dumps(found)

    with pytest.raises(BadSignatureError):
        made().verify(webhook(body.encode(), headers))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", FORM),
        (b"", JSON),
        (b"token", FORM),
        (b"token=%ff", FORM),
        (b"token=\xff", FORM),
        (b"token=a&token=zmigewsanbbsdf59xnmduzypjc", FORM),
        (b"&".join(b"f%d=1" % n for n in range(60)), FORM),
        (b'{"token":"zmigewsanbbsdf59xnmduzypjc","token":"zmigewsanbbsdf59xnmduzypjc"}', JSON),
        (b'{"token":["zmigewsanbbsdf59xnmduzypjc"]}', JSON),
        (b'{"token":null}', JSON),
        (b"[]", JSON),
        (b"token=zmigewsanbbsdf59xnmduzypjc", JSON),
        (b'{"token":"zmigewsanbbsdf59xnmduzypjc"}', FORM),
        (b'{"token":"\\ud800"}', JSON),
        (b"{" * 100_000, JSON),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_without_one_token_is_refused(body, headers):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, headers))


def test_each_of_several_tokens_holds_and_the_ones_before():
    hook = hook_of(mattermost.said("/help"))
    old = mattermost.VALUES["token"]

    made(token=f"another {old}").verify(hook)
    made(**{"token": "another", "token.previous": f"{old} older"}).verify(hook)
    with pytest.raises(BadSignatureError):
        made(token="another").verify(hook)
    with pytest.raises(BadSignatureError):
        made(token=f"another{old}").verify(hook)


def test_our_own_post_is_ignored_and_so_is_one_that_says_nothing():
    own = {**mattermost.said("/help"), "user_id": mattermost.VALUES["bot_user_id"]}

    assert parsed(own) == []
    assert parsed(mattermost.said("")) == []


@pytest.mark.parametrize("name", ["channel_id", "user_id", "post_id"])
def test_a_message_without_its_ids_is_malformed(name):
    with pytest.raises(BadRequestError):
        parsed({**mattermost.said("/help"), name: ""})


def test_files_come_along_even_without_words():
    (envelope,) = parsed({**mattermost.said(""), "file_ids": "f1, f2,"})

    assert (envelope.text, envelope.attachments[0].name) == ("", "file")
    assert [one.source for one in envelope.attachments] == [{"file": "f1"}, {"file": "f2"}]
    assert envelope.attachments[1].key == f"uploads/{envelope.id}/1"


def test_an_answer_is_posted_into_the_thread(double):
    outward(double).send(REPLY_TO, PART)
    outward(double).send({**REPLY_TO, "post": ""}, PART)

    assert [(one.chat, one.target, one.text, one.key) for one in double.messages] == [
        ("c1", "p1", "**done**", "k-0"),
        ("c1", "", "**done**", "k-0"),
    ]


def test_a_message_inside_a_thread_is_answered_in_that_thread(double):
    double.roots["p1"] = "root"

    outward(double).send(REPLY_TO, PART)

    assert [one.target for one in double.messages] == ["root"]


def test_files_are_uploaded_and_posted_with_the_words(double, stored):
    outward(double).send(REPLY_TO, Part("done", "k-0", files=(FILE,)))

    (message,) = double.messages
    assert message.files == ("a b.pdf",)
    assert double.files["upload1"] == ("a b.pdf", "application/pdf", b"%PDF-")


def test_an_upload_into_a_channel_that_we_left_is_refused(double, stored):
    double.left.add("c1")

    with pytest.raises(RejectedError):
        outward(double).send(REPLY_TO, Part("done", "k-0", files=(FILE,)))


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"id": "x"}, 401), UnavailableError),
        (Answer({"id": "x"}, 403), RejectedError),
        (Answer({"id": "x"}, 404), RejectedError),
        (Answer({"id": "x"}, 400), RejectedError),
        (Answer({"id": "x"}, 302, {"location": "https://evil.example/"}), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises(error):
        outward(double).send(REPLY_TO, PART)


def test_a_file_is_fetched_from_our_server_and_nowhere_else(double):
    double.files["f1"] = ("a.png", "image/png", b"pixels")

    found = outward(double).download({"file": "f1"})

    assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"pixels")
    with pytest.raises(RejectedError):
        outward(double).download({"file": "../users/me"})
    assert double.requests[-1].path == "/api/v4/files/..%2Fusers%2Fme"


def test_a_redirect_to_another_host_is_not_followed(double):
    double.respond = lambda request: Answer(b"", 302, {"location": "https://evil.example/a"})

    with pytest.raises(RejectedError):
        outward(double).download({"file": "f1"})


def test_markdown_stays_as_it_is():
    assert made().render("**a** | b") == "**a** | b"


@given(st.binary(max_size=300), st.sampled_from([FORM, JSON]))
def test_noise_is_refused(body, headers):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, headers))


@given(
    st.sampled_from(sorted({*mattermost.said(""), "file_ids", "command", "trigger_id"})),
    st.none() | st.integers() | st.lists(st.text()) | st.text(),
)
def test_whatever_a_field_is_only_our_errors_come_of_it(name, value):
    found = {"token": mattermost.VALUES["token"], **mattermost.said("/help"), name: value}

    try:
        made().parse(webhook(json.dumps(found).encode(), JSON))
    except BadRequestError:
        return
