"""Teams' outgoing webhooks: an activity under an HMAC."""

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from switchboard.errors import RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers import teams
from tests.signers.saying import YES, Said, saying, without

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
IGNORED = [
    {**said("/help"), **change}
    for change in (
        {"type": "messageUpdate"},
        {"type": 5},
        {"from": {"id": "28:bot", "aadObjectId": "x"}},
        {"text": "<at>Switchboard</at>"},
    )
]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    body = webhooks.encoded(found, ascii_only=True)
    key = base64.b64decode(values["security_token"])
    digest = base64.b64encode(hmac.digest(key, body, "sha256")).decode()
    return webhooks.event("teamswebhook/main", body, {"authorization": f"HMAC {digest}"})


def _now(one: Said) -> dict[str, Any]:
    stamp = datetime.fromtimestamp(one.now, UTC).isoformat().replace("+00:00", "Z")
    return {**said(one.text, *one.place), "timestamp": stamp}


message = saying(_now, signed, VALUES)
MALFORMED = without(said("/help"), "id", "from", "conversation")
REFUSALS = [
    *((UnavailableError, status, b"") for status in (401, 403, 404, 410)),
    *((RejectedError, status, b"") for status in (302, 400)),
]
OTHERS = {
    "edited": {**said(YES), "type": "messageUpdate"},
    "a bot's": {**said(YES), "from": {"id": "28:bot", "aadObjectId": "x"}},
}
