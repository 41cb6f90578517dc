"""WhatsApp's vectors, each of which holds only the secret that it is about."""

from collections.abc import Mapping
from typing import Any

from tests.vectors import signed

OTHER = {"app_secret": "not what it is about", "verify_token": "not what it is about"}


def judge(vector: Mapping[str, Any]) -> str:
    return signed.judged("whatsapp", OTHER | vector["keys"], vector)
