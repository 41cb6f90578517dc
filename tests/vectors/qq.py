"""QQ's vectors. `primitive_only` asks for the bare signature, which an oracle could have made."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.kit import ed25519
from switchboard.channels.qq.receive import seed_of
from tests.vectors.judging import judged, webhook_of


def judge(vector: Mapping[str, Any]) -> str:
    secret = vector["keys"]["bot_secret"]
    if vector.get("primitive_only"):
        found = webhook_of(vector)
        public = ed25519.public_of(seed_of(secret))
        stamp = found.headers["x-signature-timestamp"].encode()
        given = found.headers["x-signature-ed25519"]
        return "accept" if ed25519.holds([public], given, stamp + found.body) else "reject"
    return judged("qq", {"bot_secret": secret}, vector)
