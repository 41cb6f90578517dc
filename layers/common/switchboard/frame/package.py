"""A tool's folder as its function holds it: the manifest, the models of arguments, the adapter."""

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from switchboard import observe, phrases, text
from switchboard.errors import BadRequestError
from switchboard.guard.tool import ToolGuard
from switchboard.ledger import lanes
from switchboard.models import Command, Locale
from switchboard.sdk import manifest
from switchboard.sdk.adapter import Adapter, Call, Output, finder_of, method_of
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Operation


class Tool:
    """One tool: its manifest, its arguments' models and, once it is needed, its adapter."""

    def __init__(self, name: str, adapter: str) -> None:
        self.name = name
        self._module, _, self._class = adapter.partition(":")
        package = self._module.rpartition(".")[0]
        self.folder = Path(str(import_module(package).__file__)).parent
        self.manifest = manifest.load(self.folder)
        self.guard = ToolGuard(self.manifest, package)
        self._models = import_module(f"{package}.models")

    @property
    def adapter(self) -> Adapter:
        """A new one: what a call leaves in it is no other call's."""
        return self._adapter()

    @cached_property
    def _adapter(self) -> type[Adapter]:
        """Imported when the first call arrives, and with it the vendor's library."""
        observe.hush_libraries()
        with self.guard.importing():
            found: type[Adapter] = getattr(import_module(self._module), self._class)
        return found

    def operation(self, name: str) -> Operation:
        found = self.manifest.operations.get(name)
        if found is None:
            raise BadRequestError("operation", say="unknown_operation", name=name, near="")
        return found

    def run(
        self,
        operation: str,
        call: Call,
        arguments: Arguments,
        named: Callable[[str], str] = method_of,
    ) -> Output:
        """Do it, or what else the adapter has `named` for it, as its preview.

        Raises RejectedError and UnavailableError, as the adapter does.
        """
        output: Output = self._guarded(named(operation), operation, call, arguments)
        return output

    def find(self, operation: str, call: Call, arguments: Arguments) -> Output | None:
        """What an earlier try of this same call did, of a queryable operation; raises as `run`."""
        found: Output | None = self._guarded(finder_of(operation), operation, call, arguments)
        return found

    def changes(self, command: Command) -> bool:
        """Whether the call has a place in its lane; what is not offered here may have one too."""
        if command.params.meta.looks:
            return False
        if command.params.meta.asks or command.params.meta.grant:
            return True
        known = self.manifest.operations.get(command.method)
        if known is None:
            return lanes.place_of(command) is not None
        return known.changes

    def model(self, operation: Operation) -> type[Arguments]:
        found: type[Arguments] = getattr(self._models, operation.arguments)
        return found

    def phrase(self, name: str, locale: Locale, /, **values: object) -> str:
        """A phrase of this tool's, else one of everybody's; KeyError when it cannot be filled."""
        own = self.manifest.phrases.get(name)
        if own is None:
            return phrases.say(name, locale, **values)
        return text.say(own, locale, **values)

    def say(self, name: str, locale: Locale, /, **values: object) -> str:
        """A phrase for a refusal. One that is missing must not hide that it is a refusal."""
        return self._said("rejected", name, locale, values)

    def tell(self, name: str, locale: Locale, /, **values: object) -> str:
        """A phrase for an answer. One that is missing must not hide that the call is done."""
        return self._said("done", name, locale, values)

    def discover(self) -> dict[str, Any]:
        """The manifest with the JSON Schemas of the arguments, as `rpc.discover` answers."""
        made: dict[str, Any] = msgspec.to_builtins(self.manifest)
        for name, operation in self.manifest.operations.items():
            made["operations"][name]["schema"] = self.model(operation).model_json_schema()
        return made

    def _guarded(self, method: str, operation: str, call: Call, arguments: Arguments) -> Any:
        adapter = self.adapter

        def ask() -> Any:
            with adapter.translated(call, arguments):
                return getattr(adapter, method)(call, arguments)

        return self.guard.run(call, operation, ask)

    def _said(self, instead: str, name: str, locale: Locale, values: dict[str, object]) -> str:
        try:
            return self.phrase(name, locale, **values)
        except LookupError:
            observe.warn("phrase missing", phrase=name)
            return phrases.say(instead, locale)
