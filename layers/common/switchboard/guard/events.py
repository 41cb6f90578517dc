"""What Python asks before it acts, and who of the rules answers.

Each check takes the rules and the event's own arguments, and raises GuardError.
Source: Python's documentation, "Audit events table".
"""

import os
import threading
from collections.abc import Callable
from typing import Any

from switchboard.guard.refusal import GuardError
from switchboard.guard.rules import Rules

Check = Callable[..., None]

CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _open(rules: Rules, path: Any, _: Any, flags: int) -> None:
    if isinstance(path, int):
        return
    if flags & CHANGES:
        rules.files.write(path)
    else:
        rules.files.read(path)


def _listed(rules: Rules, path: Any = None, *_: Any) -> None:
    if not isinstance(path, int):
        rules.files.read("." if path is None else path)


def _changed(rules: Rules, path: Any, *more: Any) -> None:
    """The last argument of most is the open directory that the path is relative to."""
    if isinstance(path, int):  # it was opened for that
        return
    rules.files.write(path, more[-1] if more and isinstance(more[-1], int) else -1)


def _written(rules: Rules, path: Any, *more: Any) -> None:
    _changed(rules, path)


def _moved(rules: Rules, source: Any, target: Any, source_at: int, target_at: int) -> None:
    rules.files.write(source, source_at)
    rules.files.write(target, target_at)


def _database(rules: Rules, path: Any) -> None:
    if path not in ("", ":memory:"):
        rules.files.write(path)


def _bind(rules: Rules, _: Any, address: Any) -> None:
    """Libraries bind to find out whether there is IPv6, or for the way back."""
    if not (isinstance(address, tuple) and address[1] == 0):
        raise GuardError("a server")


def _sent(rules: Rules, _: Any, address: Any) -> None:
    if address is not None:  # else to where it is connected
        rules.places.connect(address)


def _dlopen(rules: Rules, name: Any = None) -> None:
    """`import ctypes` opens what is open already."""
    if name is not None:
        raise GuardError("native code")


def _thread(rules: Rules, function: Any, *_: Any) -> None:
    if not isinstance(getattr(function, "__self__", None), threading.Thread):
        raise GuardError("a thread that nobody can follow")


def _killed(rules: Rules, process: int, _: int) -> None:
    rules.programs.require(process)


def _refused(why: str) -> Check:
    def refuse(*_: Any) -> None:
        raise GuardError(why)

    return refuse


CHECKS: dict[str, Check] = {
    "open": _open,
    "os.listdir": _listed,
    "os.scandir": _listed,
    "os.chdir": lambda rules, path: rules.files.write(path),
    "os.chmod": _changed,
    "os.chown": _changed,
    "os.mkdir": _changed,
    "os.remove": _changed,
    "os.rmdir": _changed,
    "os.utime": _changed,
    "os.truncate": _written,
    "os.setxattr": _written,
    "os.removexattr": _written,
    "os.getxattr": _listed,
    "os.listxattr": _listed,
    "os.rename": _moved,
    "os.link": _moved,
    "os.symlink": lambda rules, target, path, at=-1: rules.files.link(target, path, at),
    "sqlite3.connect": _database,
    "socket.__new__": lambda rules, made, family, kind, _: rules.opened(made, family, kind),
    "socket.getaddrinfo": lambda rules, host, *_: rules.places.require(host),
    "socket.gethostbyname": lambda rules, host: rules.places.require(host),
    "socket.connect": lambda rules, _, address: rules.places.connect(address),
    "socket.sendto": lambda rules, _, address: rules.places.connect(address),
    "socket.sendmsg": _sent,
    "socket.bind": _bind,
    "subprocess.Popen": lambda rules, program, *_: rules.programs.start(program),
    "os.kill": _killed,
    "os.killpg": _killed,
    "ctypes.dlopen": _dlopen,
    "_thread.start_new_thread": _thread,
    "_thread.start_joinable_thread": _thread,
    **dict.fromkeys(
        ("socket.gethostbyaddr", "socket.getnameinfo"), _refused("a look-up backwards")
    ),
    **dict.fromkeys(
        (
            "os.exec",
            "os.fork",
            "os.forkpty",
            "os.posix_spawn",
            "os.spawn",
            "os.system",
            "pty.spawn",
        ),
        _refused("a program that nobody limits"),
    ),
    **dict.fromkeys(
        (
            "ctypes.dlsym",
            "ctypes.dlsym/handle",
            "sqlite3.load_extension",
            "sqlite3.enable_load_extension",
        ),
        _refused("native code"),
    ),
    "sys.addaudithook": _refused("another guard"),
    "resource.setrlimit": _refused("other limits"),
}
