"""A document of Telegram's goes the whole way, and what a tool makes comes back as one."""

from tests.doubles import forms
from tests.doubles.server import Request
from tests.signers import telegram

API = "https://api.telegram.org"


def test_a_telegram_document_reaches_a_tool_and_a_file_comes_back(flow):
    flow.pair("1", channel="telegram")
    base = f"{API}/file/bot{telegram.VALUES['bot_token']}"
    flow.chat.files[f"{base}/documents/minutes.txt"] = ("application/octet-stream", b"minutes")
    flow.chat.results["getFile"] = {"file_path": "documents/minutes.txt"}
    about = {"name": "minutes.txt", "media_type": "text/plain", "now": flow.clock()}
    for number, text in (
        (1, "/desk files.read"),
        (2, "/desk notes.add milk"),
        (3, "/desk notes.export"),
    ):
        made = telegram.file_message if number == 1 else telegram.message
        facts = about if number == 1 else {"now": flow.clock()}
        assert flow.webhook(made(text, number=number, **facts)) == 200
        flow.settle()

    first, *_, last = [one for one in flow.chat.posts if "getFile" not in one.url]
    assert first.payload["text"] == "minutes"
    assert last.url.endswith("/sendDocument")
    sent = forms.read(Request("", last.headers, last.body, 0.0)).files["document"]
    assert (sent.name, sent.content) == ("my_notes.txt", b"milk")
