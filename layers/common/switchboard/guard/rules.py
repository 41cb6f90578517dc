"""What one call may do, and what it has begun that must not outlive it."""

import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import ref

from msgspec import Struct

from switchboard.guard.files import Files
from switchboard.guard.places import Places
from switchboard.guard.refusal import GuardError

PROGRAM_BYTES = 256 * 2**20
"""What one file that a program writes may have."""
PYTHON = "python"
PATIENCE_SECONDS = 1.0
"""How long a thread that a call has begun is waited for."""


class Limits(Struct, frozen=True):
    """Of each program that a call starts."""

    seconds: int
    """Of processor time."""
    megabytes: int


class Programs:
    """Which programs a call may start, and those that it has started."""

    def __init__(
        self, named: Collection[str], limits: Limits, roots: tuple[str, ...], folder: Path | None
    ) -> None:
        self._named, self._limits, self._roots = named, limits, roots
        self._folder = os.path.realpath(folder) if folder else ""
        self._started: list[int] = []

    def start(self, program: object) -> None:
        """Raises GuardError unless it is named, by its whole path, and where programs are: in a
        layer, or unpacked in the call's folder itself."""
        path = os.fsdecode(program) if isinstance(program, str | bytes | os.PathLike) else ""
        if path == sys.executable and PYTHON in self._named:
            return
        folder, name = os.path.split(path)
        there = os.path.realpath(folder) == self._folder or path.startswith(self._roots)
        if not (name in self._named and self._folder and os.path.isabs(path) and there):  # noqa: PTH117
            raise GuardError("a program that the manifest does not name")

    def started(self, process: int) -> None:
        """Limit a program that has just begun, and all that it starts."""
        self._started.append(process)
        memory = self._limits.megabytes * 2**20
        with suppress(ProcessLookupError):  # it has ended already
            for kind, most in (
                (resource.RLIMIT_CPU, self._limits.seconds),
                (resource.RLIMIT_DATA, memory),
                (resource.RLIMIT_FSIZE, PROGRAM_BYTES),
                (resource.RLIMIT_CORE, 0),
            ):
                resource.prlimit(process, kind, (most, most))

    def require(self, process: int) -> None:
        """Raises GuardError unless it is one of them."""
        if process not in self._started:
            raise GuardError("a process that is not the call's")

    def end(self) -> None:
        """Kill those that still run, and take the status of those that nobody waited for."""
        for process in self._started:
            with suppress(ChildProcessError):
                if os.waitpid(process, os.WNOHANG) == (0, 0):
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)


class Rules:
    """What one call may do. Each refusal is kept, for whoever asks why the call failed."""

    def __init__(self, places: Places, files: Files, programs: Programs) -> None:
        self.places, self.files, self.programs = places, files, programs
        self.refusals: list[str] = []
        self.is_over = False
        self._sockets: list[ref[socket.socket]] = []
        self._threads: list[threading.Thread] = []

    def opened(self, made: Any, family: int, kind: int) -> None:
        """Raises GuardError for a socket of another kind than connections to hosts have."""
        known = (-1, socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)  # -1: one that is there
        if family not in known or kind & 0xF == socket.SOCK_RAW:
            raise GuardError("a socket that leads to no host")
        self._sockets.append(ref(made))

    def begun(self, thread: threading.Thread, bind: Callable[["Rules"], Any]) -> None:
        """Let a thread run under the same rules."""
        run = thread.run

        def bound() -> None:
            with bind(self):
                run()

        thread.run = bound  # type: ignore[method-assign]
        self._threads.append(thread)

    def end(self) -> bool:
        """From now on nothing may be done under these rules: connections are cut, programs killed.

        Whether it all came to an end; a thread cannot be ended by anybody else.
        """
        self.is_over = True
        for one in self._sockets:
            made = one()
            if made is not None and made.fileno() >= 0:
                with suppress(OSError):
                    made.shutdown(socket.SHUT_RDWR)
                made.close()
        self.programs.end()
        for thread in self._threads:
            if thread.ident:
                thread.join(PATIENCE_SECONDS)
        return not any(thread.is_alive() for thread in self._threads)
