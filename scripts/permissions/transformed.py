"""The template as it is written, and as SAM transforms it: what is really deployed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parents[2] / "template.yaml"
SAM_PYTHON = PATH.parent / ".venv-emulator/bin/python"
"""The translator pins libraries that we have newer: it runs in the environment that has it."""
TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform

class Policies:
    def load(self):
        names = ("service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess")
        return {name.rpartition("/")[2]: f"arn:aws:iam::aws:policy/{name}" for name in names}

template, parameters = json.load(sys.stdin)
json.dump(transform(template, parameters, Policies()), sys.stdout)
"""


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms."""


def _short(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short)


def load() -> dict[str, Any]:
    """The file, with its short forms written out."""
    return dict(yaml.load(PATH.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506


def transformed() -> dict[str, Any]:
    """What SAM makes of it, without a network or an account."""
    raw = load()
    for resource in raw["Resources"].values():
        properties = resource.get("Properties", {})
        for local in ("CodeUri", "ContentUri"):
            if local in properties:
                properties[local] = f"s3://bucket/{properties[local]}"
    defaults = {name: one["Default"] for name, one in raw["Parameters"].items() if "Default" in one}
    done = subprocess.run(
        [SAM_PYTHON, "-c", TRANSFORM],
        input=json.dumps([raw, defaults]),
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
