"""Compile configuration, manifests, channels and phrases into the layer; what is wrong stops it.

    python compile.py TARGET    writes {config,channels,policy,words,phrases}.json, policy.cedar,
                                and {tools,rules}/<name>.json

`config`, `tools` and `words` beside this file are links to the folders of those names, so that
`sam build` sees a change in them as a change of the layer.
"""

import ast
import sys
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, cast

import msgspec
import yaml
from msgspec import Struct, json, structs

from switchboard.cedar import compiler
from switchboard.channels import description
from switchboard.channels.registry import Channel
from switchboard.config import Config
from switchboard.control import Word
from switchboard.models import Locale
from switchboard.sdk import manifest
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.manifest import Manifest, Operation
from switchboard.text import DEFAULT, Words

HERE = Path(__file__).parent
MISTAKES = (
    SyntaxError,
    ImportError,
    NameError,
    AttributeError,
    TypeError,
    ValueError,
    RuntimeError,
)
"""What importing a module raises that is wrong; pydantic's own are of the last kind."""


class Phrases(Struct, frozen=True, forbid_unknown_fields=True):
    """One language's file, as `switchboard.phrases.Language` reads it."""

    letters: str
    phrases: dict[str, Words]


def compile_config(text: str) -> Config:
    """Raises SystemExit that names the line of the configuration that is wrong."""
    try:
        return msgspec.convert(yaml.safe_load(text), Config)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise SystemExit(f"config/switchboard.yaml: {error}") from None


def compile_tool(folder: Path) -> Manifest:
    """The manifest of the tool in `folder`, with the JSON Schemas of its operations."""
    try:
        found = manifest.load(folder)
    except (OSError, msgspec.ValidationError, yaml.YAMLError) as error:
        raise SystemExit(f"{folder.name}/tool.yaml: {error}") from None
    _complete(found)
    spec = spec_from_file_location(f"{folder.name}_models", folder / "models.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder.name}/models.py: cannot be read")
    models = module_from_spec(spec)
    try:
        spec.loader.exec_module(models)
    except MISTAKES as error:
        raise SystemExit(f"{folder.name}/models.py: {error}") from None
    operations = {
        name: structs.replace(operation, schema=_schema(folder.name, models, operation))
        for name, operation in found.operations.items()
    }
    return structs.replace(found, operations=operations)


def check_values(config: Config, tools: Iterable[Manifest]) -> None:
    """Raises SystemExit when a tool is given a value that it does not read, or a secret."""
    for tool in tools:
        if unknown := sorted({*config.tools[tool.name]} - {*tool.values}):
            raise SystemExit(f"config/switchboard.yaml: {tool.name} has no value {unknown[0]}")


def compile_channels() -> dict[str, Channel]:
    """What the functions need to know of every channel that has a folder."""
    found = {}
    for name in description.names():
        try:
            told = description.load(name)
        except (msgspec.ValidationError, yaml.YAMLError) as error:
            raise SystemExit(f"{name}/channel.yaml: {error}") from None
        found[name] = Channel(told.receive, told.send, told.events)
    return found


def compile_phrases(folder: Path) -> dict[Locale, Phrases]:
    """What Switchboard says, by language."""
    found: dict[Locale, Phrases] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = msgspec.convert(yaml.safe_load(path.read_bytes()), Phrases)
        except (msgspec.ValidationError, yaml.YAMLError) as error:
            raise SystemExit(f"phrases/{path.name}: {error}") from None
    return found


def write(target: Path, config: Config, tools: Iterable[Manifest]) -> None:
    """The files that `switchboard.config` reads."""
    (target / "tools").mkdir(parents=True, exist_ok=True)
    for tool in tools:
        (target / "tools" / f"{tool.name}.json").write_bytes(json.encode(tool))
    (target / "config.json").write_bytes(json.encode(config))


def write_policy(target: Path, text: str, tools: Iterable[Manifest]) -> None:
    """The rules, and what roles decide of them; raises SystemExit that names the wrong rule."""
    catalogue = {tool.name: tool for tool in tools}
    try:
        policy = compiler.read(text, catalogue)
    except compiler.PolicyError as error:
        raise SystemExit(f"config/policy.cedar: {error}") from None
    (target / "rules").mkdir(parents=True, exist_ok=True)
    for name, tool in catalogue.items():
        verdicts = compiler.verdicts(policy, tool)
        (target / "rules" / f"{name}.json").write_bytes(json.encode(verdicts))
    (target / "policy.cedar").write_text(text, encoding="utf-8")
    (target / "policy.json").write_bytes(json.encode(policy.rules))


def compile_word(path: Path) -> Word:
    """The declaration of a control word, which is read and not run: its function is not here."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WORD":
            declared = cast("ast.Call", node.value).keywords
            try:
                facts = {str(one.arg): ast.literal_eval(one.value) for one in declared}
                return msgspec.convert(facts, Word)
            except (ValueError, msgspec.ValidationError) as error:
                raise SystemExit(f"words/{path.name}: {error}") from None
    raise SystemExit(f"words/{path.name}: there is no WORD")


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    (target / "phrases.json").write_bytes(json.encode(compile_phrases(HERE / "phrases")))
    config = compile_config((HERE / "config" / "switchboard.yaml").read_text(encoding="utf-8"))
    tools = [compile_tool(HERE / "tools" / name) for name in config.tools]
    check_values(config, tools)
    write(target, config, tools)
    write_policy(target, (HERE / "config" / "policy.cedar").read_text(encoding="utf-8"), tools)
    files = sorted(HERE.glob("words/*/[a-z]*.py"), key=lambda path: path.name)
    words = [compile_word(path) for path in files]
    (target / "words.json").write_bytes(json.encode(words))
    (target / "channels.json").write_bytes(json.encode(compile_channels()))


def _complete(tool: Manifest) -> None:
    """Raises SystemExit for a text that some reader would find nothing in."""
    operations = (operation.summary for operation in tool.operations.values())
    for text in (tool.summary, *operations, *tool.phrases.values()):
        if DEFAULT not in text:
            raise SystemExit(f"{tool.name}/tool.yaml: {text} is not said in {DEFAULT}")


def _schema(tool: str, models: Any, operation: Operation) -> dict[str, Any]:
    model: type[Arguments] | None = getattr(models, operation.arguments, None)
    if model is None:
        raise SystemExit(f"{tool}/models.py: there is no {operation.arguments}")
    schema = model.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        if DEFAULT not in field.get("text", ()):
            raise SystemExit(f"{tool}/models.py: {operation.arguments}.{name} lacks its Says")
    return schema


if __name__ == "__main__":
    main(Path(sys.argv[1]))
