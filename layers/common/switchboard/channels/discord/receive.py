"""Discord: interactions, and the notice that we think. Source: discord.com/developers."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.discord.interaction import ALONE, BUTTON, COMMAND, Interaction
from switchboard.channels.kit import ed25519
from switchboard.channels.kit.files import attachments
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

PING = 1
PONG, DEFERRED, TAKEN = '{"type":1}', '{"type":5}', '{"type":6}'
WINDOW_SECONDS = 900
"""How long an interaction's token can be answered with."""


class DiscordReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._publics = current(values, "public_key")

    def receive(self, webhook: Webhook) -> Received:
        """Commands and buttons; ordinary messages come by a socket only.

        The answer is a notice that we think, which our first message replaces; none where no
        message will come.
        """
        self._verify(webhook)
        found = read_json(webhook.body)
        if found.get("type") == PING:
            return Received(response=Response(200, PONG))
        asks = found.get("type") in (COMMAND, BUTTON)
        envelope = self._envelope(found, webhook.received_at) if asks else None
        if envelope is None:
            return Received(response=Response(200, TAKEN))
        return Received((envelope,), Response(200, DEFERRED))

    def _verify(self, webhook: Webhook) -> None:
        """Discord never sends a request twice, so the shortest window will do."""
        signature = header(webhook, "x-signature-ed25519")
        stamp = fresh(header(webhook, "x-signature-timestamp"), webhook.received_at)
        if not ed25519.holds(self._publics, signature, stamp.encode() + webhook.body):
            raise BadSignatureError("signature")

    def _envelope(self, found: Mapping[str, Any], now: float) -> Envelope | None:
        asked = shape(found, Interaction)
        ids = (asked.id, asked.application_id, asked.token, asked.channel_id)
        in_server = asked.member is not None
        known = asked.sender is not None and all((*ids, asked.sender.id))
        if asked.sender is None or not known or in_server != bool(asked.guild_id):
            raise BadRequestError("an interaction without its ids")
        text, files = cleaned(asked.text), asked.files
        if asked.sender.bot or not (text or files):
            return None
        conversation = f"{asked.guild_id or 'direct'}:{asked.channel_id}"
        made = envelope_id("discord", self._account, conversation, asked.id)
        return Envelope(
            id=made,
            channel="discord",
            account=self._account,
            conversation=conversation,
            chat="direct" if asked.context == ALONE else "group",
            sender=Sender(asked.sender.id, locale=asked.locale),
            text=text,
            attachments=attachments(made, files),
            reply_to={
                "application": asked.application_id,
                "token": asked.token,
                "until": str(int(now) + WINDOW_SECONDS),
            },
            received_at=now,
        )


_: type[Receiver] = DiscordReceiver
