"""DingTalk's events: all are taken, and a comment that is a command is a message."""

import json

import pytest

from switchboard.channels.kit import wecom_crypto
from switchboard.models import Sender
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.signers import dingtalkevent, sealing

(COMMENT,) = dingtalkevent.EVENTS
VALUES = dingtalkevent.VALUES
KEY = wecom_crypto.key_of(VALUES["aes_key"])


def opened(answer):
    """The answer as DingTalk opens it."""
    found = json.loads(answer.body)
    parts = (found["timeStamp"], found["nonce"], found["encrypt"])
    assert found["msg_signature"] == wecom_crypto.signature(VALUES["token"], *parts)
    return wecom_crypto.unseal(KEY, found["encrypt"], VALUES["owner_key"])


@pytest.mark.parametrize("found", [COMMENT, *dingtalkevent.IGNORED])
def test_every_event_and_the_check_of_the_address_get_an_encrypted_success(found):
    assert opened(received("dingtalkevent", found).response) == b"success"


def test_the_answer_is_under_the_values_that_the_event_came_under():
    old = {f"{name}.previous": VALUES[name] for name in ("token", "aes_key")}
    made = receiver("dingtalkevent", token="another", aes_key="A" * 43, **old)

    answer = made.receive(webhook(dingtalkevent.signed(COMMENT, now=NOW))).response

    assert opened(answer) == b"success"


def test_a_comment_that_is_a_command_is_answered_to_its_author():
    found = envelope("dingtalkevent", COMMENT)

    assert found.lane == f"dingtalkevent/main/{COMMENT['processInstanceId']}"
    assert found.sender == Sender("dinge8a565:staff1")
    assert (found.text, found.reply_to) == ("/help", {"user": "staff1"})
    remark = {**COMMENT, "content": "", "remark": " /help "}
    assert envelope("dingtalkevent", remark).text == "/help"


def test_all_that_an_event_says_is_its_id():
    changes = [{"createTime": 1}, {"staffId": "s"}, {"processInstanceId": "p"}, {"content": "/"}]

    found = {envelope("dingtalkevent", {**COMMENT, **one}).id for one in [{}, *changes]}

    assert len(found) == 5
    assert envelope("dingtalkevent", COMMENT, now=NOW + 5).id in found


def test_both_spellings_of_the_query_are_known():
    right = webhook(dingtalkevent.signed(COMMENT, now=NOW))
    signed, stamp = right.query["msg_signature"], right.query["timestamp"]
    query = {"signature": signed, "timeStamp": stamp, "nonce": sealing.NONCE}

    made = receiver("dingtalkevent")
    other = webhook(dingtalkevent.signed(COMMENT, now=NOW), query=query)
    assert made.receive(other).envelopes == made.receive(right).envelopes


def test_the_robot_answers_in_private(double):
    sender("dingtalkevent", api=double.api).send({"user": "staff1"}, PART)

    assert [(one.chat, one.text) for one in double.messages] == [("staff1", PART.text)]
