"""Mattermost: outgoing webhooks and slash commands. Source: developers.mattermost.com."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.body_tokens import proven, tokens_of
from switchboard.channels.kit.files import Sent, attachments
from switchboard.channels.kit.forms import is_form
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Sender

OWN_COMMANDS = {"/switchboard", "/sb"}
MAX_FIELDS = 5_000
"""A server sends four for everybody and every channel that is mentioned, by the same names."""


class _Said(Struct):
    """An outgoing webhook has a post, a slash command has a trigger."""

    channel_id: str = ""
    channel_name: str = ""
    user_id: str = ""
    user_name: str = ""
    post_id: str = ""
    trigger_id: str = ""
    text: str = ""
    trigger_word: str = ""
    command: str = ""
    file_ids: str = ""


class MattermostReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = tokens_of(values)
        self._bot = values["bot_user_id"]

    def receive(self, webhook: Webhook) -> Received:
        said = shape(proven(webhook, _fields, self._tokens), _Said)
        envelope = self._envelope(said, webhook.received_at) if said.user_id != self._bot else None
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _envelope(self, said: _Said, now: float) -> Envelope | None:
        message = said.post_id or said.trigger_id
        if not (said.channel_id and said.user_id and message):
            raise BadRequestError("a message without its ids")
        made = envelope_id("mattermost", self._account, said.channel_id, message)
        text, files = _words(said), attachments(made, _files(said))
        if not text and not files:
            return None
        return Envelope(
            id=made,
            channel="mattermost",
            account=self._account,
            conversation=said.channel_id,
            chat="direct" if said.channel_name in self._alone(said.user_id) else "group",
            sender=Sender(said.user_id, name=said.user_name),
            text=text,
            attachments=files,
            reply_to={"channel": said.channel_id, "post": said.post_id},
            received_at=now,
        )

    def _alone(self, user: str) -> tuple[str, str]:
        """What a chat of this person and the bot is called, which no other channel may be
        (mattermost/mattermost, model.GetDMNameFromIds).
        """
        return f"{user}__{self._bot}", f"{self._bot}__{user}"


def _fields(webhook: Webhook) -> dict[str, Any]:
    """What is said, in either form. Raises BadRequestError."""
    if not is_form(webhook):
        return read_json(webhook.body)
    try:
        found = parse_qs(
            webhook.body.decode(), strict_parsing=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise BadRequestError("broken form") from error
    if any(len(found.get(name, ())) > 1 for name in ("token", *_Said.__struct_fields__)):
        raise BadRequestError("a field twice")
    return {name: values[0] for name, values in found.items()}


def _words(said: _Said) -> str:
    """What was written, without the word that called us; commands of our own are undone."""
    if said.command and said.command not in OWN_COMMANDS:
        return cleaned(f"{said.command} {said.text}")
    if said.command:
        text = cleaned(said.text)
        return text if text.startswith("/") else f"/{text or 'help'}"
    return cleaned(said.text, said.trigger_word)


def _files(said: _Said) -> list[Sent]:
    """Files by their ids, which is all that is told."""
    return [Sent({"file": one.strip()}) for one in said.file_ids.split(",") if one.strip()]


_: type[Receiver] = MattermostReceiver
