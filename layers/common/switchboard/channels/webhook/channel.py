"""Any system that speaks Standard Webhooks: messages in, answers out, both signed.

Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

import time
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct, json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit import standard_webhooks
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.http import Download

GONE = 410
"""The spec's way to say that no more webhooks are wanted."""

Id = Annotated[str, Meta(min_length=1, max_length=200)]


class _Body(Struct, forbid_unknown_fields=True):
    text: str
    sender: Id
    conversation: Id
    id: Annotated[str, Meta(max_length=200)] = ""


class _Answer(Struct):
    """What is posted; the same bytes on every try."""

    conversation: str
    in_reply_to: str
    text: str
    error: bool


class SignedWebhook:
    """Other systems' ids are as immutable as those systems keep them: one account for each."""

    methods = ("POST",)
    inbound = ("secret",)
    outbound = ("url", "signing_secret")
    content_types = ("application/json",)
    limits = Limits(text=15_000, units="bytes")  # payloads are to stay below 20 kB
    takes_files = False
    takes_buttons = False
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values

    def verify(self, webhook: Webhook) -> None:
        standard_webhooks.verify(current(self._values, "secret"), webhook)

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        body = shape(read_json(webhook.body), _Body)
        if not body.text.strip():
            raise BadRequestError("an empty message")
        message = webhook.headers["webhook-id"]
        return [
            Envelope(
                id=envelope_id("webhook", self._account, body.conversation, message),
                channel="webhook",
                account=self._account,
                conversation=body.conversation,
                sender=Sender(body.sender),
                text=body.text,
                reply_to={"conversation": body.conversation, "message": body.id or message},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """POST the answer; `webhook-id` is the part's key, by which the receiver drops repeats.

        As the spec has it, whatever is no success is tried again, but for 410.
        """
        answer = _Answer(reply_to["conversation"], reply_to["message"], part.text, part.error)
        body = json.encode(answer)
        stamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "webhook-id": part.key,
            "webhook-timestamp": stamp,
            "webhook-signature": self._signatures(part.key, stamp, body),
        }
        reply = http.upload("POST", self._target(), body, headers, plain=True)
        if reply.status == GONE:
            raise RejectedError("the receiver wants no more")
        if not 200 <= reply.status < 300:  # noqa: PLR2004  HTTP
            raise UnavailableError(f"the receiver answered {reply.status}")

    def download(self, source: Mapping[str, str]) -> Download:
        raise RejectedError("no files come this way")

    def _signatures(self, message: str, stamp: str, body: bytes) -> str:
        """One under each secret that the receiver may know meanwhile."""
        secrets = current(self._values, "signing_secret")
        try:
            return " ".join(standard_webhooks.sign(one, message, stamp, body) for one in secrets)
        except BadSignatureError as error:  # an operator can mend that
            raise UnavailableError(error.detail) from error

    def _target(self) -> str:
        """Where to post: what the operator set in `url`, if it is in public; or the double."""
        if self._values.get("api"):
            return self._values["api"]
        from switchboard.net import egress, http1  # noqa: PLC0415  ingest goes nowhere

        url = self._values["url"]
        http1.pinned[urlsplit(url).hostname or ""] = egress.resolve(url)
        return url


WHOLE = SignedWebhook
