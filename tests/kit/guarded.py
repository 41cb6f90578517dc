"""Calls of a tool that does whatever a test wants it to do, under the guard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from switchboard.guard.refusal import GuardError
from switchboard.guard.tool import ToolGuard
from switchboard.sdk.adapter import Connection
from switchboard.sdk.manifest import Effect, Manifest, Operation, Risk
from switchboard.text import Text

SUMMARY: Text = {"en": "x", "zh": "x"}
READS = Operation(arguments="X", effect=Effect.READ, risk=Risk.READ, summary=SUMMARY)
WRITES = Operation(arguments="X", effect=Effect.ONCE, risk=Risk.WRITE, summary=SUMMARY)


@dataclass
class Guarded:
    """A tool's function: `endpoint` is the operator's connection."""

    workdir: Path
    endpoint: str = ""
    near: bool = True
    hosts: tuple[str, ...] = ("connection",)
    programs: tuple[str, ...] = ()
    package: str = "tests.desk"
    limits: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tool = Manifest(
            name="stray",
            summary=SUMMARY,
            operations={"read": READS, "write": WRITES},
            hosts=self.hosts,
            programs=self.programs,
            **({"timeout": 30, "memory": 256} | self.limits),
        )
        self.guard = ToolGuard(tool, self.package)

    def __call__(self, act: Callable[[], Any], operation: str = "read") -> Any:
        """What the adapter brings, having done this."""
        connection = Connection({"endpoint": self.endpoint}, near=self.near)
        call: Any = SimpleNamespace(workdir=self.workdir, connection=connection)
        return self.guard.run(call, operation, act)

    def refuses(self, act: Callable[[], Any]) -> bool:
        """Whether the guard refuses it, whatever the library that met the refusal makes of that."""

        def tried() -> bool:
            try:
                act()
            except GuardError:
                return True
            except (OSError, ValueError) as error:
                return _is_cause(error)
            return False

        return bool(self(tried))


def _is_cause(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, GuardError) or isinstance(getattr(error, "reason", None), GuardError):
            return True
        error = error.__cause__ or error.__context__
    return False
