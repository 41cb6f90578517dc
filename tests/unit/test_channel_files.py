"""Files that people send and buttons that they press, in Slack, Feishu and Telegram."""

import json

import pytest

from switchboard.channels import registry
from switchboard.channels.base import Webhook
from switchboard.channels.kit.files import MOST, Sent, attachments
from switchboard.errors import BadRequestError, RejectedError, UnavailableError
from switchboard.models import Attachment
from tests import signers
from tests.kit import build
from tests.kit.webhooks import body_of
from tests.unit import webhooks
from tests.unit.servers import Told, serving
from tests.unit.webhooks import FORM, NOW

PHOTO = [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]
TOKEN = Told(body=b'{"code":0,"tenant_access_token":"t-1","expire":7200}')
CONTENT = Told(headers={"content-type": "image/png; a=b"}, body=b"\x89PNG")


def channel(kind, **values):
    return registry.kind(kind)("main", {**signers.signer(kind).VALUES, **values})


def parsed(kind, event):
    return channel(kind).parse(hook_of(event))


def hook_of(event):
    return Webhook("POST", event["headers"], {}, body_of(event), NOW)


def file_of(kind, **found):
    given = {"name": "计划 v1.pdf", "media_type": "application/pdf", "number": 4, "now": NOW}
    (envelope,) = parsed(kind, signers.signer(kind).file_message("look", **{**given, **found}))
    return envelope


@pytest.mark.parametrize(
    ("kind", "text", "source"),
    [
        (
            "slack",
            "look",
            {"url": "https://files.slack.com/files-pri/T1-F4/download/计划 v1.pdf"},
        ),
        ("telegram", "look", {"file": "f4"}),
        ("feishu", "", {"message": "om_4", "key": "file_4", "type": "file"}),
    ],
)
def test_a_file_is_an_attachment_that_its_channel_can_fetch(kind, text, source):
    envelope = file_of(kind)

    (file,) = envelope.attachments
    assert envelope.text == text
    assert (file.key, file.name) == (f"uploads/{envelope.id}/0", "计划 v1.pdf")
    assert file.source == source
    assert kind == "feishu" or (file.media_type, file.size) == ("application/pdf", 5)


def test_what_is_attached_is_bounded_and_no_name_is_a_place():
    run = build.run_id(1)
    many = [Sent({"n": str(n)}, "../" * 200, "", -5) for n in range(MOST + 5)]

    found = attachments(run, many)

    assert len(found) == MOST
    key, kind = f"uploads/{run}/3", "application/octet-stream"
    assert found[3] == Attachment(key, ("../" * 200)[:200], kind, 0, {"n": "3"})


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
        ({"text": "hi", "photo": []}, []),
    ],
)
def test_what_telegram_calls_a_file(content, names):
    person = {"id": 7}
    message = {"message_id": 1, "chat": {"id": 7}, "from": person, **content}

    (envelope,) = channel("telegram").parse(webhooks.telegram({"update_id": 1, "message": message}))

    found = [
        (one.name, one.media_type, one.size, one.source["file"]) for one in envelope.attachments
    ]
    assert found == names


@pytest.mark.parametrize(
    ("kind", "content", "files"),
    [
        ("image", {"image_key": "img_1"}, [("image", "img_1", "image")]),
        ("audio", {"file_key": "f1", "duration": 9}, [("file", "f1", "audio")]),
        (
            "media",
            {"file_key": "f1", "image_key": "i1", "file_name": "a.mp4"},
            [("file", "f1", "a.mp4")],
        ),
        (
            "post",
            {"content": [[{"text": "see"}, {"image_key": "i1"}], [{"file_key": "f1"}]]},
            [("image", "i1", "image"), ("file", "f1", "post")],
        ),
        ("sticker", {"file_key": "f1"}, []),
    ],
)
def test_what_feishu_calls_a_file(kind, content, files):
    event = signers.signer("feishu").said(kind, content, 4, 1, 1)

    (envelope,) = parsed("feishu", signers.signer("feishu").signed(event, now=NOW))

    found = [(one.source["type"], one.source["key"], one.name) for one in envelope.attachments]
    assert found == files


def test_a_file_of_slack_that_is_elsewhere_or_gone_is_left_out():
    found = signers.signer("slack").EVENTS[0]
    files = [{"id": "F1", "mode": "tombstone"}, {"name": "a", "url_private_download": "https://x"}]
    event = {**found["event"], "subtype": "file_share", "files": files}

    (envelope,) = channel("slack").parse(webhooks.slack({**found, "event": event}))

    assert [one.source for one in envelope.attachments] == [{"url": "https://x"}]


def test_slack_s_file_is_fetched_with_the_bot_s_token():
    with serving(CONTENT) as server:
        found = channel("slack", api=server.url).download({"url": f"{server.url}/files/a?b=c"})
        content = b"".join(found.chunks)

    assert (found.media_type, content) == ("image/png", b"\x89PNG")
    assert server.asked[0].headers["authorization"] == "Bearer xoxb-1"


