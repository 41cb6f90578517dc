"""Bad input over real HTTP: a clear answer, and nothing left behind."""

import base64
import json
import time
from dataclasses import replace

import pytest

from tests.stack.chats import Webhook
from tests.stack.setting import Setting

HELP = "/help"
FORGED = {
    "slack": "x-slack-signature",
    "feishu": "x-lark-signature",
    "telegram": "x-telegram-bot-api-secret-token",
    "web": "authorization",
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def refused(setting):
    """Sends what must be refused, and makes sure that it left no message in the Inbox."""

    def send(webhook: Webhook, method: str = "POST", account: str = "main") -> tuple[int, str]:
        path = f"/webhook/{webhook.channel}/{account}"
        status, answer = setting.api.request(method, path, webhook.body, webhook.headers)
        error = json.loads(answer)["error"]
        assert error["message"].endswith(".")
        return status, error["code"]

    with setting.rows.stopped("InboxUrl"):
        before = setting.rows.waiting("InboxUrl")
        yield send
        assert setting.rows.waiting("InboxUrl") == before


def written(setting: Setting, channel: str) -> Webhook:
    chats = (setting.slack, setting.feishu, setting.telegram, setting.web)
    (chat,) = (chat for chat in chats if chat.channel == channel)
    return chat.write(HELP)


@pytest.mark.parametrize("channel", FORGED)
def test_a_wrong_signature(setting, refused, channel):
    webhook = written(setting, channel)
    value = webhook.headers[FORGED[channel]]
    wrong = value[:-3] + ("AAA" if value[-3:] != "AAA" else "BBB")

    forged = replace(webhook, headers={**webhook.headers, FORGED[channel]: wrong})

    assert refused(forged) == (401, "bad_signature")


@pytest.mark.parametrize("channel", FORGED)
def test_no_signature(setting, refused, channel):
    webhook = written(setting, channel)
    headers = {name: value for name, value in webhook.headers.items() if name != FORGED[channel]}

    assert refused(replace(webhook, headers=headers)) == (401, "bad_signature")


@pytest.mark.parametrize("channel", ["slack", "feishu"])
def test_a_changed_body(setting, refused, channel):
    webhook = written(setting, channel)

    assert refused(replace(webhook, body=webhook.body + b" ")) == (401, "bad_signature")


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_time_long_past_or_to_come(setting, refused, monkeypatch, seconds):
    monkeypatch.setattr(setting.slack, "now", lambda: time.time() + seconds)

    assert refused(setting.slack.write(HELP)) == (401, "bad_signature")


@pytest.mark.parametrize("channel", FORGED)
def test_another_content_type(setting, refused, channel):
    webhook = written(setting, channel)
    headers = {**webhook.headers, "content-type": "text/xml"}

    assert refused(replace(webhook, headers=headers)) == (415, "content_type")


def test_a_body_of_a_megabyte(setting, refused):
    assert refused(setting.web.write("x" * 2**20)) == (413, "too_large")
    assert refused(setting.slack.write("x" * 2**20)) == (413, "too_large")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"id": 1, "id": 2}', b"\xff", b"", b'{"id":"no","text":"x"}'],
    ids=["open", "list", "twice", "bytes", "nothing", "not an id"],
)
def test_broken_json(setting, refused, body):
    webhook = setting.web.write(HELP)

    assert refused(replace(webhook, body=body)) == (400, "bad_request")


def test_an_unknown_channel(setting, refused):
    assert refused(replace(setting.web.write(HELP), channel="icq")) == (404, "unknown_channel")


def test_another_method(setting, refused):
    assert refused(replace(setting.web.write(HELP), body=b""), "GET") == (405, "method")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/calender events.list", "Did you mean `/calendar events.list`?"),
        ("/calendar events.lst", "Did you mean `/calendar events.list`?"),
        ('/calendar events.create "x" start=2031-01-01 duration=soon', "is a length of time"),
        ('/calendar events.create "x" start=soon', "is not a time"),
        ('/calendar events.create "x', "quotation mark"),
        ("/calendar events.create", "`title` is missing"),
        ("/calendar events.list when=now", "no argument `when`"),
        ("/document convert", "`to` is missing"),
        ("/document convert to=pdf", "Attach a document"),
        ("good morning", "These tools are connected"),
    ],
)
def test_a_command_that_does_not_fit_is_answered_clearly(setting, text, said):
    letter = setting.ask(text)

    assert not letter.error
    assert said in letter.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("picture.docx", PNG),
        ("cut.docx", b"PK\x03\x04" + b"\x00" * 200),
        ("empty.md", b" "),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n"),
    ],
    ids=["picture", "archive", "blank", "pdf"],
)
def test_a_document_that_is_not_what_it_says(setting, name, data):
    attachment = setting.upload(name, "application/octet-stream", data)
    webhook = setting.web.write("/document convert to=html", attachments=(attachment,))

    setting.say(webhook)

    letter = setting.letter(webhook)
    assert letter.error
    assert f"`{name}`" in letter.text
    assert letter.files == {}


def test_somebody_elses_file_cannot_be_attached(setting, refused):
    attachment = setting.upload("mine.md", "text/markdown", b"# Mine")

    webhook = setting.web.write("/document info", room=1, attachments=(attachment,))

    assert refused(webhook) == (400, "bad_request")
