"""Which files come in, how long they may take, and what is left where one does not."""

import pytest
from msgspec import json

from functions.fetch import app as fetch
from functions.fetch import files
from switchboard import storage
from switchboard.errors import BadRequestError, RejectedError, UnavailableError
from switchboard.models import Attachment, encode
from switchboard.net import exchange
from switchboard.net.http import Download, Stream
from switchboard.runtime import current
from tests.kit import build, environment, pager
from tests.kit.chat import Chat
from tests.kit.clock import START
from tests.kit.fakes import Stored

PIECE = b"x" * 2**20


def attachment(name="a.txt", media_type="text/plain", size=0, number=0):
    return Attachment(f"uploads/r/{number}", name, media_type, size, {"url": pager.FILES + name})


@pytest.fixture
def chat(cloud):
    cloud.functions.add(environment.TOOL_PREFIX + "desk")
    made = Chat(cloud.ports)
    with pager.connected():
        cloud.parameters = {environment.CHANNELS: {"pager/main": pager.VALUES}}
        current().give(exchange.current, made)
        yield made


def run(*attachments, **meta):
    facts = {"channel": "pager", "account": "main", "attachments": attachments}
    return fetch.handler(json.decode(encode(build.command(**{**facts, **meta}))), None)


@pytest.mark.parametrize(
    "media_type",
    [
        *("text/markdown", "IMAGE/PNG", "audio/ogg", "video/mp4", "application/pdf", ""),
        "text/x; a=b",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
)
def test_documents_pictures_and_sounds_come_in(media_type):
    files.check(attachment(media_type=media_type))
    assert files.read(Download(media_type, iter([b"a"])), attachment(), START * 9) == b"a"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *(("a", f"application/{kind}") for kind in ("x-msdownload", "x-sh", "java-archive")),
        ("a", "application/vnd.android.package-archive"),
        *(("a", "text/plain\r\nx: y"), ("a", "/")),
        ("setup.EXE ", "application/octet-stream"),
        ("a.pdf.scr", "application/pdf"),
    ],
)
def test_programs_and_unknown_kinds_do_not(name, media_type):
    with pytest.raises(RejectedError) as caught:
        files.check(attachment(name, media_type))

    assert caught.value.say == "attachment_refused"


def test_a_page_is_a_file_only_when_it_was_sent_as_one(clock):
    page = Download("text/html", iter([b"<html>"]))

    with pytest.raises(RejectedError):
        files.read(page, attachment(), clock() + 1)
    assert files.read(page, attachment(media_type="text/html"), clock() + 1) == b"<html>"


def test_the_size_is_that_which_comes_whatever_was_said(clock):
    endless = Download("", iter([PIECE] * 21))

    with pytest.raises(RejectedError) as caught:
        files.read(endless, attachment(size=1), clock() + 1)
    assert caught.value.say == "too_big"
    assert (
        len(files.read(Download("", iter([PIECE] * 20)), attachment(), clock() + 1)) == 20 * 2**20
    )


def test_a_file_that_drips_is_given_up(clock):
    def drip():
        while True:
            clock.advance(10)
            yield b"x"

    with pytest.raises(UnavailableError):
        files.read(Download("", drip()), attachment(), clock() + 60)


def test_files_are_stored_once_and_the_tool_is_started(cloud, chat):
    uploaded = Attachment("uploads/web/c.txt", "c.txt", "text/plain", 1)
    for again in (b"", b", another"):
        chat.files[pager.FILES + "a.txt"] = ("text/plain", b"A" + again)
        chat.files[pager.FILES + "b.txt"] = ("text/plain", b"B" + again)
        asked = (attachment("a.txt"), uploaded, attachment("b.txt", number=1))
        assert run(*asked) == {"files": 2}

    assert cloud.objects == {
        "uploads/r/0": Stored("text/plain", b"A"),
        "uploads/r/1": Stored("text/plain", b"B"),
    }
    assert [one.function for one in cloud.invocations] == [environment.TOOL_PREFIX + "desk"] * 2


def test_one_that_does_not_come_keeps_no_other(cloud, chat):
    chat.files[pager.FILES + "b.txt"] = ("text/plain", b"B")

    assert run(attachment("gone.txt"), attachment("b.txt", number=1)) == {"files": 1}
    assert cloud.objects["uploads/r/0.error"].body == b"attachment_gone"
    assert cloud.objects["uploads/r/1"].body == b"B"
    assert len(cloud.invocations) == 1


@pytest.mark.parametrize(("seconds", "slept"), [("7", [7.0, 7.0]), ("0", [1.0, 5.0]), ("75", [])])
def test_a_platform_is_left_alone_as_long_as_it_says_and_there_is_time(
    cloud, chat, monkeypatch, seconds, slept
):
    busy = Stream(429, {"retry-after": seconds}, iter(()))
    monkeypatch.setattr(chat, "stream", lambda url, headers: busy)

    assert run(attachment()) == {"files": 0}
    assert cloud.clock.slept == slept
    assert cloud.objects["uploads/r/0.error"].body == b"attachment_unreachable"


@pytest.mark.parametrize("meta", [{"account": "other"}, {"channel": "pigeon"}])
def test_an_account_that_is_not_connected_brings_nothing(cloud, chat, meta):
    assert run(attachment(), **meta) == {"files": 0}
    assert cloud.objects["uploads/r/0.error"].body == b"attachment_unreachable"
    assert len(cloud.invocations) == 1


def test_a_channel_s_mistake_is_answered_and_its_words_are_not_logged(cloud, chat, capsys):
    wrong = Attachment("uploads/r/0", "a.txt", "text/plain", 0, {"secret words": "x"})

    assert run(wrong) == {"files": 0}
    assert '"detail":"KeyError"' in capsys.readouterr().out
    assert len(cloud.invocations) == 1


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        *((code.encode(), code) for code in sorted(storage.REFUSALS)),
        *((strange, "attachment_gone") for strange in (b"internal", b"\xff", b"")),
    ],
)
def test_the_tool_says_why_there_is_no_file(cloud, tmp_path, mark, said):
    cloud.objects["uploads/r/0.error"] = Stored("text/plain", mark)

    with pytest.raises(BadRequestError) as caught:
        storage.bring([attachment()], tmp_path)
    assert (caught.value.say, caught.value.values["name"]) == (said, "a.txt")


def test_a_file_that_came_at_last_is_read_in_spite_of_its_mark(cloud, tmp_path):
    storage.refuse(attachment(), "attachment_unreachable")
    storage.receive(attachment(), b"A")

    (file,) = storage.bring([attachment()], tmp_path)
    assert file.path.read_bytes() == b"A"
