"""Telegram's vectors."""

from typing import Any

from switchboard.channels.telegram.channel import Telegram
from tests.vectors.judging import judged


def judge(vector: dict[str, Any]) -> str:
    return judged(Telegram("main", vector["keys"]), vector)
