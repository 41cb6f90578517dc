"""Slack's vectors."""

from typing import Any

from switchboard.channels.slack.channel import Slack
from tests.vectors.judging import judged, webhook_of


def judge(vector: dict[str, Any]) -> str:
    channel = Slack("main", vector["keys"])
    verdict = judged(channel, vector)
    if "expected_reply" not in vector or verdict == "reject":
        return verdict
    answer = channel.handshake(webhook_of(vector))
    challenge = vector["expected_reply"]["challenge"]
    return verdict if answer is not None and answer.body == challenge else f"replied {answer}"
