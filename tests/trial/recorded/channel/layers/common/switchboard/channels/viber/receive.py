"""Viber: messages to a bot. Source: developers.viber.com, REST Bot API."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from switchboard.channels.base import (
    Received,
    Receiver,
    Webhook,
    any_same,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender


class _Sender(Struct):
    id: Annotated[str, Meta(min_length=1)]
    name: str = ""
    language: str = ""


class _Content(Struct):
    type: str
    text: str = ""


class _Callback(Struct):
    event: str
    timestamp: int
    """Milliseconds."""
    message_token: int
    sender: _Sender | None = None
    message: _Content | None = None


class ViberReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "token")

    def receive(self, webhook: Webhook) -> Received:
        """Texts of people; Viber signs the time as a part of the body."""
        expected = [
            hmac.new(secret.encode(), webhook.body, hashlib.sha256).hexdigest()
            for secret in self._secrets
        ]
        if not any_same(header(webhook, "x-viber-content-signature"), expected):
            raise BadSignatureError("signature")
        found = shape(read_json(webhook.body), _Callback)
        fresh(str(found.timestamp // 1000), webhook.received_at)
        person, content = found.sender, found.message
        if found.event != "message" or person is None or content is None or not content.text:
            return Received()
        envelope = Envelope(
            id=envelope_id("viber", self._account, person.id, str(found.message_token)),
            channel="viber",
            account=self._account,
            conversation=person.id,
            sender=Sender(person.id, person.name, person.language),
            text=cleaned(content.text),
            reply_to={"receiver": person.id},
            received_at=webhook.received_at,
        )
        return Received((envelope,))


_: type[Receiver] = ViberReceiver
