"""The channels that there are, and what is known of each without importing it.

A channel is a folder beside this module: `channel.yaml`, which the build compiles
(see `description`), `receive.py` with `<Name>Receiver` and, unless it only tells of events,
`send.py` with `<Name>Sender`; `<Name>` is the folder's, capitalised. Each side is imported when it
is asked for.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct, json

from switchboard.channels.base import Outbound, Receiver, Sender

COMPILED = Path(__file__).parents[1] / "compiled" / "channels.json"
PACKAGE = "switchboard.channels"


class Secret(StrEnum):
    """What kind a secret is of, which says how long it is at least."""

    GIVEN = "given"  # the platform makes it: it comes as it is
    CHOSEN = "chosen"  # the operator chooses it: it must not be guessable
    HEX = "hex"  # the platform makes it: 32 of hex
    AES = "aes"  # 43 of base64
    ED25519 = "ed25519"  # 64 of hex

    @property
    def least(self) -> int:
        """Characters that it has at least."""
        return _LEAST[self]


_LEAST = {
    Secret.GIVEN: 1,
    Secret.CHOSEN: 32,
    Secret.HEX: 32,
    Secret.AES: 43,
    Secret.ED25519: 64,
}


class Inbound(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a channel's webhooks are, before one is read."""

    secrets: dict[str, Secret]
    """Names of the values without which no webhook can be verified."""
    methods: tuple[str, ...] = ("POST",)
    """POST, and GET where the platform's handshake is one."""
    content_types: tuple[str, ...] = ("application/json",)
    bytes: Annotated[int, Meta(ge=1)] = 256 * 1024
    """The largest webhook that is read."""
    people: bool = True
    """Whether its platform says that people wrote: what other systems say answers no question."""
    path: str = ""
    """What the platform may add to the address that it was given, as a pattern."""
    us: tuple[str, ...] = ()
    """Values that say who we are there, where webhooks do not: what is said to others in a group
    is told from what is said to us by them. All goes without."""

    def lacking(self, values: Mapping[str, str]) -> Iterator[str]:
        """The names of secrets that are missing, blank or too short to verify with."""
        for key, secret in self.secrets.items():
            current = values.get(key, "").strip()
            previous = values.get(f"{key}.previous", "").strip() or current
            if min(len(current), len(previous)) < secret.least:
                yield key


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel that tells of events can be asked for; its phrase is `place_<channel>`."""

    places: str
    """The places that it tells of, as a pattern."""
    topics: tuple[str, ...]


class Channel(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the functions need to know of a channel."""

    receive: Inbound
    send: Outbound | None = None
    """None for a source of events, which nobody is answered in."""
    events: Source | None = None

    @property
    def outbound(self) -> tuple[str, ...]:
        """Names of the values without which nothing can be sent."""
        return self.send.values if self.send else ()


def names() -> list[str]:
    """The channels' names, in order."""
    return list(_compiled())


def known(name: str) -> bool:
    return name in _compiled()


def sources() -> dict[str, Source]:
    """The channels that tell of events."""
    return {name: events for name in names() if (events := channel(name).events)}


@cache
def channel(name: str) -> Channel:
    """What is known of the channel `name`. Raises KeyError when there is none."""
    return json.decode(_compiled()[name], type=Channel)


def receiver(name: str, account: str, values: Mapping[str, str]) -> Receiver:
    """The channel's receiving side, with the account's values. Raises KeyError as `channel`."""
    channel(name)
    made: Receiver = _class(name, "receive", "Receiver")(account, values)
    return made


def sender(name: str, account: str, values: Mapping[str, str]) -> Sender | None:
    """The channel's sending side; None when nothing is sent there, or a value is missing."""
    found = channel(name)
    if not (found.send and all(values.get(key, "").strip() for key in found.outbound)):
        return None
    made: Sender = _class(name, "send", "Sender")(account, values, found.send)
    return made


def _class(name: str, module: str, kind: str) -> Any:
    return getattr(import_module(f"{PACKAGE}.{name}.{module}"), f"{name.capitalize()}{kind}")


@cache
def _compiled() -> dict[str, Raw]:
    """Each channel undecoded: a process needs few of them."""
    return json.decode(COMPILED.read_bytes(), type=dict[str, Raw])
