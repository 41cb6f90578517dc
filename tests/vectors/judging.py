"""A vector as the webhook that ingest makes of it, and what a channel says of it."""

import base64
from collections.abc import Mapping
from typing import Any

from switchboard.channels.base import Channel, Webhook
from switchboard.errors import BadSignatureError


def body_of(vector: Mapping[str, Any]) -> bytes:
    body = vector.get("body", "")
    return base64.b64decode(body) if vector.get("body_encoding") == "base64" else body.encode()


def webhook_of(vector: Mapping[str, Any]) -> Webhook:
    headers = {name.lower(): value for name, value in vector.get("headers", {}).items()}
    query = vector.get("query", {})
    now = float(vector.get("now", 0))
    return Webhook(vector.get("method", "POST"), headers, query, body_of(vector), now)


def judged(channel: Channel, vector: Mapping[str, Any]) -> str:
    """Whether the channel believes the webhook: `accept` or `reject`."""
    try:
        channel.verify(webhook_of(vector))
    except BadSignatureError:
        return "reject"
    return "accept"
