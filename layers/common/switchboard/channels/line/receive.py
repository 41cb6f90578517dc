"""LINE: signed events, several in one webhook. Source: developers.line.biz."""

import hmac
from base64 import b64encode
from collections.abc import Mapping

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    remembered,
)
from switchboard.channels.kit import batches
from switchboard.channels.kit.files import attachments
from switchboard.channels.line.message import WebhookEvent, event_in
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender


class LineReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "channel_secret")

    def receive(self, webhook: Webhook) -> Received:
        """The messages to us; the console's "Verify" is a callback without events."""
        self._verify(webhook)
        events, now = batches.read(webhook.body).get("events"), webhook.received_at
        if not isinstance(events, list):
            raise BadRequestError("no events")
        made, skipped = batches.taken(events, lambda one: self._envelope(event_in(one), now))
        return Received(made, Response(200, "{}"), skipped)

    def _verify(self, webhook: Webhook) -> None:
        expected = [
            b64encode(hmac.digest(secret.encode(), webhook.body, "sha256")).decode()
            for secret in self._secrets
        ]
        if not any_same(header(webhook, "x-line-signature"), expected):
            raise BadSignatureError("digest")

    def _envelope(self, event: WebhookEvent | None, now: float) -> Envelope | None:
        if event is None:
            return None
        remembered(event.timestamp / 1000, now)
        made = envelope_id("line", self._account, event.chat, event.webhook_event_id)
        return Envelope(
            id=made,
            channel="line",
            account=self._account,
            conversation=event.chat,
            chat="direct" if event.is_private else "group",
            sender=Sender(event.source.user_id),
            text=event.text,
            attachments=attachments(made, event.files),
            reply_to={"to": event.chat, "quote": event.quote},
            received_at=now,
        )


_: type[Receiver] = LineReceiver
