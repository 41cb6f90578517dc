"""Slack: what is particular about its messages, commands, buttons and answers."""

import json

import pytest

from switchboard.channels.base import Part
from switchboard.errors import RejectedError
from switchboard.models import Sender, StoredFile
from tests.doubles.server import Answer
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.kit.servers import Told, serving
from tests.signers import slack

MENTION = {"type": "app_mention", "user": "U1", "ts": "1515449522.000016", "channel": "C1"}
THREAD = {"channel": "C1", "thread_ts": "1.2"}


def mention(team="T1", **event):
    event = {**MENTION, "text": "<@U0LAN0Z89> /help", **event}
    return {"type": "event_callback", "team_id": team, "event": event}


def test_the_set_up_request_is_answered_with_its_challenge():
    answer = received("slack", slack.CHALLENGE).response

    assert (answer.body, answer.content_type) == (slack.CHALLENGE["challenge"], "text/plain")


def test_a_mention_is_a_message_that_is_answered_in_its_thread():
    found = envelope("slack", mention())

    assert (found.lane, found.sender) == ("slack/main/T1:C1", Sender("T1:U1"))
    assert found.text == "/help"
    assert found.reply_to == {"channel": "C1", "thread_ts": "1515449522.000016"}
    thread = envelope("slack", mention(thread_ts="1515449500.000001"))
    assert thread.reply_to["thread_ts"] == "1515449500.000001"


def test_a_mention_and_the_message_it_is_are_one_and_every_other_message_another():
    direct = envelope("slack", mention(type="message", channel_type="im"))
    others = [mention(ts="1515449522.000017"), mention(channel="C2"), mention("T2")]

    assert direct.id == envelope("slack", mention()).id
    assert direct.reply_to == {"channel": "C1", "thread_ts": ""}
    assert len({direct.id, *(envelope("slack", one).id for one in others)}) == 4


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@U0LAN0Z89> /help", "/help"),
        ("  <@U0LAN0Z89><@U2|bob> /help", "@bob /help"),
        ("<@U0LAN0Z89|switchboard> /help", "/help"),
        ("say hi to <@U2>", "say hi to @U2"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <https://example.com|the page>", "see https://example.com"),
        ("to <mailto:a@example.com|a@example.com>", "to a@example.com"),
        ("path=<http://README.md|README.md>", "path=README.md"),
        ("<http://example.com|http://example.org>", "http://example.com"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("  你好  ", "你好"),
        ("", ""),
    ],
)
def test_slacks_escapes_are_undone(text, plain):
    assert envelope("slack", mention(text=text)).text == plain


@pytest.mark.parametrize(
    ("command", "text", "plain"),
    [
        ("/switchboard", "help", "/help"),
        ("/sb", "/github issues.list", "/github issues.list"),
        ("/sb", "", "/help"),
        ("/github", "issues.list a b", "/github issues.list a b"),
        ("/github", "", "/github"),
        ("/sb", "note 会议 & 100%+1", "/note 会议 & 100%+1"),
    ],
)
def test_a_slash_command_is_a_message(command, text, plain):
    found = envelope("slack", slack.form(slack.COMMAND | {"command": command, "text": text}))

    assert (found.text, found.lane, found.sender.id) == (plain, "slack/main/T1:C1", "T1:U1")
    assert found.reply_to == {"channel": "C1", "thread_ts": ""}


def test_a_form_is_a_form_however_its_type_is_written():
    written = {"content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}
    hook = webhook(slack.signed(slack.form(slack.HELP), now=NOW), headers=written)

    assert [one.text for one in receiver("slack").receive(hook).envelopes] == ["/help"]


def test_a_button_says_its_value_in_the_name_of_who_pressed_it():
    found = envelope("slack", slack.press())

    assert (found.text, found.sender.id, found.lane) == ("/approve 1", "T1:U2", "slack/main/T1:C1")
    assert found.reply_to == {"channel": "C1", "thread_ts": "14.0"}
    assert envelope("slack", slack.press()).id == found.id
    assert envelope("slack", slack.press(user={"id": "U3"})).id != found.id


def test_a_file_is_an_attachment_unless_it_is_elsewhere_or_gone():
    there = {"name": "计划.pdf", "mimetype": "a/b", "size": 5, "url_private_download": "https://x"}
    files = [{"id": "F1", "mode": "tombstone"}, there]

    found = envelope("slack", slack.otherwise(subtype="file_share", files=files))

    (file,) = found.attachments
    assert (file.key, file.source) == (f"uploads/{found.id}/0", {"url": "https://x"})
    assert (file.name, file.media_type, file.size) == ("计划.pdf", "a/b", 5)


def sent(part=PART, reply_to=THREAD):
    with serving(Told(body=b'{"ok":true}')) as server:
        sender("slack", api=server.url).send(reply_to, part)
    (asked,) = server.asked
    return asked, json.loads(asked.body)


def test_an_answer_is_a_block_in_the_thread():
    asked, body = sent()

    assert (asked.path, asked.headers["authorization"]) == ("/chat.postMessage", "Bearer xoxb-1")
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert (body["channel"], body["thread_ts"]) == ("C1", "1.2")
    assert body["blocks"] == [{"type": "markdown", "text": PART.text}]
    assert body["unfurl_links"] is False


def test_a_long_answer_has_a_short_notice_and_a_direct_one_no_thread():
    _, body = sent(Part("x" * 9_000, "k"), {"channel": "D1", "thread_ts": ""})

    assert "thread_ts" not in body
    assert (len(body["text"]), len(body["blocks"][0]["text"])) == (3_000, 9_000)


def test_a_refused_share_is_a_refusal(cloud, double):
    cloud.objects["a.pdf"] = Stored("application/pdf", b"%PDF")
    file = StoredFile("a.pdf", "a.pdf", "application/pdf", 4)
    double.trouble(Answer({"ok": False, "error": "channel_not_found"}))
    place = {"channel": "C1", "thread_ts": double.write("C1")}
    with pytest.raises(RejectedError, match="channel_not_found"):
        sender("slack", api=double.api).send(place, Part("done", PART.key, files=(file,)))


def test_an_answer_to_a_message_that_is_deleted_goes_to_its_channel():
    gone, taken = Told(body=b'{"ok":false,"error":"thread_not_found"}'), Told(body=b'{"ok":true}')
    with serving(gone, taken) as server:
        sender("slack", api=server.url).send(THREAD, PART)

    threads = [json.loads(asked.body).get("thread_ts") for asked in server.asked]
    assert threads == ["1.2", None]
