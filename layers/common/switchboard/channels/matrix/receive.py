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
from switchboard.channels.kit import batches
from switchboard.channels.kit.files import attachments
from switchboard.channels.matrix.message import RoomEvent, event_in, said_in
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

PING = "_matrix/app/v1/ping"


class MatrixReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "hs_token")
        self._us = "".join(current(values, "user_id")[:1])

    def receive(self, webhook: Webhook) -> Received:
        """The messages of a transaction. What is wrong in one event does not refuse the others."""
        self._verify(webhook)
        if (webhook.method, webhook.rest) == ("POST", PING):
            read_json(webhook.body)
            return Received(response=Response(200, "{}"))
        events = batches.read(webhook.body).get("events")
        if not isinstance(events, list):
            raise BadRequestError("no transaction")
        now = webhook.received_at
        made, skipped = batches.taken(events, lambda one: self._envelope(event_in(one), now))
        return Received(made, Response(200, "{}"), skipped)

    def _verify(self, webhook: Webhook) -> None:
        """By the token in the header; the legacy one in the query must be right if it is there."""
        scheme, _, given = header(webhook, "authorization").partition(" ")
        legacy = webhook.query.get("access_token", given)
        if not all(
            [scheme == "Bearer", any_same(given, self._tokens), any_same(legacy, self._tokens)]
        ):
            raise BadSignatureError("hs_token")

    def _envelope(self, event: RoomEvent | None, now: float) -> Envelope | None:
        said = said_in(event, self._us) if event else None
        if event is None or said is None:
            return None
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
