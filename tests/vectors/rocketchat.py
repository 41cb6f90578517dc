"""Rocket.Chat's vectors: the token in the body."""

from typing import Any

from switchboard.channels.rocketchat.channel import RocketChat
from tests.vectors.judging import judged


def judge(vector: dict[str, Any]) -> str:
    return judged(RocketChat("main", vector["keys"]), vector)
