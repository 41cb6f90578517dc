"""Google Chat's vectors: tokens for an address and for a project number."""

from typing import Any

from tests.signers import keys
from tests.signers.googlechat import CHAT, PUBLISHED
from tests.vectors.judging import judged


def judge(vector: dict[str, Any]) -> str:
    told = vector["keys"]
    values = {"audience": str(told["audience"]), "principal": told.get("email", CHAT)}
    with keys.published(dict.fromkeys(PUBLISHED, told["jwks"]), afresh=True):
        return judged("googlechat", values, vector)
