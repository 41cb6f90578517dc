"""A tool's folder as its function holds it: the manifest, the models of arguments, the adapter."""

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from switchboard import config, phrases
from switchboard.credentials import parameters
from switchboard.errors import BadRequestError
from switchboard.ledger import lanes
from switchboard.models import Command, Locale
from switchboard.sdk import manifest
from switchboard.sdk.adapter import Adapter, Connection
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Operation
from switchboard.settings import Settings


class ToolSettings(Settings, frozen=True):
    tool_parameter: str
    """The encrypted parameter with this tool's secrets."""


class Tool:
    """One tool: its manifest, its arguments' models and, once it is needed, its adapter."""

    def __init__(self, name: str, adapter: str) -> None:
        self.name = name
        self._module, _, self._class = adapter.partition(":")
        package = self._module.rpartition(".")[0]
        self.folder = Path(str(import_module(package).__file__)).parent
        self.manifest = manifest.load(self.folder)
        self._models = import_module(f"{package}.models")

    @cached_property
    def adapter(self) -> Adapter:
        values = dict(config.load().tools.get(self.name, {}))
        values |= parameters.parameter(ToolSettings.load().tool_parameter).get("connection", {})
        made: Adapter = getattr(import_module(self._module), self._class)(Connection(values))
        return made

    def operation(self, name: str) -> Operation:
        found = self.manifest.operations.get(name)
        if found is None:
            raise BadRequestError("operation", say="unknown_operation", name=name, near="")
        return found

    def changes(self, command: Command) -> bool:
        """Whether the call has a place in its lane; what is not offered here may have one too."""
        if command.params.meta.looks:
            return False
        known = self.manifest.operations.get(command.method)
        if known is None:
            return lanes.place_of(command) is not None
        return known.changes

    def model(self, operation: Operation) -> type[Arguments]:
        found: type[Arguments] = getattr(self._models, operation.arguments)
        return found

    def say(self, name: str, locale: Locale, /, **values: object) -> str:
        """A phrase of this tool's, else one of everybody's."""
        own = self.manifest.phrases.get(name)
        if own is None:
            return phrases.say(name, locale, **values)
        return (own.zh if locale == "zh" else own.en).format(**values)

    def discover(self) -> dict[str, Any]:
        """The manifest with the JSON Schemas of the arguments, as `rpc.discover` answers."""
        made: dict[str, Any] = msgspec.to_builtins(self.manifest)
        for name, operation in self.manifest.operations.items():
            made["operations"][name]["schema"] = self.model(operation).model_json_schema()
        return made
