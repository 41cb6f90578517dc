"""A tool's manifest (`tool.yaml`): the one source for what it offers and needs."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from switchboard.text import Text

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9]{1,30}$")]


Alias = Annotated[str, Meta(pattern="^[^\\x00-\\x20A-Z/=]{1,30}$")]


class Effect(StrEnum):
    """What may be done when a call's outcome is unknown."""

    READ = "read"  # run again
    IDEMPOTENT = "idempotent"  # run again: it sets a state
    KEYED = "keyed"  # run again with the same key, which the vendor honours
    QUERYABLE = "queryable"  # look for the mark of the earlier try first
    ONCE = "once"  # never run again: say that it is unknown


class Risk(StrEnum):
    """What a call may do to the world."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"


class Operation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One verb of a tool. `arguments` names its model in the tool's `models.py`."""

    arguments: str
    effect: Effect
    aliases: tuple[Alias, ...] = ()
    """What it is called in other languages, as 日程.列表."""
    risk: Risk
    egress: bool = False
    """Of a read: whether its arguments reach others than the connected service, as the address of a
    page does. Once a run has read words of third parties, it asks first, as a change does."""
    preview: bool = False
    """Whether the adapter can say what a call of it would do, before anybody approves it."""
    undo: Effect | None = None
    """The effect class of taking a call of it back, where the vendor allows that: idempotent or
    keyed."""
    no_undo: Text = {}
    """Why what it destroys cannot be taken back; who is asked about a call is told."""
    summary: Text
    price: Annotated[float, Meta(ge=0)] = 0.0
    """What the vendor takes for one call, counted against the person's cap on money."""
    schema: dict[str, Any] = {}
    """The JSON Schema of the arguments; filled in when the manifest is compiled."""

    def __post_init__(self) -> None:
        if self.egress and self.changes:
            raise ValueError("egress is said of reads: what changes anything asks as it is")

    @property
    def changes(self) -> bool:
        """Whether it changes anything, and so keeps its place in the conversation's lane."""
        return self.risk is not Risk.READ


class OAuth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How people let the tool in at its vendor's (RFC 6749, 4.1, with PKCE), where an operator has
    registered a client there."""

    authorize: str
    """The address where the vendor asks the person."""
    token: str
    scopes: tuple[str, ...] = ()
    secret: str
    """Which of the tool's secrets the access token is."""
    extra: dict[str, str] = {}
    """What else the vendor is asked with, as `access_type: offline`."""
    issuer: str = ""
    """What the vendor calls itself in its answer (RFC 9207); empty: it does not say."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All there is to know about a tool without running it."""

    name: Name
    summary: Text
    aliases: tuple[Alias, ...] = ()
    """What it is called in other languages; no two tools or control words share one."""
    timeout: Annotated[int, Meta(ge=1, le=900)]
    """Seconds."""
    memory: Annotated[int, Meta(ge=128, le=10240)]
    """MB. `make template` writes the tool's function with these limits, its layers and its role."""
    layers: tuple[str, ...] = ()
    """Folders below `layers/` of programs that its function starts, beside the frame's."""
    hosts: tuple[str, ...] = ()
    """Hosts that the adapter may reach, each at its https port and at a public address: its name,
    or `.example.com` for all below it. `connection` is the host and port of its `endpoint`, which
    may be a private address. The guard refuses all others."""
    values: tuple[str, ...] = ()
    """Names of a connection's values that are not secret, such as `endpoint`."""
    secrets: tuple[str, ...] = ()
    """Names of a connection's secret values; with `values`, all that `call.connection` holds."""
    anonymous: bool = False
    """Whether it is of use without its secrets, as far as the vendor lets anybody in."""
    labels: dict[str, Text] = {}
    """What people are told of each of the `values` and `secrets`, where they give their own."""
    oauth: OAuth | None = None
    programs: tuple[str, ...] = ()
    """Names of the programs that the adapter may start; `python` is this very interpreter. Each has
    the function's time and memory, and the guard refuses all others."""
    attachments: bool = False
    """Whether it may read the files that came with a message."""
    operations: dict[str, Operation]
    default: str = ""
    """The operation that is meant when none is named."""
    phrases: dict[str, Text] = {}
    """Templates of what the tool says, filled with str.format."""

    @property
    def undoes(self) -> bool:
        """Whether anything that it does can be taken back, and so has to be saved."""
        return any(one.undo for one in self.operations.values())


def choices(field: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """What an argument may be, by how it is written; empty where that is no list."""
    found: list[Any] = []
    for kind in alternatives(field, schema):
        found += kind.get("enum", ())
        found += [kind["const"]] if "const" in kind else []
    return {str(choice): choice for choice in found}


def alternatives(field: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas one of which an argument holds, without `null` and with references followed."""
    kinds: list[Mapping[str, Any]] = []
    for kind in field.get("anyOf", [field]):
        target = str(kind.get("$ref", "")).removeprefix("#/$defs/")
        kinds.append(schema["$defs"][target] if target else kind)
    return [kind for kind in kinds if kind.get("type") != "null"]


def load(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises msgspec.ValidationError naming what is wrong and where."""
    import yaml  # noqa: PLC0415  only tools and the build read YAML

    text = (folder / "tool.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), Manifest)
