"""The template as it is written."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parents[2] / "template.yaml"


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms."""


def _short(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short)


def load() -> dict[str, Any]:
    return dict(yaml.load(PATH.read_text(encoding="utf-8"), Loader=_Loader))


@cache
def functions() -> dict[str, dict[str, Any]]:
    """The properties of our functions, by logical id."""
    return {
        name: one["Properties"]
        for name, one in load()["Resources"].items()
        if one["Type"] == "AWS::Serverless::Function"
    }
