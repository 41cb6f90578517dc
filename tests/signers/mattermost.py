"""Mattermost's webhooks: a form with the token of an outgoing webhook or of a slash command."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from switchboard.errors import GoneError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import YES, Said, saying

FORM = "application/x-www-form-urlencoded"
VALUES = {
    "token": "zmigewsanbbsdf59xnmduzypjc",
    "bot_user_id": "bot5dqtby53pd64o4a4cmeooyy",
    "api": "https://mattermost.example.com",
    "bot_token": "an example token of a bot account",
}
SENDER = "rnina9994bde8mua79zqcg5{:03}".format

UNSIGNED = {"stale", "missing", "twice", "truncated", "flipped"}
"""Nothing is signed: a secret is shown, in the body, and no header but its type is needed."""


def said(text: str, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, str]:
    """A post in a channel, as an outgoing webhook tells it."""
    return {
        "channel_id": f"hawos4dqtby53pd64o4a4cm{chat:03}",
        "channel_name": "town-square",
        "team_domain": "someteam",
        "team_id": "kwoknj9nwpypzgzy78wkw516qe",
        "post_id": f"axdygg1957njfe5pu38saik{number:03}",
        "text": f"@switchboard {text}",
        "timestamp": "1445532266",
        "trigger_word": "@switchboard",
        "user_id": SENDER(user),
        "user_name": "ada",
    }


def command(text: str, command: str = "/switchboard", number: int = 1) -> dict[str, str]:
    """A slash command."""
    found = said(text, number)
    for name in ("post_id", "trigger_word", "timestamp"):
        del found[name]
    return {**found, "command": command, "text": text, "trigger_id": f"trigger{number}"}


EVENTS = [said("/help"), command("help"), {**said("read this"), "file_ids": "file1,file2"}]
IGNORED = [{**said("/help"), "user_id": VALUES["bot_user_id"]}, said("")]


def signed(found: Any, *, now: float, values: Mapping[str, str] = VALUES) -> Any:
    """A form; what no form can carry comes as JSON, as a webhook may be set to."""
    if isinstance(found, bytes):
        return webhooks.event("mattermost/main", found, {})
    told = {"token": values["token"], **found}
    if all(isinstance(value, str) for value in told.values()):
        return webhooks.event("mattermost/main", urlencode(told).encode(), {"content-type": FORM})
    return webhooks.event("mattermost/main", json.dumps(told).encode(), {})


def _with_file(one: Said) -> dict[str, str]:
    """A post with a file, of which a webhook tells the id alone: the double knows it by this."""
    return {**said(one.text, *one.place), "file_ids": f"file{one.number}"}


message = saying(lambda one: said(one.text, *one.place), signed, VALUES)
file_message = saying(_with_file, signed, VALUES)
MALFORMED = [{**said("/help"), one: ""} for one in ("channel_id", "user_id", "post_id")]
REFUSALS = [
    (UnavailableError, 401, {"id": "x"}),
    *((RejectedError, status, {"id": "x"}) for status in (302, 400)),
    *((GoneError, status, {"id": "x"}) for status in (403, 404)),
]
OTHERS = {
    "our own": {**said(YES), "user_id": VALUES["bot_user_id"]},
    "quoted": said(f"> {YES}"),
}