def test_telegram_s_file_is_asked_for_and_then_fetched():
    place = Told(body=b'{"ok":true,"result":{"file_id":"f","file_path":"photos/a b.jpg"}}')
    with serving(place, CONTENT) as server:
        found = channel("telegram", api=server.url).download({"file": "f"})
        content = b"".join(found.chunks)

    assert content == b"\x89PNG"
    assert [one.path for one in server.asked] == [
        "/bot1:bot/getFile",
        "/file/bot1:bot/photos/a%20b.jpg",
    ]


def test_feishu_s_file_is_fetched_with_the_tenant_s_token():
    source = {"message": "om_1", "key": "../x", "type": "image"}
    with serving(TOKEN, CONTENT) as server:
        found = channel("feishu", api=server.url).download(source)
        content = b"".join(found.chunks)

    assert content == b"\x89PNG"
    assert server.asked[1].path == "/open-apis/im/v1/messages/om_1/resources/..%2Fx?type=image"
    assert server.asked[1].headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (Told(status=401, body=b'{"ok":false}'), UnavailableError),
        (Told(status=400, body=b'{"ok":false,"description":"file is too big"}'), RejectedError),
        (Told(body=b'{"ok":true,"result":{"file_path":"/etc/passwd"}}'), RejectedError),
        (Told(body=b'{"ok":true,"result":{"file_path":"a/../../b"}}'), RejectedError),
        (Told(body=b'{"ok":true,"result":[]}'), RejectedError),
    ],
)
def test_a_file_that_telegram_does_not_give(told, error):
    with serving(told) as server, pytest.raises(error):
        channel("telegram", api=server.url).download({"file": "f"})


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "https://files.slack.com.example/a"])
def test_a_file_of_slack_elsewhere_is_not_fetched(url):
    with pytest.raises(RejectedError):
        channel("slack").download({"url": url})


def press(**changes):
    found = {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "d"},
        "user": {"id": "U2", "team_id": "T1"},
        "channel": {"id": "C1"},
        "container": {"message_ts": "15.1", "thread_ts": "14.0"},
        "actions": [
            {"action_id": "a", "action_ts": "16.5", "value": "/approve 1", "type": "button"}
        ],
    }
    return webhooks.slack({"payload": json.dumps({**found, **changes})}, headers=FORM)


def test_a_button_of_slack_says_its_value_in_the_name_of_who_pressed_it():
    (envelope,) = channel("slack").parse(press())
    (other,) = channel("slack").parse(press(user={"id": "U3"}))

    assert (envelope.text, envelope.sender.id) == ("/approve 1", "T1:U2")
    assert envelope.lane == "slack/main/T1:C1"
    assert envelope.reply_to == {"channel": "C1", "thread_ts": "14.0"}
    assert envelope.id != other.id
    assert channel("slack").parse(press())[0].id == envelope.id


@pytest.mark.parametrize(
    "changes", [{"type": "view_submission"}, {"actions": []}, {"actions": [{"action_ts": "1"}]}]
)
def test_what_is_no_press_of_a_button_is_ignored(changes):
    assert channel("slack").parse(press(**changes)) == []


@pytest.mark.parametrize(
    "changes",
    [{"user": {}}, {"team": None}, {"channel": {"id": ""}}, {"actions": [{"value": "x"}]}],
)
def test_a_press_without_its_ids_is_malformed(changes):
    with pytest.raises(BadRequestError):
        channel("slack").parse(press(**changes))


def test_a_button_of_telegram_says_its_value_and_is_told_that_it_was_heard():
    update = signers.signer("telegram").EVENTS[-1]
    hook = webhooks.telegram(update)

    (envelope,) = channel("telegram").parse(hook)

    assert (envelope.text, envelope.sender.id) == ("@approve 1", "2")
    assert envelope.reply_to == {"chat": "1", "message": "5", "thread": ""}
    answer = json.loads(channel("telegram").acknowledge(hook).body)
    assert answer == {"method": "answerCallbackQuery", "callback_query_id": "99"}
    elsewhere = {**update["callback_query"], "message": None, "inline_message_id": "1"}
    inline = webhooks.telegram({"update_id": 2, "callback_query": elsewhere})
    assert channel("telegram").parse(inline) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [({"text": "/approve 1"}, "/approve 1"), ("/approve 1", "/approve 1"), ({}, None), (5, None)],
)
def test_a_button_of_feishu_says_its_value(value, text):
    found = signers.signer("feishu").EVENTS[-1]
    event = {**found["event"], "action": {"value": value, "tag": "button"}}

    sent = signers.signer("feishu").signed({**found, "event": event}, now=NOW)
    envelopes = parsed("feishu", sent)

    assert [one.text for one in envelopes] == ([text] if text else [])
    if envelopes:
        assert (envelopes[0].sender.id, envelopes[0].conversation) == ("t1:ou_2", "oc_1")
        assert envelopes[0].reply_to == {"message_id": "om_5"}
