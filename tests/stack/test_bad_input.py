"""What is wrong gets a clear answer, over real HTTP, and leaves nothing behind."""

import dataclasses
import json
import time
from urllib.request import Request, urlopen

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def refused(setting, webhook, **changes):
    """Status and code of a webhook that is changed before it is sent."""
    said = setting.api.post(dataclasses.replace(webhook, **changes))
    return said.status, json.loads(said.answer)["error"]["code"]


def signed_at(webhook, stamp):
    return {**webhook.headers, "x-slack-request-timestamp": str(stamp)}


def test_refused_webhooks_say_why_and_leave_no_message(setting):
    slack, web = setting.slack.write("/help"), setting.web.write("/help")
    with setting.rows.stopped("InboxUrl"):
        before = setting.rows.waiting("InboxUrl")
        wrong = {**slack.headers, "x-slack-signature": "v0=" + "0" * 64}
        stale = signed_at(slack, int(time.time()) - 4_000)
        plain = {**web.headers, "content-type": "text/plain"}

        assert refused(setting, slack, headers=wrong) == (401, "bad_signature")
        assert refused(setting, slack, headers=stale) == (401, "bad_signature")
        assert refused(setting, slack, body=slack.body + b" ") == (401, "bad_signature")
        assert refused(setting, web, headers=plain) == (415, "content_type")
        assert refused(setting, web, body=b"x" * 1_000_000) == (413, "too_large")
        assert refused(setting, web, body=b'{"id":') == (400, "bad_request")
        assert refused(setting, web, channel="nochannel") == (404, "unknown_channel")
        assert setting.rows.waiting("InboxUrl") == before


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/calender events.list", "Did you mean `calendar`?"),
        ("/calendar events.lst", "Did you mean `events.list`?"),
        ("/calendar events.list form=2031-01-01", "Did you mean `from`?"),
        ("/github issues.list a/b limit=many", "`limit` must be a number"),
        ("/github issues.list a/b state=opn", "Did you mean `open`?"),
        ("/calendar events.list from=yesterday", "yesterday"),
        ('/calendar events.create "never closed', "not closed"),
        ("hello there", "/help"),
        ("/github pulls.merge a/b number=1", "needs an approval"),
        ("/帮助", "已接入的工具"),
        ("/github issues.list 仓库 state=开", "应为"),
    ],
)
def test_a_wrong_command_is_answered_with_what_to_do(setting, text, answer):
    assert answer in setting.ask(text).text


def test_a_document_that_is_not_what_it_says_is_refused_in_words(setting):
    asked = {"name": "report.docx", "media_type": "application/msword", "size": len(PNG)}
    status, found = setting.api.request(
        "POST", "/chat/api/uploads", json.dumps(asked).encode(), setting.web.headers()
    )
    place = json.loads(found)
    put = Request(place["url"], data=PNG, headers=place["headers"], method="PUT")
    urlopen(put, timeout=30).close()
    attached = {**asked, "key": place["key"]}

    webhook = setting.web.write("/document convert pdf", attachments=(attached,))
    setting.say(webhook)
    letter = setting.letter(webhook)

    assert status == 200
    assert letter.error
    assert "report.docx" in letter.text


def test_an_attachment_of_somebody_else_s_is_refused(setting):
    theirs = {"key": "uploads/web/main/Ym9i/1", "name": "a", "media_type": "text/plain", "size": 1}

    assert refused(setting, setting.web.write("/help", attachments=(theirs,)))[0] == 400
