"""Mattermost's vectors: the token in the body."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import given


def judge(vector: Mapping[str, Any]) -> str:
    values = {"token": vector["keys"]["token"], "bot_user_id": "nobody in the vectors"}
    return given.verdict(vector, "mattermost", values)
