"""A chat platform as difficult as they come: it closes, takes few and small messages, slowly."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from switchboard import models, storage
from switchboard.channels.base import (
    Limits,
    Outbound,
    Part,
    Received,
    Sender,
    Webhook,
    envelope_id,
    header,
    read_json,
    same,
)
from switchboard.channels.registry import Channel, Inbound, Secret
from switchboard.errors import BadSignatureError, ClosedWindowError
from switchboard.models import Attachment, Envelope, ReplyTo
from switchboard.net import http
from switchboard.net.http import Download
from tests.kit import channels, webhooks

NAME = "pager"
VALUES = {"secret": "the pager's secret"}
WINDOW = 600.0
FILES = "https://files.pager.example/"
LIMITS = Limits(text=1_500, every=2.0, window=WINDOW, answers=3, file_bytes=10_000)
CHANNEL = Channel(
    Inbound({"secret": Secret.GIVEN}),
    Outbound(LIMITS, values=("secret",), takes_files=True),
)


@dataclass
class Shown:
    """What people have on their pagers."""

    message: str
    text: str
    at: float
    files: dict[str, bytes] = field(default_factory=dict)


class PagerReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secret = values["secret"]

    def receive(self, webhook: Webhook) -> Received:
        if not same(header(webhook, "x-pager-secret"), self._secret):
            raise BadSignatureError("secret")
        body = read_json(webhook.body)
        run = envelope_id(NAME, self._account, body["chat"], body["message"])
        envelope = Envelope(
            id=run,
            channel=NAME,
            account=self._account,
            conversation=body["chat"],
            sender=models.Sender(body["chat"]),
            text=body["text"],
            attachments=tuple(
                Attachment(f"uploads/{run}/{n}", name, media_type, 0, {"url": FILES + name})
                for n, (name, media_type) in enumerate(body["files"].items())
            ),
            reply_to={"message": body["message"], "at": str(webhook.received_at)},
            received_at=webhook.received_at,
        )
        return Received((envelope,))


class PagerSender(Sender):
    """`shown` is what all of them have sent."""

    shown: ClassVar[list[Shown]] = []

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        files = {file.name: storage.content(file) for file in part.files}
        http.post("https://api.pager.example/send", {"text": part.text})
        if time.time() > float(reply_to["at"]) + WINDOW:
            raise ClosedWindowError("closed")
        self.shown.append(Shown(reply_to["message"], part.text, time.time(), files))

    def download(self, source: Mapping[str, str]) -> Download:
        return http.stream(source["url"], hosts=["files.pager.example"], limit=1_000)


@contextmanager
def connected() -> Iterator[list[Shown]]:
    """While the block runs there is such a platform; what it shows."""
    webhooks.ACCOUNTS[f"{NAME}/main"] = VALUES
    with channels.registered(NAME, CHANNEL, PagerReceiver, PagerSender):
        yield PagerSender.shown
    del webhooks.ACCOUNTS[f"{NAME}/main"]
    PagerSender.shown.clear()


def page(
    text: str, *, number: int, chat: str = "ada", files: Mapping[str, str] | None = None
) -> Any:
    """A message from a pager, with `files` by name and media type."""
    message = {"chat": chat, "message": f"p-{number}", "text": text, "files": files or {}}
    return webhooks.event(
        f"{NAME}/main", webhooks.json.dumps(message).encode(), {"x-pager-secret": VALUES["secret"]}
    )
