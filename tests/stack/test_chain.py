"""A message goes through all stages of the deployed stack, its roles restricted to their rows."""

import json
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from switchboard.models import Hint, encode
from tests.stack.chats import Webhook
from tests.stack.setting import Setting
from tests.stack.takeover import Role

CHALLENGE = "a challenge/with+characters="
OK = 200


def written(setting: Setting, way: str, text: str) -> Webhook:
    if way == "slash command":
        return setting.slack.command(text, room=50)
    chats = {chat.channel: chat for chat in (setting.slack, setting.feishu, setting.telegram)}
    return chats[way].write(text)


@pytest.mark.parametrize("way", ["slack", "slash command", "feishu", "telegram"])
def test_a_message_in_a_chat_is_answered_where_it_was_written(setting, way):
    webhook = written(setting, way, "/calendar events.list from=2031-07-08 to=2031-07-08")

    setting.say(webhook)

    message = setting.wait_for_message(webhook)
    assert "2031-07-08" in message.text
    setting.rows.wait_for(webhook.run, "answer#000", "SENT")
    assert setting.rows.state(webhook.run, "op#000") == "DONE"
    assert json.loads(setting.rows.stored(webhook.run))["operation"] == "events.list"
    assert setting.messages(webhook) == [message]


def test_a_message_on_the_page_is_answered_with_a_file_to_download(setting):
    letter = setting.ask('/document convert html text="# Hello" name=hello')

    assert not letter.error
    assert b"<h1" in letter.download("hello.html")


def test_words_of_another_script_arrive_whole(setting):
    webhook = setting.feishu.write('/calendar events.create "午餐 🍜" start="2031-07-09 12:00"')

    setting.say(webhook)

    assert "午餐 🍜" in setting.wait_for_message(webhook).text


def test_somebody_unknown_is_told_so_and_nothing_runs(setting):
    webhook = setting.telegram.write("/calendar calendars.list")
    body = webhook.body.replace(b'"id": 111,', b'"id": 222,')

    status, _ = setting.api.request("POST", "/webhook/telegram/main", body, webhook.headers)

    assert status == OK
    assert "222" in setting.wait_for_message(webhook).text
    assert setting.rows.row(webhook.run, "op#000") is None


def test_the_platforms_set_up_requests_are_answered(setting):
    slack = setting.api.post(setting.slack.greeting(CHALLENGE))
    feishu = setting.api.post(setting.feishu.greeting(CHALLENGE))

    assert (slack.status, slack.answer.decode()) == (OK, CHALLENGE)
    assert (feishu.status, json.loads(feishu.answer)) == (OK, {"challenge": CHALLENGE})


def test_the_policies_are_enforced(setting):
    """What ingest may do, with its own role: put a message into the Inbox, and read no rows."""
    role, outputs = Role(setting, "Ingest"), setting.stack.outputs

    with pytest.raises(ClientError, match="AccessDenied"), role("dynamodb") as dynamodb:
        dynamodb.scan(TableName=outputs["LedgerTable"])
    with pytest.raises(ClientError, match="AccessDenied"), role("sqs") as sqs:
        sqs.receive_message(QueueUrl=outputs["InboxUrl"])
    with role("ssm") as ssm:
        assert ssm.get_parameter(Name="/switchboard/ingest", WithDecryption=True)
        with pytest.raises(ClientError, match="AccessDenied"):
            ssm.get_parameter(Name="/switchboard/deliver", WithDecryption=True)


def test_a_tool_may_hint_dispatch_and_say_nothing_to_it(setting):
    role, outputs = Role(setting, "tool-document"), setting.stack.outputs
    body = encode(Hint(uuid4(), 0)).decode()
    hint = {"MessageBody": body, "MessageGroupId": "g", "MessageDeduplicationId": "once"}

    with role("sqs") as sqs:
        with pytest.raises(ClientError, match="AccessDenied"):
            sqs.send_message(QueueUrl=outputs["InboxUrl"], **hint)
        assert sqs.send_message(QueueUrl=outputs["HintsUrl"], **hint)
    with pytest.raises(ClientError, match="AccessDenied"), role("ssm") as ssm:
        ssm.get_parameter(Name="/switchboard/ingest", WithDecryption=True)
