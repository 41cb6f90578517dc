"""The vectors of WeCom's intelligent bot."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import sealed


def judge(vector: Mapping[str, Any]) -> str:
    keys = vector["keys"]
    return sealed.judged("wecombot", keys, vector, keys.get("receive_id", ""))
