"""Google Chat's vectors: tokens for an address and for a project number."""

from collections.abc import Mapping
from typing import Any

from tests.signers import keys
from tests.signers.googlechat import CHAT, PUBLISHED
from tests.vectors import given


def judge(vector: Mapping[str, Any]) -> str:
    told = vector["keys"]
    values = {"audience": str(told["audience"]), "principal": told.get("email", CHAT)}
    with keys.published(dict.fromkeys(PUBLISHED, told["jwks"]), afresh=True):
        return given.verdict(vector, "googlechat", values)
