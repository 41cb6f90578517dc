"""The guard of one tool's function, around the import of its adapter and around each call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

from switchboard import observe
from switchboard.errors import NotAllowedError
from switchboard.guard import hook, remains
from switchboard.guard.files import Files, roots
from switchboard.guard.memory import Memory
from switchboard.guard.places import Places
from switchboard.guard.rules import Limits, Programs, Rules
from switchboard.sdk.adapter import Call, Output
from switchboard.sdk.manifest import Manifest

T = TypeVar("T")

CONNECTION, ENDPOINT = "connection", "endpoint"


class ToolGuard:
    """Holds a tool to its manifest, and ends with each call what the call has begun."""

    def __init__(self, tool: Manifest, package: str) -> None:
        self._tool, self._roots = tool, roots()
        self._limits = Limits(tool.timeout, tool.memory)
        self._memory = Memory(package)
        self.is_spoiled = False
        """Whether a call left behind what nobody can take away: its process must end."""
        hook.install()

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Around the import of the adapter, which reaches nothing and writes nothing."""
        programs = Programs((), self._limits, self._roots, None)
        rules = Rules(Places(()), Files(self._roots), programs)
        try:
            with hook.bound(rules):
                yield
        finally:
            self._close(rules)

    def run(self, call: Call, operation: str, ask: Callable[[], T]) -> T:
        """What `ask` brings, under the rules of this call and in a context of its own.

        Raises as `ask` does; NotAllowedError when it failed over what the manifest does not allow
        and cannot have changed anything.
        """
        rules = self._rules(call)
        self._memory.learn()
        try:
            with remains.cleared(call.workdir):
                try:
                    return copy_context().run(self._asked, rules, ask)
                finally:
                    self._close(rules)
        except Exception as error:
            reads = not self._tool.operations[operation].changes
            if rules.refusals and (reads or not rules.places.is_reached):
                raise NotAllowedError("the guard refused", say="guarded") from error
            raise
        finally:
            self._memory.put_back()

    def _asked(self, rules: Rules, ask: Callable[[], T]) -> T:
        with hook.bound(rules):
            output = ask()
        for one in output.files if isinstance(output, Output) else ():
            if not rules.files.holds(one.path):
                raise NotAllowedError("a file that is not the call's", say="guarded")
        return output

    def _rules(self, call: Call) -> Rules:
        tool = self._tool
        own = call.connection[ENDPOINT] if CONNECTION in tool.hosts else ""
        return Rules(
            Places(tool.hosts, own, near=call.connection.near),
            Files(self._roots, call.workdir),
            Programs(tool.programs, self._limits, self._roots, call.workdir),
        )

    def _close(self, rules: Rules) -> None:
        if not rules.end():
            self.is_spoiled = True
        for refusal in dict.fromkeys(rules.refusals):
            observe.warn("the guard refused", detail=refusal)
