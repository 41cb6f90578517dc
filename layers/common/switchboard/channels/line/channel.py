"""LINE: signed events, pushes with a retry key. Source: developers.line.biz."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.channels.line.event import event_in
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Button, Envelope, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.http import Download

ACCEPTED = 409
"""What a push is answered with whose retry key was accepted before."""
_KEYS = UUID("a5d7bb6e-4c1f-4a0e-9f0c-2f4f7c1f6d21")


class _Callback(Struct):
    events: list[dict[str, Any]]


class Line:
    methods = ("POST",)
    inbound = ("channel_secret",)
    outbound = ("channel_token",)
    content_types = ("application/json",)
    limits = Limits(text=5_000, units="utf-16", file_bytes=20 * 2**20)
    takes_files = False
    takes_buttons = True
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "https://api.line.me")
        self._files = values.get("api", "https://api-data.line.me")
        self._bearer = {"authorization": f"Bearer {values.get('channel_token', '')}"}

    def verify(self, webhook: Webhook) -> None:
        expected = [
            b64encode(hmac.digest(secret.encode(), webhook.body, "sha256")).decode()
            for secret in current(self._values, "channel_secret")
        ]
        if not any_same(header(webhook, "x-line-signature"), expected):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None  # the console's "Verify" is a callback without events

    def parse(self, webhook: Webhook) -> list[Envelope]:
        events = shape(read_json(webhook.body), _Callback).events
        return [made for event in events for made in self._envelopes(event, webhook.received_at)]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        from switchboard.channels.kit import plain  # noqa: PLC0415  ingest renders nothing

        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """A push: the reply token lives for a minute, which is too short for work."""
        message: dict[str, Any] = {"type": "text", "text": part.text}
        if reply_to["quote"]:
            message["quoteToken"] = reply_to["quote"]
        if part.buttons:
            message["quickReply"] = {"items": [*map(_button, part.buttons)]}
        key = {"x-line-retry-key": str(uuid5(_KEYS, part.key))}
        payload = {"to": reply_to["to"], "messages": [message]}
        reply = http.post(f"{self._api}/v2/bot/message/push", payload, {**self._bearer, **key})
        if reply.status in {401, 403}:  # the token or the plan: an operator can mend that
            raise UnavailableError(f"line answered {reply.status}")
        if reply.status >= 400 and reply.status != ACCEPTED:  # noqa: PLR2004  HTTP
            raise RejectedError(f"line answered {reply.status}")

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._files}/v2/bot/message/{source['message']}/content"
        return http.stream(url, self._bearer, hosts=(self._files,), limit=self.limits.file_bytes)

    def _envelopes(self, found: Mapping[str, Any], now: float) -> list[Envelope]:
        """The message to us that an event is, if it is one."""
        event = event_in(found)
        if event is None:
            return []
        if not (event.webhook_event_id and event.chat):
            raise BadRequestError("an event without its ids")
        made = envelope_id("line", self._account, event.chat, event.webhook_event_id)
        attachments = event.attachments(made)
        if not (event.text or attachments):
            return []
        return [
            Envelope(
                id=made,
                channel="line",
                account=self._account,
                conversation=event.chat,
                sender=Sender(event.source.user_id),
                text=event.text,
                attachments=attachments,
                reply_to={"to": event.chat, "quote": event.quote},
                received_at=now,
            )
        ]


def _button(button: Button) -> dict[str, Any]:
    press = {"type": "postback", "label": button.label, "data": button.says}
    return {"type": "action", "action": {**press, "displayText": button.label}}


WHOLE = Line
