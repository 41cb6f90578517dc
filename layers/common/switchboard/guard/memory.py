"""What the modules of a tool hold between two calls: what they held when they were imported."""

import sys
from collections import deque
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

DEPTH = 6
"""How deep an object that a module holds is looked into."""
LOGGING = "logging"
"""Whose objects, as modules are, belong to the whole process."""


class Memory:
    """All containers, classes and objects that can be reached from the modules of a package.

    What a library keeps in modules of its own is not among them.
    """

    def __init__(self, package: str) -> None:
        self._package = f"{package}."
        self._known: set[str] = set()
        self._late: set[str] = set()
        self._count = 0
        self._seen: set[int] = set()
        self._held: list[tuple[Any, Any]] = []

    def learn(self) -> None:
        """Before a call: note what the modules hold that were imported since the last one."""
        for name in self._late:
            import_module(name)
        self._late.clear()
        if self._count != len(sys.modules):
            for name in self._new():
                self._known.add(name)
                self._note(vars(sys.modules[name]), DEPTH)
            self._count = len(sys.modules)

    def put_back(self) -> None:
        """After a call. A module that the call has brought may hold something of it: it is dropped,
        and imported anew before the next one."""
        for held, kept in self._held:
            if _contents(held) != kept:
                _restore(held, kept)
        if self._count != len(sys.modules):
            self._late = self._new()
            for name in self._late:
                parent, _, leaf = name.rpartition(".")
                vars(sys.modules[parent]).pop(leaf, None)
                del sys.modules[name]
            self._count = len(sys.modules)

    def _new(self) -> set[str]:
        return {name for name in sys.modules if name.startswith(self._package)} - self._known

    def _note(self, value: Any, depth: int) -> None:
        if depth < 0 or id(value) in self._seen or isinstance(value, ModuleType):
            return
        self._seen.add(id(value))
        foreign = isinstance(value, type | FunctionType) and not self._owns(value)
        if foreign or type(value).__module__ == LOGGING:
            return
        if isinstance(value, FunctionType):
            parts: Iterable[Any] = (
                *(value.__defaults__ or ()),
                *(value.__kwdefaults__ or {}).values(),
            )
        elif isinstance(value, tuple):
            parts = value
        else:
            contents = _contents(value)
            if contents is None:
                return
            self._held.append((value, contents))
            parts = contents.values() if isinstance(contents, dict) else contents
        for one in parts:
            if not isinstance(one, str | int):
                self._note(one, depth - 1)

    def _owns(self, value: type | FunctionType) -> bool:
        return f"{value.__module__}.".startswith(self._package)


def _contents(value: Any) -> Any:
    """A copy of what can be put into it and taken out again; None: it cannot be changed."""
    if isinstance(value, dict | list | set | deque | bytearray):
        return value.copy()
    if isinstance(value, type):
        return {name: one for name, one in vars(value).items() if not name.startswith("__")}
    return dict(vars(value)) if hasattr(value, "__dict__") else None


def _restore(held: Any, kept: Any) -> None:
    if isinstance(held, list | deque | bytearray):
        held.clear()
        held.extend(kept)
        return
    if isinstance(held, set):
        held.clear()
        held.update(kept)
        return
    now, known = _contents(held), isinstance(held, dict)
    put = held.__setitem__ if known else partial(setattr, held)
    take = held.__delitem__ if known else partial(delattr, held)
    for name in now.keys() - kept.keys():
        take(name)
    for name, value in kept.items():
        if name not in now or now[name] is not value:
            put(name, value)
