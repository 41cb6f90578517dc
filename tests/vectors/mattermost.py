"""Mattermost's vectors: the token in the body."""

from typing import Any

from switchboard.channels.mattermost.channel import Mattermost
from tests.vectors.judging import judged


def judge(vector: dict[str, Any]) -> str:
    return judged(Mattermost("main", vector["keys"]), vector)
