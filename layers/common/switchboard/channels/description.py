"""A channel's description (`channel.yaml`): the one source for what it needs, can do, and asks of
an operator. Read by the build and by the command line, never by a function.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, yaml

from switchboard.channels.registry import Channel
from switchboard.text import Text

FOLDER = Path(__file__).parent


class Probe(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A call that tells whether the platform takes our credentials, and changes nothing there.

    `{name}` stands for the account's value, `{webhook}` for our own address.
    """

    what: str = "credentials"
    base: str = ""
    """The platform's address; the account's value `api` replaces it."""
    call: str
    """Method and path."""
    headers: Mapping[str, str] = {}
    json: Mapping[str, str] = {}
    form: Mapping[str, str] = {}
    field: str
    """What the answer holds when all is well; dots lead into objects."""
    expected: bool | int | str | None = None
    """What stands there; None: anything."""
    advice: str


class Lookup(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A call that tells a value of ours which the operator need not know, when we are connected."""

    base: str
    call: str
    """As a probe's; `{token}` is what the first probe answers in the field `token`."""
    headers: Mapping[str, str] = {}
    field: str
    token: str = ""


class Guide(Struct, frozen=True, forbid_unknown_fields=True):
    """How a channel is set up in the vendor's console."""

    permissions: tuple[Text, ...]
    """The least that works."""
    values: dict[str, Text]
    """Where each value that `switchboard connect` takes is found."""
    steps: tuple[Text, ...]
    limits: Text
    """What this channel cannot do."""


class Description(Channel, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of `channel.yaml`."""

    title: Text
    probes: tuple[Probe, ...] = ()
    lookups: Mapping[str, Lookup] = {}
    """By the value that each tells, of those in `receive.us`."""
    unprobed: str = ""
    """Why there is no such call; `/help` is the test then."""
    unsigned_at: str = ""
    """What the platform adds to our address, where a webhook that nobody signed is tried."""
    guide: Guide

    def __post_init__(self) -> None:
        if bool(self.probes) == bool(self.unprobed):
            raise ValueError("give probes, or say why there are none in unprobed")


def names() -> list[str]:
    """The channels that have a folder, in order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/channel.yaml"))


def load(name: str) -> Description:
    """Raises FileNotFoundError, or msgspec.ValidationError naming what is wrong and where."""
    return yaml.decode((FOLDER / name / "channel.yaml").read_bytes(), type=Description)
