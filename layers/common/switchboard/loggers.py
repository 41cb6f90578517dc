"""What libraries log and warn of, without their sentences, which may hold words of people."""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Any, Literal

Level = Literal["INFO", "WARNING", "ERROR"]
Write = Callable[[Level, str, str], None]
"""Takes the level, the logger's name, and the type of the exception, if there was one."""


def hush(write: Write) -> None:
    """Whatever is logged in this process from now on comes to `write`. Cheap when done again."""
    root = logging.getLogger()
    if any(isinstance(one, _Wordless) for one in root.handlers):
        return
    handler = _Wordless(write)
    root.handlers[:] = [handler]  # instead of Lambda's, which writes messages
    logging.lastResort = handler  # of loggers that do not propagate
    logging.setLogRecordFactory(_record)  # for handlers that a library adds by itself
    logging.captureWarnings(capture=True)
    _hush_hooks(write)


def _hush_hooks(write: Write) -> None:
    """What Python itself writes of errors that nobody can catch; whoever has a hook keeps it."""
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda error: write("ERROR", "thread", error.exc_type.__name__)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda error: write("ERROR", "garbage", error.exc_type.__name__)


class _Wordless(logging.Handler):
    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        level: Level = "INFO" if record.levelno < logging.WARNING else "WARNING"
        level = "ERROR" if record.levelno >= logging.ERROR else level
        self._write(level, record.name, record.msg)


def _record(
    name: str, level: int, path: str, line: int, _: object, __: object, raised: Any, *more: Any
) -> logging.LogRecord:
    """A record that says the type of the exception instead of its message."""
    kind = getattr(raised[0], "__name__", "") if raised else ""
    return logging.LogRecord(name, level, path, line, kind, (), None, *more)
