"""Matrix: an application service, whose homeserver pushes events to it in transactions.

Source: spec.matrix.org, application service API, v1.11.
"""

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
    read_json,
)
from switchboard.channels.kit.files import attachments
from switchboard.channels.matrix.message import RoomEvent, Said, events_of, said_in
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender

PING = "_matrix/app/v1/ping"


class MatrixReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "hs_token")
        self._us = values.get("user_id", "")

    def receive(self, webhook: Webhook) -> Received:
        """The messages of a transaction. What is wrong in one event does not refuse the others."""
        self._verify(webhook)
        if (webhook.method, webhook.rest) == ("POST", PING):
            read_json(webhook.body)
            return Received(response=Response(200, "{}"))
        envelopes = tuple(
            self._envelope(event, said, webhook.received_at)
            for event in events_of(webhook.body)
            if (said := said_in(event, self._us))
        )
        return Received(envelopes, Response(200, "{}"))

    def _verify(self, webhook: Webhook) -> None:
        """By the token in the header; the legacy one in the query must be right if it is there."""
        scheme, _, given = header(webhook, "authorization").partition(" ")
        legacy = webhook.query.get("access_token", given)
        if not all(
            [scheme == "Bearer", any_same(given, self._tokens), any_same(legacy, self._tokens)]
        ):
            raise BadSignatureError("hs_token")

    def _envelope(self, event: RoomEvent, said: Said, now: float) -> Envelope:
        made = envelope_id("matrix", self._account, event.room_id, said.id)
        return Envelope(
            id=made,
            kind=said.kind,
            channel="matrix",
            account=self._account,
            conversation=event.room_id,
            sender=Sender(event.sender),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to={
                "room": event.room_id,
                "event": "" if said.invited else event.event_id,
                "thread": event.content.thread,
                "join": "yes" if said.invited else "",
            },
            received_at=now,
        )


_: type[Receiver] = MatrixReceiver
