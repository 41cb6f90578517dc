"""What passes between the frame around a tool and the tool's adapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from switchboard.models import Locale

if TYPE_CHECKING:  # deliver, which knows files but no arguments, must not import pydantic
    from switchboard.sdk.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a tool's vendor is and how to be let in; one flat table of names and values.

    It comes from `config/switchboard.yaml`, overlaid with the stack's own encrypted parameter.
    """

    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class File:
    """A file in the working directory of a call."""

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one operation: everything an adapter may know about who asked."""

    key: UUID
    """The idempotency key: the same call, tried again, has the same key."""
    operation: str
    locale: Locale
    timezone: str
    workdir: Path
    """Empty at the start of the call and removed after it."""
    files: tuple[File, ...] = ()
    """The message's attachments, already in the working directory."""
    say: Callable[..., str]
    """`say("created", url=…)`: a phrase of `tool.yaml`, in the asker's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call brought: Markdown for people, JSON for machines, and files."""

    text: str
    content: Any = None
    files: tuple[File, ...] = ()
    tainted: bool = True


class Adapter(Protocol):
    """Translates between our values and one vendor library."""

    def run(self, call: Call, arguments: "Arguments") -> Answer:
        """Do it. Raises RejectedError when the asker is wrong, else UnavailableError."""
        ...


class QueryableAdapter(Adapter, Protocol):
    """An adapter some of whose operations are `queryable`."""

    def find(self, call: Call, arguments: "Arguments") -> Answer | None:
        """The answer of an earlier try of this same call, looked up downstream by `call.key`."""
        ...
