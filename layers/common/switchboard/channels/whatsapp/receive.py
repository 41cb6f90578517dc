"""WhatsApp: the Cloud API's signed webhooks. Source: developers.facebook.com."""

import hmac
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
from switchboard.channels.whatsapp.message import Message, message_in, parts_in
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

WINDOW_SECONDS = 24 * 3600
"""How long after it was written a message can be answered."""
MAX_CHALLENGE = 1000


class WhatsappReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "app_secret")
        # A blank may come as the plus of a form; elsewhere a plus is what base64 needs.
        self._tokens = [one.replace("+", " ") for one in current(values, "verify_token")]

    def receive(self, webhook: Webhook) -> Received:
        """Every message in it: one webhook may carry many, of several people."""
        if webhook.method == "GET":
            return Received(response=self._set_up(webhook.query))
        self._verify(webhook)
        parts, now = parts_in(batches.read(webhook.body)), webhook.received_at
        made, skipped = batches.taken(parts, lambda one: self._envelope(message_in(one), now))
        return Received(made, skipped=skipped)

    def _set_up(self, query: Mapping[str, str]) -> Response:
        """The set-up request, a GET, carries the token that we chose instead of a signature."""
        given = query.get("hub.verify_token", "").replace("+", " ")
        if not (any_same(given, self._tokens) and query.get("hub.mode") == "subscribe"):
            raise BadSignatureError("verify token")
        return Response(200, query.get("hub.challenge", "")[:MAX_CHALLENGE], "text/plain")

    def _verify(self, webhook: Webhook) -> None:
        expected = [
            "sha256=" + hmac.digest(secret.encode(), webhook.body, "sha256").hex()
            for secret in self._secrets
        ]
        if not any_same(header(webhook, "x-hub-signature-256"), expected):
            raise BadSignatureError("digest")

    def _envelope(self, found: tuple[str, Message] | None, now: float) -> Envelope | None:
        if found is None:
            return None
        phone, message = found
        person = message.user_id or message.number
        if not (phone and message.id and person):
            raise BadRequestError("a message without its ids")
        remembered(message.written(0), now)
        if not (message.words or message.files):
            return None
        conversation = f"{phone}:{person}"
        made = envelope_id("whatsapp", self._account, conversation, message.id)
        return Envelope(
            id=made,
            channel="whatsapp",
            account=self._account,
            conversation=conversation,
            chat="direct",
            sender=Sender(person, formerly=message.number if message.user_id else ""),
            text=message.words,
            attachments=attachments(made, message.files),
            reply_to={
                "phone": phone,
                "to": message.number or person,
                "message": message.id,
                "until": str(message.written(now) + WINDOW_SECONDS),
            },
            received_at=now,
        )


_: type[Receiver] = WhatsappReceiver
