"""The vectors of WeCom's apps."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import sealed


def judge(vector: Mapping[str, Any]) -> str:
    keys = vector["keys"]
    receiver = keys.get("receive_id", "")
    return sealed.judged("wecom", {**keys, "corp_id": receiver}, vector, receiver)
