"""The channels as tests use them: both sides of one, and webhooks as ingest makes them."""

import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from msgspec import Raw, json, structs

from switchboard.channels import registry
from switchboard.channels.base import Part, Received, Receiver, Sender, Webhook
from switchboard.channels.registry import Channel
from switchboard.models import Envelope
from tests import signers

NOW = 1_760_000_000.0
PART = Part("done", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")


def receiver(name: str, account: str = "main", **values: str) -> Receiver:
    """The receiving side with its signer's values, some of them others."""
    return registry.receiver(name, account, {**signers.signer(name).VALUES, **values})


def sender(name: str, **values: str) -> Sender:
    """The sending side with its signer's values, some of them others."""
    found = registry.sender(name, "main", {**signers.signer(name).VALUES, **values})
    assert found is not None
    return found


def webhook(event: Any, now: float = NOW, **changes: Any) -> Webhook:
    """A request as ingest makes it of what the API hands over; `changes` are fields to be others,
    of which `headers` are added, or with None taken away.
    """
    pairs = (part.partition("=") for part in event["rawQueryString"].split("&"))
    headers = {**event["headers"], **changes.pop("headers", {})}
    made = Webhook(
        method=event["requestContext"]["http"]["method"],
        headers={header: value for header, value in headers.items() if value is not None},
        query={unquote(field): unquote(value) for field, _, value in pairs if field},
        body=b64decode(event["body"]),
        received_at=now,
        rest="/".join(event["rawPath"].split("/")[4:]),
    )
    return structs.replace(made, **changes)


def received(name: str, found: Any, account: str = "main", now: float = NOW) -> Received:
    """What the channel makes of such a body as its platform signs it."""
    event = signers.signer(name).signed(found, now=now)
    return receiver(name, account).receive(webhook(event, now))


def envelope(name: str, found: Any, **given: Any) -> Envelope:
    """The only message in such a body."""
    (one,) = received(name, found, **given).envelopes
    return one


@contextmanager
def registered(
    name: str, channel: Channel, receiver: type[Receiver], sender: Any
) -> Iterator[None]:
    """While the block runs there is another channel."""
    folder = f"{registry.PACKAGE}.{name}"
    for side, made in (("receive", receiver), ("send", sender)):
        module = ModuleType(f"{folder}.{side}")
        setattr(module, f"{name.capitalize()}{'Receiver' if side == 'receive' else 'Sender'}", made)
        sys.modules[module.__name__] = module
    registry._compiled()[name] = Raw(json.encode(channel))
    registry.channel.cache_clear()
    try:
        yield
    finally:
        del registry._compiled()[name], sys.modules[f"{folder}.receive"]
        del sys.modules[f"{folder}.send"]
        registry.channel.cache_clear()
