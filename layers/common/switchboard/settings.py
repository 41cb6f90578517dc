"""The one reader of the environment: a missing variable stops the cold start and names itself."""

import os
from typing import Self

import msgspec

from switchboard.runtime import kept


class Settings(msgspec.Struct, frozen=True):
    """Subclass with one field per variable; field `queue_url` reads QUEUE_URL."""

    @classmethod
    @kept
    def load(cls) -> Self:
        env = {name.lower(): value for name, value in os.environ.items()}
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


class TraceSettings(msgspec.Struct, frozen=True):
    """The trace of this invocation; Lambda rewrites the variable, so it is never cached."""

    sampled: bool

    @classmethod
    def now(cls) -> Self:
        return cls("Sampled=1" in os.environ.get("_X_AMZN_TRACE_ID", ""))
