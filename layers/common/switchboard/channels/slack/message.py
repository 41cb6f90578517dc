"""What Slack's webhooks hold: messages, slash commands, pressed buttons. Source: docs.slack.dev."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels.base import read_json, shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned
from switchboard.channels.slack import words
from switchboard.errors import BadRequestError

OWN_COMMANDS = {"/switchboard", "/sb"}
BY_PEOPLE = (None, "", "file_share", "me_message", "thread_broadcast")
"""Subtypes of messages that people write."""


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


class _Authorization(Struct):
    user_id: str = ""
    is_bot: bool = False


class Callback(Struct):
    type: str
    team_id: str = ""
    authorizations: list[_Authorization] = []
    """Who we are there, for whom the event is."""
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
    ours = [one.user_id for one in callback.authorizations if one.is_bot and one.user_id]
    text = words.plain(event.text, ours)
    return Said(callback.team_id, event.channel, event.user, event.ts, text, in_thread, files)


def said_in_form(body: bytes) -> Said | None:
    """A slash command, or a pressed button; None for another interaction, and for the check of our
    certificate (docs.slack.dev, slash commands, `ssl_check`). Raises as above.
    """
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError as error:
        raise BadRequestError("too many fields") from error
    form = {name: values[0] for name, values in fields.items()}
    if form.get("ssl_check") == "1":
        return None
    return _button(form["payload"]) if "payload" in form else _slash_command(form)


def _slash_command(form: Mapping[str, str]) -> Said:
    try:
        team, channel, user = form["team_id"], form["channel_id"], form["user_id"]
        command, trigger = form["command"], form["trigger_id"]
    except KeyError as error:
        raise BadRequestError(f"a slash command without {error}") from error
    text = cleaned(form.get("text", ""))
    if command not in OWN_COMMANDS:
        text = f"{command} {text}"
    elif not text.startswith("/"):
        text = f"/{text or 'help'}"
    return Said(team, channel, user, trigger, words.written(text))


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
    # A mention that was edited comes as a mention once more (slackapi/bolt-js issue 960).
    if event.get("bot_id") or event.get("edited") or event.get("subtype") not in BY_PEOPLE:
        return False
    kind = event.get("type")
    return kind == "app_mention" or (kind == "message" and event.get("channel_type") == "im")
