"""Telegram: what is particular about its messages, buttons and answers."""

import json

import pytest

from switchboard.channels.base import Part
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import PART, envelope, received, sender
from tests.kit.fakes import Stored
from tests.kit.servers import Told, serving
from tests.signers import telegram

MESSAGE = {
    "message_id": 1365,
    "date": 1_760_000_000,
    "chat": {"id": -1_001_234_567_890, "type": "supergroup", "title": "Team"},
    "from": {"id": 4_111_111_111, "is_bot": False, "first_name": "Ada", "language_code": "zh-hans"},
    "text": "/help",
}
PHOTO = [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]
TOPIC = {"chat": "-1001", "message": "7", "thread": "9"}


def update(**changes):
    return {"update_id": 10_000, "message": {**MESSAGE, **changes}}


def told(body, status=200):
    return Told(status, json.dumps(body).encode())


def test_the_message_of_a_group():
    found = envelope("telegram", update())

    assert found.lane == "telegram/main/-1001234567890"
    assert found.sender == Sender("4111111111", locale="zh-hans")
    assert found.reply_to == {"chat": "-1001234567890", "message": "1365", "thread": ""}


def test_a_message_has_its_id_whatever_the_update_is_called():
    again = {**update(), "update_id": 10_001}
    assert envelope("telegram", again).id == envelope("telegram", update()).id


def test_a_caption_is_the_text_of_a_picture():
    assert envelope("telegram", update(text="", caption="/document info", photo=PHOTO)).text == (
        "/document info"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("/help@the_bot", "/help"),
        ("/help@the_bot github", "/help github"),
        ("/note@the_bot\nfirst@line\nsecond", "/note\nfirst@line\nsecond"),
        ("/note\nto=ada@example.com", "/note\nto=ada@example.com"),
        ("/mail to=ada@example.com", "/mail to=ada@example.com"),
        ("@the_bot /help", "/help"),
        ("@the_bot\n/help", "/help"),
        ("@the_bot", ""),
        ("你好 @the_bot", "你好 @the_bot"),
        ("a@b", "a@b"),
    ],
)
def test_the_mention_of_the_bot_is_taken_off(text, plain):
    assert envelope("telegram", update(text=text)).text == plain


def test_only_a_topic_is_a_thread():
    """A plain reply has a thread id as well, which cannot be answered to (tdlib #447)."""
    reply = update(message_thread_id=111)

    assert envelope("telegram", reply).reply_to["thread"] == ""
    topic = update(message_thread_id=111, is_topic_message=True)
    assert envelope("telegram", topic).reply_to["thread"] == "111"


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ({"photo": PHOTO}, [("photo.jpg", "image/jpeg", 9, "large")]),
        ({"voice": {"file_id": "v"}}, [("voice.ogg", "audio/ogg", 0, "v")]),
        (
            {"audio": {"file_id": "a", "file_name": "song.mp3"}},
            [("song.mp3", "audio/mpeg", 0, "a")],
        ),
        ({"video": {"file_id": "f"}}, [("video.mp4", "video/mp4", 0, "f")]),
        ({"document": {"file_id": "d"}}, [("document", "application/octet-stream", 0, "d")]),
        ({"photo": []}, []),
    ],
)
def test_what_is_a_file(content, names):
    files = envelope("telegram", update(**content)).attachments

    assert [(one.name, one.media_type, one.size, one.source["file"]) for one in files] == names


def test_a_button_says_its_value_and_is_told_that_it_was_heard():
    found = received("telegram", telegram.EVENTS[-1])

    (message,) = found.envelopes
    assert (message.text, message.sender.id) == ("@approve 1", "2")
    assert message.reply_to == {"chat": "1", "message": "5", "thread": ""}
    answer = json.loads(found.response.body)
    assert answer == {"method": "answerCallbackQuery", "callback_query_id": "99"}
    assert received("telegram", update()).response.body == ""


