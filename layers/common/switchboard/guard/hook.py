"""The guard itself: an audit hook, which Python asks before it acts and which nobody can remove.

It stops honest code that is led astray, not native code: what goes to the kernel without Python's
functions, or changes the guard, it does not see. So roles and secrets stay small all the same.
"""

import _socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any, TypeVar

from switchboard.guard.events import CHECKS
from switchboard.guard.places import real_lookup
from switchboard.guard.refusal import GuardError
from switchboard.guard.rules import Rules

T = TypeVar("T")

POPEN = "subprocess.Popen"
_bound: dict[int, Rules] = {}
"""By thread. The frame's own code, and AWS through it, are under no rules."""


@contextmanager
def bound(rules: Rules) -> Iterator[None]:
    """In this thread, and in those that it begins, nothing happens that the rules refuse."""
    me = get_ident()
    before = _bound.get(me)
    _bound[me] = rules
    try:
        yield
    finally:
        _put_back(me, before)


def ours(function: Callable[..., T]) -> Callable[..., T]:
    """What the frame gives an adapter to call, such as `keep`, is under no rules."""

    def called(*arguments: Any) -> T:
        me = get_ident()
        before = _bound.pop(me, None)
        try:
            return function(*arguments)
        finally:
            _put_back(me, before)

    return called


def install() -> None:
    """Once a process, before an adapter is imported."""
    if _socket.getaddrinfo is _look_up:
        return
    _socket.getaddrinfo = _look_up  # type: ignore[assignment]
    threading.Thread.start = _start  # type: ignore[method-assign, assignment]
    sys.addaudithook(_hook)


def _put_back(me: int, rules: Rules | None) -> None:
    if rules is None:
        _bound.pop(me, None)
    else:
        _bound[me] = rules


def _look_up(host: Any, port: Any, family: int = 0, type: int = 0, *more: int) -> Any:  # noqa: A002  its name
    rules = _bound.get(get_ident())
    if rules is None:
        return real_lookup(host, port, family, type, *more)
    asked = (host, port, family, type, *more)
    return _judged(rules, "socket.getaddrinfo", ours(rules.places.look_up), *asked)


def _start(thread: threading.Thread) -> None:
    rules = _bound.get(get_ident())
    if rules is not None:
        rules.begun(thread, bound)
    _real_start(thread)


_real_start = threading.Thread.start


def _limit_programs() -> None:
    """Whoever asks to start a program has imported `subprocess`: from now on what a program may use
    is limited as it begins. No public name of that module has the process before it is used."""
    module = sys.modules["subprocess"]
    if "begin" not in _programs:
        _programs["begin"] = vars(module)["_fork_exec"]
        vars(module)["_fork_exec"] = _begin


_programs: dict[str, Callable[..., int]] = {}


def _begin(*arguments: Any) -> int:
    process = _programs["begin"](*arguments)
    if (rules := _bound.get(get_ident())) is not None:
        rules.programs.started(process)
    return process


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    check = CHECKS.get(event)
    if check is not None and (rules := _bound.get(get_ident())) is not None:
        _judged(rules, event, check, rules, *arguments)
        if event == POPEN:
            _limit_programs()


def _judged(rules: Rules, event: str, check: Callable[..., T], *arguments: Any) -> T:
    try:
        if rules.is_over:
            raise GuardError("a call that is over")
        return check(*arguments)
    except GuardError as error:
        rules.refusals.append(f"{event}: {error.strerror}")
        raise
