"""Calls of a tool as the frame around it makes them, without the ledger around that."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from switchboard.errors import AppError, RejectedError
from switchboard.frame.package import Tool
from switchboard.models import Locale
from switchboard.sdk.adapter import Call, Connection, File, Output, preview_of, undo_of
from switchboard.sdk.arguments import Arguments


@dataclass
class Asker:
    """Somebody who asks a tool; what the manifest declares and `values` lack is empty."""

    name: str
    values: dict[str, str] = field(default_factory=dict, repr=False)
    workdir: Path = Path()
    locale: Locale = "en"
    timezone: str = "UTC"
    key: UUID | None = None
    """That of every call; without one, each call has its own."""
    files: tuple[File, ...] = ()
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    since: datetime | None = None
    """When the first call with the key was asked for; without it, a day ago."""
    kept: dict[UUID, str] = field(default_factory=dict)
    """What the first call of a key has kept."""
    saved: dict[str, bytes] = field(default_factory=dict)
    """What calls of an operation have saved to be taken back: the first of them."""
    shown: str = ""
    """What the preview said of itself that is approved."""
    happened: list[str] = field(default_factory=list)
    """The operations whose adapter said that their effect has happened."""

    def __post_init__(self) -> None:
        adapter = f"functions.tools.{self.name}.adapter:{self.name.capitalize()}Adapter"
        self.tool = Tool(self.name, adapter)

    def __call__(self, operation: str, /, *, key: UUID | None = None, **given: object) -> Output:
        """`from_` stands for the argument `from`."""
        return self.tool.run(operation, self.call(operation, key), self._read(operation, given))

    def preview(self, operation: str, /, **given: object) -> Output:
        """What a call would do; from here on, calls are of what this has shown."""
        call, arguments = self.call(operation), self._read(operation, given)
        output = self.tool.run(operation, call, arguments, preview_of)
        self.shown = output.shown
        return output

    def undo(self, operation: str, /, **given: object) -> Output:
        """Take back what the first call of the operation that saved anything did."""
        call, arguments = self.call(operation), self._read(operation, given)
        return self.tool.run(operation, call, arguments, undo_of)

    def find(self, operation: str, /, **given: object) -> Output | None:
        return self.tool.find(operation, self.call(operation), self._read(operation, given))

    def call(self, operation: str, key: UUID | None = None) -> Call:
        declared = (*self.tool.manifest.values, *self.tool.manifest.secrets)
        return Call(
            key=key or self.key or uuid4(),
            locale=self.locale,
            timezone=self.timezone,
            now=self.clock(),
            since=self.since or self.clock() - timedelta(days=1),
            workdir=self.workdir,
            files=self.files,
            connection=Connection({name: self.values.get(name, "") for name in declared}),
            say=self._say,
            keep=lambda value: (
                self.kept.setdefault(key or self.key, value) if key or self.key else value
            ),
            save=lambda content: self.saved.setdefault(operation, content),
            saved=self.saved.get(operation, b""),
            shown=self.shown,
            happened=lambda: self.happened.append(operation),
        )

    def refused(self, operation: str, /, **given: object) -> str:
        """The phrase with which it is refused, after a look that it can be said."""
        error = self._rejected(operation, given)
        assert self.words(error)
        return error.say

    def told(self, operation: str, /, **given: object) -> str:
        """What a person reads of its refusal."""
        return self.words(self._rejected(operation, given))

    def _rejected(self, operation: str, given: dict[str, object]) -> RejectedError:
        try:
            self(operation, **given)
        except RejectedError as error:
            return error
        raise AssertionError(f"{operation} was not refused")

    def words(self, error: AppError) -> str:
        """What a person reads of an error."""
        return self._say(error.say, **{"tool": self.name, **error.values})

    def _read(self, operation: str, given: dict[str, object]) -> Arguments:
        arguments = {name.removesuffix("_"): value for name, value in given.items()}
        return self.tool.model(self.tool.operation(operation)).model_validate(arguments)

    def _say(self, phrase: str, /, **values: object) -> str:
        return self.tool.phrase(phrase, self.locale, **values)
