"""Slack: Events API, slash commands, buttons. Source: docs.slack.dev."""

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
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.kit.files import attachments
from switchboard.channels.kit.forms import is_form
from switchboard.channels.slack.message import Callback, Said, said_in_callback, said_in_form
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender


class SlackReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "signing_secret")

    def receive(self, webhook: Webhook) -> Received:
        self._verify(webhook)
        if is_form(webhook):
            said = said_in_form(webhook.body)
        else:
            callback = shape(read_json(webhook.body), Callback)
            if callback.type == "url_verification":
                return Received(response=Response(200, callback.challenge, "text/plain"))
            said = said_in_callback(callback)
        return Received((self._envelope(said, webhook.received_at),) if said else ())

    def _verify(self, webhook: Webhook) -> None:
        stamp = fresh(header(webhook, "x-slack-request-timestamp"), webhook.received_at)
        base = b"v0:" + stamp.encode() + b":" + webhook.body
        expected = [
            f"v0={hmac.digest(key.encode(), base, 'sha256').hex()}" for key in self._secrets
        ]
        if not any_same(header(webhook, "x-slack-signature"), expected):
            raise BadSignatureError("digest")

    def _envelope(self, said: Said, now: float) -> Envelope:
        if not (said.team and said.channel and said.user and said.id):
            raise BadRequestError("a message without its ids")
        conversation = f"{said.team}:{said.channel}"
        made = envelope_id("slack", self._account, conversation, said.id)
        return Envelope(
            id=made,
            channel="slack",
            account=self._account,
            conversation=conversation,
            chat="direct" if said.channel.startswith("D") else "group",
            sender=Sender(f"{said.team}:{said.user}"),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to={"channel": said.channel, "thread_ts": said.thread},
            received_at=now,
        )


_: type[Receiver] = SlackReceiver
