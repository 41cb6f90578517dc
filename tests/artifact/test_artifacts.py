"""What `sam build` made imports alone, is small, and holds what it should and nothing else."""

import json
import subprocess
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from local.built import BUILD, FUNCTIONS, LAYERS
from switchboard.channels import registry
from switchboard.config import Config
from switchboard.sdk.manifest import Manifest

UNPACKED_LIMIT = 250 * 2**20
"""Lambda's quota for a function with its layers."""
UNCHECKED_HASH = (1).to_bytes(4, "little")
"""PEP 552: found by the hash of its source, which is not looked at again."""
IMPORT = """
import importlib, json, sys
path, name = json.loads(sys.argv[1]), sys.argv[2]
sys.path[:0] = path
for extra in sys.argv[3:]:
    importlib.import_module(extra)
module, _, attribute = name.rpartition(".")
assert callable(getattr(importlib.import_module(module), attribute))
print(json.dumps([sys.modules[name].__file__ or "" for name in list(sys.modules)
                  if getattr(sys.modules[name], "__file__", None)]))
"""
ENVIRONMENT = {
    "APPROVALS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals.fifo",
    "GRANTS_ARN": "arn:aws:kms:us-east-1:123456789012:key/1",
    "STACK": "switchboard",
    "INBOX_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/inbox.fifo",
    "INBOX_ARN": "arn:aws:sqs:us-east-1:123456789012:inbox.fifo",
    "HINTS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/hints.fifo",
    "HINTS_ARN": "arn:aws:sqs:us-east-1:123456789012:hints.fifo",
    "OUTBOX_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/outbox.fifo",
    "CHANNELS_PARAMETER": "/switchboard/ingest",
    "PUBLIC_URL": "https://switchboard.example",
}
HEAVY = {"boto3", "botocore", "pydantic", "aws_lambda_powertools", "aws_xray_sdk", "cryptography"}
SEALED = {"dingtalkevent", "discord", "feishu", "googlechat", "qq", "teams", "wechat"}
SEALED |= {"wecom", "wecombot"}
"""Channels whose webhooks are opened or verified with a cipher or a public key."""
LAYER = BUILD / LAYERS["CommonLayer"] / "python"


def imported(function, *extra):
    """The files that importing the handler reads, in an interpreter without site-packages."""
    path = json.dumps(function.path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", IMPORT, path, function.handler, *extra],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Path(file) for file in json.loads(done.stdout)]


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def names_of(folder):
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_handler_imports_with_artifact_and_layers_alone(function):
    files = imported(function)

    outside = [
        file
        for file in files
        if "site-packages" in file.parts
        or (Path.cwd() in file.parents and BUILD not in file.parents)
    ]
    assert outside == []
    assert any(function.folder in file.parents for file in files)


@pytest.mark.parametrize("name", ["Ingest", "Dispatch", "Fetch", "Deliver", "Sweep"])
def test_the_hot_path_imports_no_sdk(name):
    files = imported(FUNCTIONS[name])

    assert [file for file in files if HEAVY & set(file.parts)] == []


@pytest.mark.parametrize("sealed", [False, True])
def test_what_verifies_webhooks_imports_nothing_heavy_that_its_scheme_does_without(sealed):
    names = set(registry.names()) - SEALED
    modules = [f"{registry.PACKAGE}.{name}.receive" for name in (SEALED if sealed else names)]
    heavy = HEAVY - {"cryptography"} if sealed else HEAVY

    files = imported(FUNCTIONS["Ingest"], *modules)

    assert [file for file in files if (heavy | {"mistune"}) & set(file.parts)] == []


@pytest.mark.parametrize("name", ["Deliver", "Fetch"])
def test_every_channel_can_send_and_fetch_with_what_the_function_brings(name):
    senders = [one for one in registry.names() if registry.channel(one).send]

    assert imported(FUNCTIONS[name], *[f"{registry.PACKAGE}.{one}.send" for one in senders], "jwt")


@pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS.values() if one.is_tool], ids=lambda one: one.name
)
def test_a_tool_brings_nothing_that_the_layer_has(function):
    shared = {"boto3", "botocore", "pydantic", "pydantic_core", "switchboard", "msgspec"}

    assert not shared & names_of(function.folder)
    assert "functions" in names_of(function.folder)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_holds_its_own_code_and_no_other_functions(function):
    parts = function.handler.split(".")[1:-2]
    folder = function.folder / "functions"
    for part in parts:
        assert names_of(folder) - {"__pycache__", "__init__.py"} == {part}
        folder /= part

    assert (folder / "app.py").is_file()


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_with_its_layers_unpacks_to_less_than_the_quota(function, record_property):
    sizes = {folder.name: bytes_of(folder) for folder in (function.folder, *function.layers)}

    record_property("unpacked", sizes)
    assert sum(sizes.values()) < UNPACKED_LIMIT


def sources():
    layers = (BUILD / layer / "python" for layer in LAYERS.values())
    for folder in [*(one.folder for one in FUNCTIONS.values()), *layers]:
        yield from folder.rglob("*.py")


def test_every_module_has_bytecode_that_is_not_checked_again():
    found = list(sources())
    missing, checked = [], []
    for source in found:
        compiled = Path(cache_from_source(str(source)))
        if not compiled.exists():
            missing.append(source)
        elif compiled.read_bytes()[:8] != MAGIC_NUMBER + UNCHECKED_HASH:
            checked.append(source)

    # Some libraries ship what no Python compiles: templates and tests of syntax errors.
    assert [path for path in missing if _compiles(path)] == []
    assert checked == []
    assert len(found) > 500


def _compiles(path):
    try:
        compile(path.read_bytes(), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def test_the_layer_holds_the_compiled_configuration():
    folder = LAYER / "switchboard" / "compiled"

    config = json.loads((folder / "config.json").read_bytes())
    tools = {path.stem: json.loads(path.read_bytes()) for path in folder.glob("tools/*.json")}

    compiled = {f"{name}.json" for name in ("channels", "config", "phrases", "policy", "words")}
    assert names_of(folder) == compiled | {"policy.cedar", "rules", "tools"}
    assert set(config) == set(Config.__struct_fields__)
    assert set(tools) == set(config["tools"])
    for manifest in tools.values():
        assert set(manifest) == set(Manifest.__struct_fields__)
        for operation in manifest["operations"].values():
            assert operation["schema"]["type"] == "object"


def test_every_connected_tool_has_its_function():
    connected = [path.stem for path in (LAYER / "switchboard/compiled/tools").iterdir()]

    assert {f"{name.capitalize()}Tool" for name in connected} <= set(FUNCTIONS)


def test_the_layer_holds_the_roots_that_aws_is_known_by():
    assert (LAYER / "switchboard/cloud/amazon-roots.pem").read_bytes().count(b"BEGIN CERT") == 4


def test_nothing_of_a_developers_is_shipped():
    wrong = {".venv", "node_modules", ".git", ".state", "tests", ".env"}
    own = [one.folder / "functions" for one in FUNCTIONS.values()] + [LAYER / "switchboard"]

    assert [path for folder in own for path in folder.rglob("*") if path.name in wrong] == []
