"""Any system that speaks Standard Webhooks: messages that it signs.

Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit import standard_webhooks
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Sender

Id = Annotated[str, Meta(min_length=1, max_length=200)]


class _Body(Struct):
    text: str
    sender: Id
    conversation: Id
    id: Annotated[str, Meta(max_length=200)] = ""


class WebhookReceiver:
    """Other systems' ids are as immutable as those systems keep them: one account for each."""

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret")

    def receive(self, webhook: Webhook) -> Received:
        message = standard_webhooks.verify(self._secrets, webhook)
        body = shape(read_json(webhook.body), _Body)
        text = cleaned(body.text)
        if not text:
            raise BadRequestError("an empty message")
        envelope = Envelope(
            id=envelope_id("webhook", self._account, body.conversation, message),
            channel="webhook",
            account=self._account,
            conversation=body.conversation,
            sender=Sender(body.sender),
            text=text,
            reply_to={"conversation": body.conversation, "message": body.id or message},
            received_at=webhook.received_at,
        )
        return Received((envelope,), Response(200, "{}"))


_: type[Receiver] = WebhookReceiver
