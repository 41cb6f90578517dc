"""Rocket.Chat: outgoing integrations. Source: docs.rocket.chat."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

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
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Sender


class _File(Struct, frozen=True):
    id: str = field(name="_id", default="")
    name: str = ""
    type: str = ""
    size: int = 0


class _Message(Struct, frozen=True):
    """The whole message, which comes with an uploaded file."""

    file: _File | None = None
    files: tuple[_File, ...] = ()
    msg: str = ""
    tmid: str = ""


class _Said(Struct, frozen=True, rename={"is_edited": "isEdited"}):
    channel_id: str = ""
    user_id: str = ""
    user_name: str = ""
    message_id: str = ""
    tmid: str = ""
    text: str | None = None
    trigger_word: str | None = None
    bot: Any = None
    """False, true, or what made a bot's message."""
    is_edited: bool = False
    message: _Message | None = None


class RocketchatReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = tokens_of(values)
        self._us = values["user_id"]

    def receive(self, webhook: Webhook) -> Received:
        """New messages of people: not ours, not a bot's, not an edited one."""
        found = proven(webhook, lambda one: read_json(one.body), self._tokens)
        said = shape(found, _Said)
        ignored = said.bot or said.is_edited or said.user_id == self._us
        envelope = None if ignored else self._envelope(said, webhook.received_at)
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _envelope(self, said: _Said, now: float) -> Envelope | None:
        if not (said.channel_id and said.user_id and said.message_id):
            raise BadRequestError("a message without its ids")
        made = envelope_id("rocketchat", self._account, said.channel_id, said.message_id)
        inside = said.message or _Message()
        text = cleaned(said.text or inside.msg, said.trigger_word or "")
        files = attachments(made, _files(inside))
        if not text and not files:
            return None
        return Envelope(
            id=made,
            channel="rocketchat",
            account=self._account,
            conversation=said.channel_id,
            chat="direct" if said.channel_id in self._alone(said.user_id) else "group",
            sender=Sender(said.user_id, name=said.user_name),
            text=text,
            attachments=files,
            reply_to={
                "room": said.channel_id,
                "thread": said.tmid or inside.tmid or said.message_id,
            },
            received_at=now,
        )

    def _alone(self, user: str) -> tuple[str, str]:
        """The ids of a room of this person and the bot alone, whose ids it is made of
        (RocketChat/Rocket.Chat, createDirectMessage).
        """
        return f"{user}{self._us}", f"{self._us}{user}"


def _files(message: _Message) -> list[Sent]:
    """The files of an upload: a server tells them twice, and previews that it made of them."""
    told = [file for file in message.files if not file.name.startswith("thumb-")]
    found = {file.id: file for file in (message.file or _File(), *told) if file.id}
    return [
        Sent({"file": file.id, "name": file.name or file.id}, file.name, file.type, file.size)
        for file in found.values()
    ]


_: type[Receiver] = RocketchatReceiver
