"""The one reader of the environment: a missing variable stops the cold start and names itself."""

import os
from typing import Self

import msgspec

from switchboard.runtime import kept

PARTS = ("Root=", "Parent=", "Sampled=")
"""What of a trace header goes on."""


class Settings(msgspec.Struct, frozen=True):
    """Subclass with one field per variable; field `queue_url` reads QUEUE_URL."""

    @classmethod
    @kept
    def load(cls) -> Self:
        names = {name: name.upper() for name in cls.__struct_fields__}
        env = {name: os.environ[read] for name, read in names.items() if read in os.environ}
        try:
            return msgspec.convert(env, cls, strict=False)
        except msgspec.ValidationError as error:
            raise SystemExit(f"environment of {cls.__name__}: {error}") from None


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
        found = os.environ.get("_X_AMZN_TRACE_ID")
        if not found:
            return cls("")
        return cls(";".join(part for part in found.split(";") if part.startswith(PARTS)))
