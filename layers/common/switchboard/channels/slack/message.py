"""What Slack's webhooks hold: messages, slash commands, pressed buttons. Source: docs.slack.dev."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels.base import read_json, shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError

OWN_COMMANDS = {"/switchboard", "/sb"}
_MENTION = re.compile(r"^\s*(?:<@[A-Z0-9]+(?:\|[^>]*)?>\s*)+")
_LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>")


class _File(Struct):
    name: str = ""
    mimetype: str = ""
    size: int = 0
    url_private_download: str = ""


class _Event(Struct):
    type: str
    user: str = ""
    text: str = ""
    ts: str = ""
    thread_ts: str = ""
    channel: str = ""
    files: list[_File] = []


class Callback(Struct):
    type: str
    team_id: str = ""
    challenge: str = ""
    event: dict[str, Any] | None = None


class _Id(Struct):
    id: str = ""


class _Place(Struct, frozen=True):
    """Where the message with the button is."""

    message_ts: str = ""
    thread_ts: str = ""


class _Action(Struct):
    action_ts: str = ""
    action_id: str = ""
    value: str = ""


class _Press(Struct):
    team: _Id
    user: _Id
    channel: _Id
    actions: list[_Action]
    container: _Place = _Place()


class Said(Struct):
    """What is common to all that people can say."""

    team: str
    channel: str
    user: str
    id: str
    text: str
    thread: str = ""
    files: tuple[Sent, ...] = ()


def said_in_callback(callback: Callback) -> Said | None:
    """The message in an event; None when it is none to us. Raises BadRequestError: malformed."""
    if callback.event is None or not _is_for_us(callback.event):
        return None
    event = shape(callback.event, _Event)
    in_thread = event.thread_ts or (event.ts if event.type == "app_mention" else "")
    files = tuple(
        Sent({"url": file.url_private_download}, file.name, file.mimetype, file.size)
        for file in event.files
        if file.url_private_download  # one that is kept elsewhere, or was deleted, has none
    )
    # A mention arrives as app_mention and as message: both have this channel and ts.
    text = _plain(event.text)
    return Said(callback.team_id, event.channel, event.user, event.ts, text, in_thread, files)


def said_in_form(body: bytes) -> Said | None:
    """A slash command, or a pressed button; None for another interaction. Raises as above."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError as error:
        raise BadRequestError("too many fields") from error
    form = {name: values[0] for name, values in fields.items()}
    return _button(form["payload"]) if "payload" in form else _slash_command(form)


def _slash_command(form: Mapping[str, str]) -> Said:
    try:
        team, channel, user = form["team_id"], form["channel_id"], form["user_id"]
        command, trigger = form["command"], form["trigger_id"]
    except KeyError as error:
        raise BadRequestError(f"a slash command without {error}") from error
    words = form.get("text", "")
    if command in OWN_COMMANDS:
        text = words if words.startswith("/") else f"/{words or 'help'}"
    else:
        text = f"{command} {words}"
    return Said(team, channel, user, trigger, text.strip())


def _button(payload: str) -> Said | None:
    """A button says what its value is, in the name of whoever pressed it."""
    found = read_json(payload.encode())
    if found.get("type") != "block_actions":
        return None
    press = shape(found, _Press)
    action = next((one for one in press.actions if one.value), None)
    if action is None:
        return None
    if not action.action_ts:
        raise BadRequestError("a button without its time")
    place = press.container
    id_ = f"{place.message_ts}:{action.action_ts}:{action.action_id}:{press.user.id}"
    team, channel, user = press.team.id, press.channel.id, press.user.id
    return Said(team, channel, user, id_, action.value, place.thread_ts)


def _is_for_us(event: Mapping[str, Any]) -> bool:
    """A mention or a direct message, written by a person, not edited, not our own echo.

    Asked before the event's shape is: other events have other things under the same names.
    """
    if event.get("bot_id") or event.get("subtype") not in {None, "", "file_share"}:
        return False
    kind = event.get("type")
    return kind == "app_mention" or (kind == "message" and event.get("channel_type") == "im")


def _plain(text: str) -> str:
    """Slack's escapes undone: no leading mention, links as they were written, & < > as well."""
    text = _LINK.sub(_address, cleaned(text, _MENTION))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _address(found: re.Match[str]) -> str:
    """The address, but the words where Slack made the link: `README.md` looks like a host."""
    address, words = found[1], found[2]
    return words if address in {f"http://{words}", f"mailto:{words}"} else address
