"""Teams' outgoing webhooks: an activity under an HMAC."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.kit import webhooks
from tests.signers import teams

VALUES = {
    "security_token": "YW4gZXhhbXBsZSB0b2tlbiBvZiBUZWFtcycgd2ViaG9vaw==",
    "push_url": "https://example.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x",
}
UNSIGNED = {"stale"}  # no time is signed
SENDER = teams.SENDER


def said(text: str, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, Any]:
    """A message in a channel; an outgoing webhook has no id of its own to be mentioned by."""
    found = teams.said(text, number, chat, user)
    del found["recipient"], found["entities"]
    return found


EVENTS = [said("/help")]


def message(
    text: str,
    *,
    number: int,
    now: float,
    chat: int = 1,
    user: int = 1,
    values: Mapping[str, str] = VALUES,
) -> Any:
    return signed(said(text, number, chat, user), now=now, values=values)


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    key = base64.b64decode(values["security_token"])
    digest = base64.b64encode(hmac.digest(key, body, "sha256")).decode()
    return webhooks.event("teamswebhook/main", body, {"authorization": f"HMAC {digest}"})