def test_an_answer_is_html_as_a_reply_in_its_topic():
    with serving(told({"ok": True, "result": {}})) as server:
        sender("telegram", api=server.url).send(TOPIC, PART)
        sender("telegram", api=server.url).send({**TOPIC, "thread": ""}, PART)

    body, other = [json.loads(one.body) for one in server.asked]
    assert server.asked[0].path == "/bot1:bot/sendMessage"
    assert (body["chat_id"], body["message_thread_id"]) == (-1001, 9)
    assert body["reply_parameters"] == {"message_id": 7, "allow_sending_without_reply": True}
    assert (body["parse_mode"], body["text"]) == ("HTML", PART.text)
    assert "message_thread_id" not in other


def test_a_group_that_became_a_supergroup_is_followed_and_remembered():
    moved = {"ok": False, "error_code": 400, "parameters": {"migrate_to_chat_id": -1002}}
    with serving(told(moved, 400), told({"ok": True})) as server:
        for _ in range(2):
            sender("telegram", api=server.url).send(TOPIC, PART)

    chats = [json.loads(asked.body)["chat_id"] for asked in server.asked]
    assert chats == [-1001, -1002, -1002]


@pytest.mark.parametrize("why", ["message thread not found", "TOPIC_CLOSED"])
def test_an_answer_to_a_topic_that_is_no_more_goes_to_its_group(why):
    gone = {"ok": False, "error_code": 400, "description": f"Bad Request: {why}"}
    with serving(told(gone, 400), told({"ok": True})) as server:
        sender("telegram", api=server.url).send(TOPIC, PART)

    threads = [json.loads(asked.body).get("message_thread_id") for asked in server.asked]
    assert threads == [9, None]


def test_how_long_to_wait_is_in_the_body():
    limited = told({"ok": False, "parameters": {"retry_after": 35}}, 429)
    with serving(limited) as server, pytest.raises(RateLimitedError) as caught:
        sender("telegram", api=server.url).send(TOPIC, PART)

    assert caught.value.retry_after == 35.0


def file(cloud, name, media_type="application/pdf", content=b"%PDF"):
    cloud.objects[name] = Stored(media_type, content)
    return StoredFile(name, name, media_type, len(content))


@pytest.fixture
def send(cloud, double):
    """Sends to a chat."""
    place = {"chat": "7", "message": str(double.write(7)), "thread": ""}
    to = sender("telegram", api=double.api)
    return lambda text, *files: to.send(place, Part(text, PART.key, files=files))


def test_a_short_text_is_under_its_file_and_a_long_one_before_it(cloud, double, send):
    send("<b>short</b>", file(cloud, "a.pdf"))
    send("x" * 1_001, file(cloud, "b.pdf"))

    shown = [(one.text, one.files) for one in double.messages]
    assert shown == [("short", ("a.pdf",)), ("x" * 1_001, ()), ("", ("b.pdf",))]


@pytest.mark.parametrize(("size", "method"), [(9, "sendPhoto"), (10 * 2**20 + 1, "sendDocument")])
def test_a_picture_is_shown_as_one_unless_it_is_too_big(cloud, double, send, size, method):
    send("done", file(cloud, "a.png", "image/png", b"x" * size))

    assert any(one.path.endswith(method) for one in double.requests)


def test_an_empty_file_is_refused(cloud, send):
    with pytest.raises(RejectedError):
        send("done", file(cloud, "a.txt", "text/plain", b""))


def test_a_file_is_asked_for_and_then_fetched():
    place = told({"ok": True, "result": {"file_id": "f", "file_path": "photos/a b.jpg"}})
    with serving(place, Told(body=b"\x89PNG")) as server:
        found = sender("telegram", api=server.url).download({"file": "f"})
        assert b"".join(found.chunks) == b"\x89PNG"

    assert [one.path for one in server.asked] == [
        "/bot1:bot/getFile",
        "/file/bot1:bot/photos/a%20b.jpg",
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (told({"ok": False}, 401), UnavailableError),
        (told({"ok": False, "description": "file is too big"}, 400), RejectedError),
        (told({"ok": True, "result": {"file_path": "/etc/passwd"}}), RejectedError),
        (told({"ok": True, "result": {"file_path": "a/../../b"}}), RejectedError),
        (told({"ok": True, "result": []}), RejectedError),
    ],
)
def test_a_file_that_is_not_given(answer, error):
    with serving(answer) as server, pytest.raises(error):
        sender("telegram", api=server.url).download({"file": "f"})
