"""A vector as the webhook that ingest makes of it, and what a channel says of it."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from msgspec import structs

from switchboard.channels import registry
from switchboard.channels.base import Response, Webhook
from switchboard.errors import BadRequestError, BadSignatureError

NOW = 1_760_000_000.0
"""For vectors whose verdict does not depend on the time."""
DATED = {"line", "teamswebhook", "whatsapp"}
"""Channels whose bodies say when they were written: without a clock no vector of theirs is old."""
Vector = Mapping[str, Any]


def body_of(vector: Vector) -> bytes:
    body = str(vector.get("body", ""))
    return base64.b64decode(body) if vector.get("body_encoding") == "base64" else body.encode()


def object_in(body: bytes) -> dict[str, Any]:
    """What a body tells; nothing when it is no JSON: a signature over that may be right as well."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def webhook_of(vector: Vector) -> Webhook:
    headers = {name.lower(): value for name, value in vector.get("headers", {}).items()}
    query = vector.get("query", {})
    stamp = headers.get("x-signature-timestamp", "")
    now = float(vector.get("now") or (stamp if stamp.isdecimal() else NOW))
    return Webhook(vector.get("method", "POST"), headers, query, body_of(vector), now)


def judged(
    name: str, values: Mapping[str, str], vector: Vector, webhook: Webhook | None = None
) -> str:
    """`accept` or `reject`; what was replied, where that is not what the vector expects.

    A vector is about its signature: one that holds is accepted though the body is malformed.
    """
    found = webhook or webhook_of(vector)
    if name in DATED and "now" not in vector:
        found = structs.replace(found, received_at=0.0)
    secrets = registry.channel(name).receive.secrets
    complete = {**dict.fromkeys(secrets, "not what the vector is about"), **values}
    if not all(complete[key].strip() for key in secrets):
        return "reject"
    try:
        received = registry.receiver(name, "main", complete).receive(found)
    except BadSignatureError:
        return "reject"
    except BadRequestError:
        return "accept"
    expected = vector.get("expected_reply")
    told = _told(received.response, expected)
    return "accept" if expected in (None, told) else f"replied {told}"


def _told(reply: Response, expected: Any) -> Any:
    if isinstance(expected, str) or not reply.body.startswith("{"):
        return {"challenge": reply.body} if isinstance(expected, dict) else reply.body
    return json.loads(reply.body)
