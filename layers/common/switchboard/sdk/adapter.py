"""What passes between the frame around a tool and the tool's adapter."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from switchboard.errors import BadRequestError
from switchboard.models import Locale

if TYPE_CHECKING:  # deliver, which knows files but no arguments, must not import pydantic
    from switchboard.sdk.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a call's vendor is and how to be let in: the `values` and `secrets` of the manifest.

    What is declared and not given is an empty string; what is not declared is a KeyError.
    """

    values: Mapping[str, str] = field(repr=False)
    near: bool = True
    """Whether its endpoint may be a private address: the operator's own may be, and what a person
    has named may not."""

    def __getitem__(self, name: str) -> str:
        return self.values[name]


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
    locale: Locale
    timezone: str
    now: datetime
    """When this try began, in UTC."""
    since: datetime
    """Since when the effect may have happened: when the first call with this key was asked for,
    which may be weeks ago. A look-up that finds nothing has read all since then."""
    workdir: Path
    """Empty at the start of the call and removed after it."""
    files: tuple[File, ...] = ()
    """The message's attachments, already in the working directory."""
    connection: Connection
    """The connection of whoever asked: their own, or else the workspace's."""
    say: Callable[..., str]
    """`say("created", url=…)`: a phrase of `tool.yaml`, in the asker's language."""
    keep: Callable[[str], str]
    """Writes down what a change is about to be done to, before it is: of all tries of the call, the
    first keeps its own, and each later one is told that. At most 100 characters, no words."""
    save: Callable[[bytes], None]
    """Stores what it takes to take a change back, before it is made; of all tries of the call, the
    first stores its own. Only the undo of this call is told it, as `saved`."""
    saved: bytes = b""
    """What the call that this one takes back has saved."""
    shown: str = ""
    """What the preview that was approved said of itself, as its Output's `shown`."""
    happened: Callable[[], None]
    """Called when the effect has happened. From then on the call ends as done, even when what
    follows fails: an error while the answer is put into words becomes a plain "Done."."""

    def require_shown(self, now: str) -> None:
        """A yes is to what was shown. Raises BadRequestError when that is another thing `now`."""
        if self.shown and self.shown != now:
            raise BadRequestError("changed since", say="changed_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a call brought: Markdown for people, JSON for machines, and files."""

    text: str
    content: Any = None
    files: tuple[File, ...] = ()
    tainted: bool = True
    shown: str = ""
    """Of a preview: which state of the thing it is about, as a revision or a digest. The call that
    is approved is told it. At most 100 characters, no words."""


class Adapter:
    """Translates between our values and one vendor's.

    An operation is the method of its name: `issues.create` is
    `issues_create(self, call: Call, arguments: CreateIssue) -> Output`. Of a `queryable` one,
    `find_issues_create` is the look-up: it returns the Output of an earlier try with the same
    `call.key`, or None when the vendor has no trace of one in all the time from `call.since` on.
    Of one with a `preview`, `preview_pulls_merge` changes nothing, and its Output says what the
    call would do. Of one with an `undo`, `undo_issues_close` takes back what a call of it did, by
    what that call has saved; what others have changed since it leaves alone, and is refused.
    All raise RejectedError when the asker is wrong and UnavailableError when the vendor is.
    Contract tests compare them with `tool.yaml`.
    """

    def translated(
        self,
        call: Call,  # noqa: ARG002  there is nothing to translate
        arguments: "Arguments",  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Entered around each operation and look-up: the vendor's errors become ours here."""
        return nullcontext()


def method_of(operation: str) -> str:
    """The name of the adapter's method for an operation."""
    return operation.replace(".", "_")


def finder_of(operation: str) -> str:
    """The name of the adapter's method that looks for an earlier try of a queryable operation."""
    return f"find_{method_of(operation)}"


def preview_of(operation: str) -> str:
    """The name of the adapter's method that says what a call of an operation would do."""
    return f"preview_{method_of(operation)}"


def undo_of(operation: str) -> str:
    """The name of the adapter's method that takes back what a call of an operation did."""
    return f"undo_{method_of(operation)}"
