"""Judge a vector's webhook by the channel's own verification and handshake."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from switchboard.channels import registry
from switchboard.channels.base import Response, Webhook
from switchboard.errors import RejectedError

NOW = 1_760_000_000.0
"""For vectors whose verdict does not depend on the time."""


def judged(name: str, values: Mapping[str, str], vector: Mapping[str, Any]) -> str:
    """`accept` or `reject`; what was replied, where that is not what the vector expects."""
    kind, found = registry.kind(name), webhook(vector)
    if not all(values.get(key, "").strip() for key in kind.inbound):
        return "reject"
    channel = kind("main", values)
    try:
        channel.verify(found)
        reply = channel.handshake(found)
    except RejectedError:
        return "reject"
    expected = vector.get("expected_reply")
    return "accept" if expected in (None, _told(reply, expected)) else f"replied {reply}"


def webhook(vector: Mapping[str, Any]) -> Webhook:
    body = str(vector.get("body", ""))
    encoded = vector.get("body_encoding") == "base64"
    headers = {name.lower(): value for name, value in vector.get("headers", {}).items()}
    stamp = headers.get("x-signature-timestamp", "")
    return Webhook(
        vector.get("method", "POST"),
        headers,
        vector.get("query", {}),
        base64.b64decode(body) if encoded else body.encode(),
        float(vector.get("now") or (stamp if stamp.isdecimal() else NOW)),
    )


def _told(reply: Response | None, expected: Any) -> Any:
    body = reply.body if reply else ""
    return body if isinstance(expected, str) or not body else json.loads(body)
