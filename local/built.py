"""What `sam build` made, as its template describes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

BUILD = Path(".aws-sam/build").resolve()
TEMPLATE = yaml.safe_load((BUILD / "template.yaml").read_text(encoding="utf-8"))
GLOBALS = TEMPLATE["Globals"]["Function"]


@dataclass(frozen=True)
class Function:
    """One function's artifact, with the layers that Lambda lays beside it."""

    name: str
    folder: Path
    handler: str
    layers: tuple[Path, ...]
    timeout: int
    memory: int
    variables: dict[str, Any]
    """As the template has them, references and all."""

    @property
    def path(self) -> list[str]:
        """Where Python looks in Lambda, before the runtime's own folders."""
        return [str(self.folder), *(str(layer / "python") for layer in self.layers)]

    @property
    def is_tool(self) -> bool:
        return self.name.endswith("Tool")


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of one type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == kind
    }


def _function(name: str, properties: dict[str, Any]) -> Function:
    layers = GLOBALS["Layers"] + properties.get("Layers", [])  # SAM adds the two
    variables = GLOBALS["Environment"]["Variables"]
    return Function(
        name=name,
        folder=BUILD / properties["CodeUri"],
        handler=properties["Handler"],
        layers=tuple(BUILD / LAYERS[layer["Ref"]] for layer in layers),
        timeout=properties.get("Timeout", GLOBALS["Timeout"]),
        memory=properties.get("MemorySize", GLOBALS["MemorySize"]),
        variables=variables | properties.get("Environment", {}).get("Variables", {}),
    )


LAYERS = {
    name: properties["ContentUri"]
    for name, properties in resources("AWS::Serverless::LayerVersion").items()
}
FUNCTIONS = {
    name: _function(name, properties)
    for name, properties in resources("AWS::Serverless::Function").items()
}
