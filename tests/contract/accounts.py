"""Ingest with two accounts of every channel of the registry, and what becomes of a request."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from functions.ingest import app
from switchboard.channels import registry
from switchboard.models import Envelope, decode_inbox
from switchboard.runtime import current
from tests import signers
from tests.kit import inbox

NOW = 1_760_000_000.0
ACCOUNTS = [f"{kind}/{account}" for kind in registry.names() for account in ("main", "second")]


def secrets(name: str) -> dict[str, registry.Secret]:
    """What verifies the webhooks of an account, and of what kind each is."""
    return registry.channel(name.partition("/")[0]).receive.secrets


SECRETS = [(name, key) for name in ACCOUNTS for key in secrets(name)]


class Verdict(NamedTuple):
    """A status, and the messages that were put into the Inbox."""

    status: int
    envelopes: tuple[Envelope, ...]

    @property
    def ids(self) -> set[str]:
        return {str(one.id) for one in self.envelopes}


class Ingest(NamedTuple):
    cloud: inbox.Cloud

    def verdict(self, event: Mapping[str, Any], now: float = NOW) -> Verdict:
        """What is answered and sent; a refusal must have cost nothing."""
        before = len(self.cloud.calls)
        answer = app.respond(event, now)
        calls = self.cloud.calls[before:]
        assert answer.status < 400 or calls == []
        sent = [
            payload["Entries"][0]["MessageBody"] for _, payload in calls if "Entries" in payload
        ]
        return Verdict(answer.status, tuple(decode_inbox(body) for body in sent))

    def restart(self, accounts: Mapping[str, Any]) -> None:
        """A cold start with these accounts."""
        self.cloud.accounts = accounts
        current().forget(app._accounts)
        app._accounts()
        self.cloud.calls.clear()


@contextmanager
def ingest() -> Iterator[Ingest]:
    with inbox.started(values()) as cloud:
        yield Ingest(cloud)


def values(name: str = "") -> dict[str, dict[str, str]]:
    """What the accounts are told: all of them, or those of the channel that `name` is of."""
    kind = name.partition("/")[0]
    names = [one for one in ACCOUNTS if one.startswith(f"{kind}/")] if kind else ACCOUNTS
    return {one: dict(signer(one).VALUES) for one in names}


def signer(name: str) -> Any:
    return signers.signer(name.partition("/")[0])


def genuine(name: str, text: str = "/help", number: int = 1, **given: Any) -> dict[str, Any]:
    return at(name, signer(name).message(text, number=number, **{"now": NOW, **given}))


def at(name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """The same request to another account of the channel: none signs the path."""
    _, _, kind, _, *rest = event["rawPath"].split("/")
    account = name.partition("/")[2]
    return {**event, "rawPath": "/".join(["", "webhook", kind, account, *rest])}


def largest(name: str) -> int:
    """The most bytes that a webhook to the account may have."""
    return registry.channel(name.partition("/")[0]).receive.bytes


def unsigned(event: Mapping[str, Any], body: bytes | None = None) -> dict[str, Any]:
    """The same request with nothing that only its platform can know, as far as that is known."""
    kept = {"content-type": event["headers"].get("content-type", "application/json")}
    given = event["body"] if body is None else b64encode(body).decode()
    return {**event, "headers": kept, "rawQueryString": "", "body": given}


def other(values: Mapping[str, str], name: str) -> dict[str, str]:
    """The values with every secret of another content, but of the same form."""
    needed = secrets(name)
    return {key: _other(value) if key in needed else value for key, value in values.items()}


def _other(value: str) -> str:
    """Letters and digits moved on by one, hexadecimal ones among themselves, after any prefix."""
    ring = {"z": "g", "Z": "G", "9": "0", "f": "a", "F": "A"}
    prefix, mark, rest = value.rpartition("_")
    moved = [
        ring.get(one) or (chr(ord(one) + 1) if one.isascii() and one.isalnum() else one)
        for one in rest
    ]
    return "".join([prefix, mark, *moved])
