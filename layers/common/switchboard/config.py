"""The configuration as the build compiled it from `config/switchboard.yaml`; validated there."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, json

from switchboard.models import ACCOUNT, Role
from switchboard.runtime import kept
from switchboard.sdk.manifest import Manifest, Risk


class Workspace(Struct, frozen=True, forbid_unknown_fields=True):
    """Who uses this stack; `timezone` holds for people who have none of their own."""

    name: str
    timezone: str

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError) as error:
            raise ValueError(f"timezone: {self.timezone} is not an IANA time zone") from error


class SecondFactor(Struct, frozen=True, forbid_unknown_fields=True):
    required_for: tuple[Risk, ...]


class Security(Struct, frozen=True, forbid_unknown_fields=True):
    second_factor: SecondFactor


class Amounts(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person may use in a day, or what one message uses of it."""

    messages: Annotated[int, Meta(ge=0)] = 0
    calls: Annotated[int, Meta(ge=0)] = 0
    tokens: Annotated[int, Meta(ge=0)] = 0
    """Of models that plan."""
    money: Annotated[float, Meta(ge=0)] = 0.0
    """In the currency that manifests state prices in."""


class RunCaps(Struct, frozen=True, forbid_unknown_fields=True):
    """What one run may come to."""

    steps: Annotated[int, Meta(ge=1, le=30)]
    """Calls; a transaction of DynamoDB's that approves them all holds no more."""
    seconds: Annotated[float, Meta(ge=60, le=86_400)]
    """After which a change is no longer started, unless it is asked for again."""


class Caps(Struct, frozen=True, forbid_unknown_fields=True):
    day: Amounts
    """For each person; a day is one of the workspace's time zone."""
    run: RunCaps


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """One account of a channel; `role` is the most that whoever writes there may be."""

    role: Role = "admin"


class Oidc(Struct, frozen=True, forbid_unknown_fields=True):
    """A provider of OpenID Connect by which people sign in to the chat page."""

    issuer: str
    """As it calls itself, to the letter."""
    client_id: str


class Signin(Struct, frozen=True, forbid_unknown_fields=True):
    """How people sign in besides by password and code."""

    oidc: Oidc | None = None


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """All of `config/switchboard.yaml`."""

    workspace: Workspace
    tools: dict[str, dict[str, str]]
    """The connected tools, each with its connection's values that are not secret."""
    caps: Caps
    security: Security
    signin: Signin = Signin()
    channels: dict[str, Account] = {}
    """What is decided about single accounts, by `channel/account`; the secrets are elsewhere."""

    def __post_init__(self) -> None:
        for name in self.channels:
            if not ACCOUNT.fullmatch(name):
                raise ValueError(f"channels: {name} is not channel/account")


@kept
def compiled() -> Path:
    """The folder that the build writes."""
    return Path(__file__).with_name("compiled")


@kept
def load() -> Config:
    return json.decode((compiled() / "config.json").read_bytes(), type=Config)


class Catalogue(Mapping[str, Manifest]):
    """The manifests of the connected tools, with the JSON Schemas of their arguments.

    Each is read when it is asked for: a cold start costs the same however many tools there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)
        self._read: dict[str, Manifest] = {}

    def __getitem__(self, name: str) -> Manifest:
        found = self._read.get(name)
        if found is None:
            if name not in self:
                raise KeyError(name)
            text = (compiled() / "tools" / f"{name}.json").read_bytes()
            found = self._read[name] = json.decode(text, type=Manifest)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@kept
def catalogue() -> Catalogue:
    return Catalogue(load().tools)
