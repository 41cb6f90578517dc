"""The environment that handlers find in tests, with AWS's documented example credentials."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import unquote
from weakref import finalize

from switchboard import config
from switchboard.cloud import aws
from switchboard.runtime import Runtime, current
from tests.kit import fakes, kms
from tests.kit.queues import arn_of

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "config" / "policy.cedar"
TOOL_PREFIX, FETCH = f"{fakes.STACK}-tool-", f"{fakes.STACK}-fetch"
CHANNELS, TOOL, OAUTH = "/test/channels", "/test/tool", "/test/oauth/"
VARIABLES = {
    "LEDGER_TABLE": fakes.TABLE,
    "RESULTS_BUCKET": fakes.BUCKET,
    "INBOX_URL": fakes.INBOX,
    "INBOX_ARN": arn_of(fakes.INBOX),
    "HINTS_URL": fakes.HINTS,
    "HINTS_ARN": arn_of(fakes.HINTS),
    "OUTBOX_URL": fakes.OUTBOX,
    "APPROVALS_URL": fakes.APPROVALS,
    "GRANTS_ARN": kms.SIGNS,
    "STACK": fakes.STACK,
    "INBOX_DEAD_URL": fakes.INBOX_DEAD,
    "HINTS_DEAD_URL": fakes.HINTS_DEAD,
    "OUTBOX_DEAD_URL": fakes.OUTBOX_DEAD,
    "FAILURES_URL": fakes.FAILURES,
    "TOOL_PREFIX": TOOL_PREFIX,
    "FETCH_FUNCTION": FETCH,
    "CHANNELS_PARAMETER": CHANNELS,
    "TOOL_PARAMETER": TOOL,
    "SIGNIN_PARAMETER": "/test/signin",
    "KMS_ARN": kms.KEY,
    "PUBLIC_URL": "https://switchboard.test",
    "OAUTH_PARAMETER": OAUTH,
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
}
CONFIG = """
workspace: {name: Test, timezone: Asia/Shanghai}
tools: {%s}
caps:
  day: {messages: 100, calls: 100, tokens: 1000, money: 100.0}
  run: {steps: 3, seconds: 900}
security: {second_factor: {required_for: [destructive]}}
"""
UNSET = ("AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_LAMBDA_FUNCTION_NAME")
SOURCES = (
    "config/*",
    "functions/*/words/*.py",
    "functions/tools/*/*.yaml",
    "functions/tools/*/models.py",
    "layers/common/compile.py",
    "layers/common/phrases/*.yaml",
    "layers/common/switchboard/*.py",
    "layers/common/switchboard/cedar/*.py",
    "layers/common/switchboard/sdk/*.py",
    "layers/common/switchboard/channels/*.py",
    "layers/common/switchboard/channels/*/*.yaml",
)
"""What `layers/common/switchboard/compiled` is made of."""


def provide() -> None:
    """Set what is not set: suites that start servers or a stack say where theirs are."""
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)


@contextmanager
def surroundings(**values: str) -> Iterator[None]:
    """A new environment: its variables, and nothing kept from an earlier one."""
    before = dict(os.environ)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(VARIABLES | values)
    try:
        with Runtime():
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def objects(found: Mapping[str, bytes]) -> Iterator[None]:
    """Whatever object is asked for is one of these, by key."""

    def transport(method: str, service: str, path: str, *asked: Any) -> bytes:
        (content,) = (one for key, one in found.items() if unquote(path).endswith(f"/{key}"))
        return content

    with surroundings():
        current().give(aws.transport, transport)
        yield


@cache
def compiled(tools: tuple[str, ...] = ("desk",), policy: str = "") -> Path:
    """The folder with the configuration and the catalogue of these tools, as the build makes it.

    With the rules of the house, unless a `policy` is given.
    """
    build = build_step()
    named = ", ".join(f"{name}: {{endpoint: 'memory:{name}'}}" for name in tools)
    target = Path(tempfile.mkdtemp())
    finalize(config, rmtree, target)
    catalogue = [build.compile_tool(_folder(name)) for name in tools]
    build.write(target, build.compile_config(CONFIG % named), catalogue)
    build.write_policy(target, policy or POLICY.read_text(encoding="utf-8"), catalogue)
    return target


def refresh() -> None:
    """Compile what the layer holds once more, if anything that it is made of is newer."""
    made = config.compiled() / "config.json"
    if ROOT / "layers" not in made.parents:
        return  # what `sam build` made stays as it is
    at = made.stat().st_mtime if made.exists() else 0.0
    if any(path.stat().st_mtime > at for pattern in SOURCES for path in ROOT.glob(pattern)):
        build_step().main(config.compiled())


@cache
def build_step() -> Any:
    """What the build compiles the configuration and the manifests with."""
    spec = spec_from_file_location("compile_layer", ROOT / "layers/common/compile.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def _folder(tool: str) -> Path:
    own = ROOT / "tests" / tool
    return own if own.exists() else ROOT / "functions/tools" / tool
