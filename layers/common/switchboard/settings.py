"""The one reader of the environment: a missing variable stops the cold start and names itself."""

import os
from collections.abc import Collection
from typing import Self

import msgspec

from switchboard.runtime import kept

TRACE = "_X_AMZN_TRACE_ID"
PARTS = ("Root=", "Parent=", "Sampled=")
"""What of a trace header goes on."""


class Settings(msgspec.Struct, frozen=True):
    """Subclass with one field per variable; field `queue_url` reads QUEUE_URL."""

    @classmethod
    @kept
    def load(cls) -> Self:
        names = {name: name.upper() for name in cls.__struct_fields__}
        known = _hidden | os.environ
        env = {name: known[read] for name, read in names.items() if read in known}
        try:
            return msgspec.convert(env, cls, strict=False)
        except msgspec.ValidationError as error:
            raise SystemExit(f"environment of {cls.__name__}: {error}") from None


_hidden: dict[str, str] = {}
"""What adapters and their programs do not see of the environment; our own code does."""


def hide(seen: Collection[str]) -> None:
    """Take all variables but those `seen` out of the environment, until `show`."""
    _hidden.update(os.environ)
    for name in _hidden.keys() - seen:
        del os.environ[name]


def show() -> None:
    """Let the environment be again what it was."""
    for name in os.environ.keys() - _hidden.keys():
        del os.environ[name]
    for name, value in _hidden.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    _hidden.clear()


class AwsSettings(Settings, frozen=True):
    """What Lambda tells every function, and the emulator's address where there is one."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_region: str = "us-east-1"
    aws_session_token: str = ""
    aws_endpoint_url: str = ""
    aws_ca_bundle: str = ""


class StackSettings(Settings, frozen=True):
    """Which stack the function is of: metrics of several in one account must not mix."""

    stack: str = "none"


class TraceSettings(msgspec.Struct, frozen=True):
    """The trace of this invocation; Lambda rewrites the variable, so it is never cached."""

    header: str
    """As X-Ray's header has it: `Root=…;Parent=…;Sampled=…`; empty when nothing is traced.

    Without Lambda's `Lineage`: whether a chain is too long is for caps and lanes to say.
    """

    @property
    def sampled(self) -> bool:
        return "Sampled=1" in self.header

    @classmethod
    def now(cls) -> Self:
        found = os.environ.get(TRACE) or _hidden.get(TRACE)
        if not found:
            return cls("")
        return cls(";".join(part for part in found.split(";") if part.startswith(PARTS)))
