"""While the channels are split one by one: a whole channel as a receiver and as a sender."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from switchboard.channels import registry
from switchboard.channels.base import (
    Outbound,
    Part,
    Received,
    Receiver,
    Response,
    Sender,
    Webhook,
)
from switchboard.models import ReplyTo
from switchboard.net.http import Download

Values = Mapping[str, str]


def receiver_of(made: Any) -> type[Receiver]:
    class Whole:
        def __init__(self, account: str, values: Values) -> None:
            self._channel = made(account, values)

        def receive(self, webhook: Webhook) -> Received:
            self._channel.verify(webhook)
            handshake: Response | None = self._channel.handshake(webhook)
            if handshake is not None:
                return Received((), handshake)
            envelopes = tuple(self._channel.parse(webhook))
            return Received(envelopes, self._channel.acknowledge(webhook))

    return Whole


def sender_of(made: Any) -> type[Sender]:
    class Whole(Sender):
        def __init__(self, account: str, values: Values, can: Outbound) -> None:
            super().__init__(account, values, can)
            self._channel = made(account, values)

        def render(self, markdown: str) -> str:
            return str(self._channel.render(markdown))

        def send(self, reply_to: ReplyTo, part: Part) -> None:
            self._channel.send(reply_to, part)

        def download(self, source: Mapping[str, str]) -> Download:
            found: Download = self._channel.download(source)
            return found

    return Whole


def kind(name: str) -> Any:
    """The class of a channel that is not split yet."""
    module = import_module(f"switchboard.channels.{name}.channel")
    return module.WHOLE


def inbound(name: str, account: str, values: Values) -> Any:
    return (
        None if [*registry.channel(name).receive.lacking(values)] else kind(name)(account, values)
    )


def outbound(name: str, account: str, values: Values) -> Any:
    made = kind(name)
    complete = all(values.get(key, "").strip() for key in made.outbound)
    return made(account, values) if complete else None
