"""What Slack's webhooks hold: messages, slash commands, pressed buttons. Source: docs.slack.dev."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels.base import Webhook, envelope_id, read_json, shape
from switchboard.channels.kit.files import Sent, attachments
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Sender

FORM = "application/x-www-form-urlencoded"
OWN_COMMANDS = {"/switchboard", "/sb"}


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


class _Said(Struct):
    """What is common to all that people can say."""

    team: str
    channel: str
    user: str
    id: str
    text: str
    thread: str = ""
    files: tuple[Sent, ...] = ()


def is_form(webhook: Webhook) -> bool:
    return webhook.headers.get("content-type", "").lower().startswith(FORM)


def envelopes(webhook: Webhook, account: str) -> list[Envelope]:
    """The messages in a verified webhook. Raises BadRequestError when it is malformed."""
    said = _form(webhook.body) if is_form(webhook) else _message(webhook.body)
    if said is None:
        return []
    if not (said.team and said.channel and said.user and said.id):
        raise BadRequestError("a message without its ids")
    conversation = f"{said.team}:{said.channel}"
    made = envelope_id("slack", account, conversation, said.id)
    return [
        Envelope(
            id=made,
            channel="slack",
            account=account,
            conversation=conversation,
            sender=Sender(f"{said.team}:{said.user}"),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to={"channel": said.channel, "thread_ts": said.thread},
            received_at=webhook.received_at,
        )
    ]


def _message(body: bytes) -> _Said | None:
    callback = shape(read_json(body), Callback)
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
    return _Said(callback.team_id, event.channel, event.user, event.ts, text, in_thread, files)


def _form(body: bytes) -> _Said | None:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError as error:
        raise BadRequestError("too many fields") from error
    form = {name: values[0] for name, values in fields.items()}
    return _button(form["payload"]) if "payload" in form else _slash_command(form)


def _slash_command(form: Mapping[str, str]) -> _Said:
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
    return _Said(team, channel, user, trigger, text.strip())


def _button(payload: str) -> _Said | None:
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
    return _Said(team, channel, user, id_, action.value, place.thread_ts)


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
    text = re.sub(r"^\s*(<@[A-Z0-9]+(?:\|[^>]*)?>\s*)+", "", text)
    text = re.sub(r"<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>", _link, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _link(found: re.Match[str]) -> str:
    """The address, but the words where Slack made the link: `README.md` looks like a host."""
    address, words = found[1], found[2]
    return words if address in {f"http://{words}", f"mailto:{words}"} else address
