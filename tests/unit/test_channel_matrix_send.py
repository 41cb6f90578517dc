"""Matrix: what is sent to the homeserver, what is fetched from it, and its refusals."""

import pytest

from switchboard import storage
from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from tests.doubles.matrix import MatrixDouble
from tests.doubles.server import Answer, Trouble
from tests.kit.fakes import Stored
from tests.signers.matrix import VALUES

PART = Part(text="**done** & 会议", key="0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
FILE = StoredFile("results/1/0/a.pdf", "a report.pdf", "application/pdf", 5)
PICTURE = StoredFile("results/1/1/a.png", "a.png", "image/png", 3)


@pytest.fixture
def homeserver():
    with MatrixDouble(VALUES["as_token"]) as double:
        yield double


def made(homeserver, **values):
    return registry.outbound("matrix", "main", {**VALUES, "api": homeserver.api, **values})


def reply_to(homeserver, **changes):
    facts = {"room": "!room:example.org", "thread": "", "join": ""}
    return {**facts, "event": homeserver.write(facts["room"]), **changes}


def test_an_answer_is_markdown_and_html_and_answers_its_message(homeserver):
    where = reply_to(homeserver)

    made(homeserver).send(where, PART)

    (message,) = homeserver.messages
    assert (message.chat, message.target, message.key) == (where["room"], where["event"], PART.key)
    assert message.text == PART.text
    content = homeserver.contents[0]
    assert content["formatted_body"] == "<p><strong>done</strong> &amp; 会议</p>"
    assert content["msgtype"] == "m.text"


def test_an_answer_in_a_thread_stays_there(homeserver):
    root = homeserver.write("!room:example.org")

    made(homeserver).send(reply_to(homeserver, thread=root), PART)

    relation = homeserver.contents[0]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert relation["is_falling_back"] is True
    assert homeserver.messages[0].target == root


@pytest.mark.parametrize("text", ["&" * 9_000, "\x01" * 9_000, '"' * 9_000, "会" * 3_000])
def test_whatever_the_text_is_an_event_carries_it(homeserver, text):
    made(homeserver).send(reply_to(homeserver), Part(text, "k-0"))

    assert homeserver.messages[0].text == text


def test_the_same_part_is_sent_once(homeserver):
    where = reply_to(homeserver)
    homeserver.trouble(Trouble.DROPPED_AFTER)

    with pytest.raises(UnavailableError):
        made(homeserver).send(where, PART)
    made(homeserver).send(where, PART)

    assert len(homeserver.messages) == 1


def test_an_invitation_is_accepted_before_it_is_answered(homeserver):
    homeserver.invite("!new:example.org")
    where = {"room": "!new:example.org", "event": "", "thread": "", "join": "yes"}

    made(homeserver).send(where, PART)
    made(homeserver).send(where, Part("more", "k-1"))

    assert [one.text for one in homeserver.messages] == [PART.text, "more"]
    assert "m.relates_to" not in homeserver.contents[0]


def test_files_follow_the_text(homeserver, cloud):
    cloud.objects[FILE.key] = Stored(FILE.media_type, b"%PDF-")
    cloud.objects[PICTURE.key] = Stored(PICTURE.media_type, b"png")
    part = Part("done", "k-0", files=(FILE, PICTURE))

    made(homeserver).send(reply_to(homeserver), part)
    made(homeserver).send(reply_to(homeserver), part)

    assert [one.text for one in homeserver.messages] == ["done", "a report.pdf", "a.png"]
    document, picture = homeserver.contents[1:]
    assert (document["msgtype"], picture["msgtype"]) == ("m.file", "m.image")
    assert document["info"] == {"mimetype": "application/pdf", "size": 5}
    assert homeserver.media[document["url"]] == ("application/pdf", b"%PDF-")
    assert storage.content(PICTURE) == b"png"


def test_a_file_is_fetched_with_the_token_from_the_homeserver(homeserver):
    url = homeserver.keep("image/png", b"a picture")

    found = made(homeserver).download({"url": url})

    assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"a picture")


@pytest.mark.parametrize(
    "url",
    ["", "https://example.org/a", "mxc://example.org", "mxc://../a", "mxc://a/../b", "mxc://a/b?c"],
)
def test_what_is_no_media_of_matrix_is_not_fetched(homeserver, url):
    with pytest.raises(RejectedError):
        made(homeserver).download({"url": url})

    assert homeserver.requests == []


def test_media_that_is_gone_is_said_so(homeserver):
    with pytest.raises(RejectedError) as caught:
        made(homeserver).download({"url": "mxc://example.org/gone"})

    assert caught.value.say == "attachment_gone"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"errcode": "M_UNKNOWN_TOKEN", "error": "x"}, 401), UnavailableError),
        (Answer({"errcode": "M_MISSING_TOKEN", "error": "x"}, 401), UnavailableError),
        (Answer({"errcode": "M_UNRECOGNIZED", "error": "x"}, 404), UnavailableError),
        (Answer({"error": "a proxy"}, 403), UnavailableError),
        (Answer({"a": 1}, 302), UnavailableError),
        (Answer({}, 502), UnavailableError),
        (Answer({"errcode": "M_FORBIDDEN", "error": "x"}, 403), RejectedError),
        (Answer({"errcode": "M_NOT_FOUND", "error": "x"}, 404), RejectedError),
        (Answer({"errcode": "M_TOO_LARGE", "error": "x"}, 413), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(homeserver, answer, error):
    homeserver.trouble(answer)

    with pytest.raises((RejectedError, UnavailableError)) as caught:
        made(homeserver).send(reply_to(homeserver), PART)

    assert isinstance(caught.value, error)
    assert VALUES["as_token"] not in repr((caught.value, vars(caught.value)))


def test_a_room_that_we_are_not_in_takes_nothing(homeserver):
    where = reply_to(homeserver)
    homeserver.left.add(where["room"])

    with pytest.raises(RejectedError):
        made(homeserver).send(where, PART)


def test_a_wrong_token_can_be_mended(homeserver):
    with pytest.raises(UnavailableError):
        made(homeserver, as_token="another").send(reply_to(homeserver), PART)


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, {}, 2.5),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, {"retry-after": "3"}, 3.0),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": -1}, {}, 0.0),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": "soon"}, {}, 1.0),
        ({"errcode": "M_LIMIT_EXCEEDED"}, {}, 1.0),
    ],
)
def test_a_homeserver_that_asks_for_patience_says_for_how_long(homeserver, body, headers, seconds):
    homeserver.trouble(Answer(body, 429, headers))

    with pytest.raises(RateLimitedError) as caught:
        made(homeserver).send(reply_to(homeserver), PART)

    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a**\nb", "<p><strong>a</strong><br />\nb</p>"),
        ("~~a~~ `<b>`", "<p><del>a</del> <code>&lt;b&gt;</code></p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[a](javascript:x)", '<p><a href="#harmful-link">a</a></p>'),
        ("![a](https://b.c/d.png)", '<p><a href="https://b.c/d.png">a</a></p>'),
    ],
)
def test_html_is_what_the_markdown_says_and_nothing_else(homeserver, markdown, html):
    made(homeserver).send(reply_to(homeserver), Part(made(homeserver).render(markdown), "k-0"))

    assert homeserver.contents[0]["formatted_body"] == html


def test_a_table_is_one():
    from switchboard.channels.kit import markup  # noqa: PLC0415  only this test needs it

    assert "<th>a</th>" in markup.to_rich_html("| a | b |\n|---|---|\n| 1 | 2 |")
