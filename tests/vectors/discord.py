"""Discord's vectors."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import signed


def judge(vector: Mapping[str, Any]) -> str:
    return signed.judged("discord", vector["keys"], vector)
