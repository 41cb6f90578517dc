"""Which files a call may open: what it runs on, to read; its working directory, to write."""

import os
import sys
from pathlib import Path

from switchboard.guard.refusal import GuardError

TREES = (
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
    "/etc/ssl",
    "/etc/pki",
    "/usr/lib/ssl",
    "/usr/share/ca-certificates",
)
"""Time zones and certificates."""
SINGLE = {"/dev/null", "/dev/random", "/dev/urandom", "/etc/mime.types", "/etc/localtime"}
BYTECODE = f"{os.sep}__pycache__"


def roots() -> tuple[str, ...]:
    """What a tool runs on: its package, the layers, the interpreter's libraries. Nobody writes
    there while it runs, so what is a link there was one from the start."""
    found = {os.path.abspath(one) for one in (*sys.path, os.path.dirname(os.__file__))}  # noqa: PTH100, PTH120  text is compared
    return tuple(
        sorted(f"{one}{os.sep}" for one in {*found, *map(os.path.realpath, found), *TREES})
    )


class Files:
    """What one call may open; without a folder, what the import of an adapter may."""

    def __init__(self, roots: tuple[str, ...], folder: Path | None = None) -> None:
        self._roots = roots
        self._folder = os.path.realpath(folder) + os.sep if folder else ""

    def read(self, path: object, at: int = -1) -> None:
        """Raises GuardError unless it may be read; `at` is the open directory it is relative to."""
        text = _whole(path, at)
        if text in SINGLE or f"{text}{os.sep}".startswith(self._roots) or self._inside(text):
            return
        raise GuardError("a file outside of the call's folder")

    def write(self, path: object, at: int = -1) -> None:
        """Raises GuardError unless it may be made, changed or removed."""
        text = _whole(path, at)
        if text == os.devnull or self._inside(text) or self._is_bytecode(text):
            return
        raise GuardError("a change outside of the call's folder")

    def link(self, target: object, path: object, at: int = -1) -> None:
        """Raises GuardError unless a symbolic link there leads to a place that may be written."""
        self.write(path, at)
        self.write(os.path.join(os.path.dirname(_whole(path, at)), _text(target)))  # noqa: PTH118, PTH120

    def holds(self, path: Path) -> bool:
        """Whether it is a file of the call's own, wherever a link leads."""
        return self._inside(str(path))

    def _inside(self, text: str) -> bool:
        return bool(self._folder) and f"{os.path.realpath(text)}{os.sep}".startswith(self._folder)

    def _is_bytecode(self, text: str) -> bool:
        """Python keeps what it has compiled, on machines where that can be written."""
        return not self._folder and BYTECODE in text and text.startswith(self._roots)


def _whole(path: object, at: int) -> str:
    """The path from the root on; with a step upwards, as the links on its way have it."""
    text = _text(path)
    if not os.path.isabs(text):  # noqa: PTH117
        base = os.readlink(f"/proc/self/fd/{at}") if at >= 0 else os.getcwd()  # noqa: PTH109, PTH115
        text = os.path.join(base, text)  # noqa: PTH118
    if f"{os.sep}.." in text:
        return os.path.realpath(text)
    return os.path.normpath(text)


def _text(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else os.fspath(".")
