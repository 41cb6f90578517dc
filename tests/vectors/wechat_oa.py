"""The vectors of WeChat's official accounts."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import sealed


def judge(vector: Mapping[str, Any]) -> str:
    keys = vector["keys"]
    receiver = keys.get("receive_id", "")
    return sealed.judged("wechat", {**keys, "app_id": receiver}, vector, receiver)
