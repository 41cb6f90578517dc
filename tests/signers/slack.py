"""Slack's webhooks: direct messages, mentions, slash commands, buttons."""

import json
from typing import Any
from urllib.parse import urlencode

from switchboard.errors import GoneError, RateLimitedError, RejectedError, UnavailableError
from tests.kit import webhooks
from tests.signers.saying import NOW, YES, Said, saying

VALUES = webhooks.ACCOUNTS["slack/main"]
SENDER = "T1:U{}".format
signed = webhooks.slack_signed


message = saying(lambda one: said(one.text, *one.place), signed, VALUES)


def _with_file(one: Said, url: str = "") -> dict[str, Any]:
    """A message with a file, which is at `url`, or else at Slack's."""
    found = said(one.text, *one.place)
    file = {
        "id": f"F{one.number}",
        "name": one.name,
        "mimetype": one.media_type,
        "size": 5,
        "url_private_download": url
        or f"https://files.slack.com/files-pri/T1-F{one.number}/download/{one.name}",
    }
    found["event"] |= {"subtype": "file_share", "files": [file]}
    return found


file_message = saying(_with_file, signed, VALUES)


def said(text: str, number: int, chat: int, user: int) -> dict[str, Any]:
    said = {
        "type": "message",
        "channel_type": "im",
        "user": f"U{user}",
        "text": text,
        "ts": f"{number}.000100",
        "channel": f"D{chat}",
    }
    return {"type": "event_callback", "team_id": "T1", "event": said}


def otherwise(**event: Any) -> dict[str, Any]:
    """A direct message of which some is otherwise."""
    found = said("/help", 3, 1, 1)
    return {**found, "event": {**found["event"], **event}}


def form(found: dict[str, str]) -> bytes:
    return urlencode(found).encode()


COMMAND = {"team_id": "T1", "channel_id": "C1", "user_id": "U1", "trigger_id": "13345224609.7"}
HELP = COMMAND | {"command": "/sb", "text": "help"}
PRESS = {
    "type": "block_actions",
    "team": {"id": "T1", "domain": "d"},
    "user": {"id": "U2", "team_id": "T1"},
    "channel": {"id": "C1"},
    "container": {"message_ts": "15.1", "thread_ts": "14.0"},
    "actions": [{"action_id": "a", "action_ts": "16.5", "value": "/approve 1", "type": "button"}],
}


def press(**changes: Any) -> bytes:
    return form({"payload": json.dumps({**PRESS, **changes})})


IGNORED = [
    press(type="view_submission"),
    press(actions=[]),
    press(actions=[{"action_ts": "1"}]),
    otherwise(bot_id="B1"),
    otherwise(channel_type="channel"),
    otherwise(subtype="message_changed"),
    otherwise(subtype="bot_message"),
    otherwise(subtype="message_deleted", ts=None),
    otherwise(type=["app_mention"]),
    {"type": "event_callback", "team_id": "T1", "event": {"type": "reaction_added", "user": "U1"}},
    {"type": "event_callback", "team_id": "T1", "event": {"type": "team_join", "user": {}}},
    {"type": "event_callback", "team_id": "T1", "event": {}},
    {"type": "event_callback", "team_id": "T1", "event": None},
    {"type": "app_rate_limited", "team_id": "T1"},
]
CHALLENGE = {"type": "url_verification", "challenge": "3eZbrw1aBm2rZg", "token": "ignored"}
HANDSHAKES = [signed(CHALLENGE, now=NOW)]
EVENTS = [said("/help", 1, 1, 1), said("look", 2, 1, 1)]
EVENTS[1]["event"] |= {"type": "app_mention", "files": [{"url_private_download": "https://x"}]}
MALFORMED = [
    *(
        otherwise(type="app_mention", **{name: value})
        for name in ("user", "ts", "channel")
        for value in ("", None, 5, {"id": "U1"})
    ),
    {**otherwise(type="app_mention"), "team_id": ""},
    *({"type": 1}, {"event": {}}, {"type": "event_callback", "event": []}),
    *(form({**HELP, name: ""}) for name in (*COMMAND, "command")),
    form({f"f{number}": "1" for number in range(60)} | HELP),
    form({"payload": '{"type":"block_actions"}'}),
    *(press(user={}), press(team=None), press(channel={"id": ""})),
    press(actions=[{"value": "x"}]),
]
ERRORS = {
    RateLimitedError: ["ratelimited", "internal_error", "service_unavailable"],
    UnavailableError: ["invalid_auth", "token_revoked"],
    GoneError: ["channel_not_found", "not_in_channel"],
    RejectedError: ["msg_blocks_too_long"],
}
REFUSALS = [
    *((kind, 200, {"ok": False, "error": one}) for kind, found in ERRORS.items() for one in found),
    (RejectedError, 200, {"ok": "true"}),
]
ELSEWHERE = [
    {"url": url} for url in ("http://169.254.169.254/", "https://files.slack.com.example/a")
]
HOLDS = 300
SHARED = [{"is_share": True, "text": YES, "from_url": "https://example.slack.com/archives/C1/p1"}]
OTHERS = {
    "edited": otherwise(text=YES, edited={"user": "U1", "ts": "2.000100"}),
    "edited since": otherwise(text="", subtype="message_changed", message={"text": YES}),
    "forwarded": otherwise(text="thanks", attachments=SHARED),
    "quoted": otherwise(text=f"&gt; {YES}\nthanks"),
    "a bot's": otherwise(text=YES, bot_id="B1"),
    "a bot's, of old": otherwise(text=YES, subtype="bot_message"),
}
