"""What a call must not leave behind in its process, where another person's call comes next.

The state of the process is put back as it was; `memory` does the same for the tool's own modules,
and `rules` ends what the call has begun.
"""

import _locale
import decimal
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import cast

from switchboard import settings
from switchboard.runtime import kept

SEEN = {
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
}
"""Variables that an adapter and its programs see: not AWS's, which are credentials."""
SIGNALS = sorted(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})
NAMES = ("stdin", "stdout", "stderr", "excepthook", "dont_write_bytecode")
LISTS = ("path", "meta_path", "path_hooks")
CALLS = "switchboard-call-"
OURS = f"{CALLS}{os.getpid()}-{time.time_ns():x}-"
"""How the folders of this process's calls begin: a new environment may have an old one's number."""


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder for one call, removed after it, as are those of processes that were killed:
    Lambda starts the next one on the same disk."""
    sweep()
    with tempfile.TemporaryDirectory(prefix=OURS) as made:
        yield Path(made)


@kept
def sweep() -> None:
    """Remove what calls of processes that are no more have left."""
    for path in Path(tempfile.gettempdir()).glob(f"{CALLS}*-*-*"):
        process = path.name.removeprefix(CALLS).partition("-")[0]
        lives = process.isdigit() and Path(f"/proc/{process}").exists()
        ours = process == str(os.getpid())
        if not lives or (ours and not path.name.startswith(OURS)):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def cleared(folder: Path) -> Iterator[None]:
    """Run a call with the environment that it may see, its temporary files in its folder.

    Lambda runs one call at a time; of several at once, as tests have them, the last puts all back.
    """
    with _lock:
        _inside.append(_State() if not _inside else _inside[0])
        tempfile.tempdir = str(folder)
        sys.dont_write_bytecode = True
    try:
        yield
    finally:
        with _lock:
            state = _inside.pop()
            if not _inside:
                state.put_back()


_inside: list["_State"] = []
_lock = Lock()


class _State:
    """The process as it was before a call."""

    def __init__(self) -> None:
        self._folder = os.getcwd()  # noqa: PTH109  of the process
        self._mask = _mask()
        self._locale = _locale.setlocale(_locale.LC_ALL)
        self._handlers = [signal.getsignal(one) for one in SIGNALS]
        self._timer = signal.getitimer(signal.ITIMER_REAL)
        self._filters = list(warnings.filters)
        self._values = {name: getattr(sys, name) for name in NAMES}
        self._lists = {name: getattr(sys, name)[:] for name in LISTS}
        self._timeout = socket.getdefaulttimeout()
        self._depth = sys.getrecursionlimit()
        self._temporary = tempfile.tempdir
        self._arithmetic = decimal.getcontext().copy()
        settings.hide(SEEN)

    def put_back(self) -> None:
        settings.show()
        tempfile.tempdir = self._temporary
        decimal.setcontext(self._arithmetic)
        sys.setrecursionlimit(self._depth)
        socket.setdefaulttimeout(self._timeout)
        for name, value in self._values.items():
            setattr(sys, name, value)
        for name, items in self._lists.items():
            getattr(sys, name)[:] = items
        if warnings.filters != self._filters:
            warnings.resetwarnings()
            cast("list[object]", warnings.filters).extend(self._filters)
        self._put_back_signals()
        if _locale.setlocale(_locale.LC_ALL) != self._locale:
            _locale.setlocale(_locale.LC_ALL, self._locale)
        os.umask(self._mask)
        os.chdir(self._folder)

    def _put_back_signals(self) -> None:
        """Only the main thread can have changed a handler."""
        if self._timer == (0.0, 0.0) and signal.getitimer(signal.ITIMER_REAL) != self._timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in zip(SIGNALS, self._handlers, strict=True):
            if signal.getsignal(one) != handler:
                signal.signal(one, handler)


def _mask() -> int:
    """It can be asked for only by setting another."""
    found = os.umask(0o77)
    os.umask(found)
    return found
