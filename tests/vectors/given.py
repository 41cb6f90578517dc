"""What a vector gives, as a channel takes it."""

import base64
from collections.abc import Mapping
from typing import Any

from switchboard import channels
from switchboard.channels.base import Webhook
from switchboard.errors import RejectedError

NOW = 1_760_000_000.0
"""For vectors whose verdict does not depend on the time."""


def webhook(vector: Mapping[str, Any]) -> Webhook:
    body = str(vector.get("body", ""))
    encoded = vector.get("body_encoding") == "base64"
    return Webhook(
        vector.get("method", "POST"),
        {name.lower(): value for name, value in vector.get("headers", {}).items()},
        vector.get("query", {}),
        base64.b64decode(body) if encoded else body.encode(),
        float(vector.get("now", NOW)),
    )


def verdict(vector: Mapping[str, Any], channel: str, values: Mapping[str, str]) -> str:
    """What ingest would do with the vector's webhook."""
    made, found = channels.inbound(channel, "main", values), webhook(vector)
    if made is None:
        return "reject"
    try:
        made.verify(found)
        made.parse(found)
    except RejectedError:
        return "reject"
    return "accept"
