"""The environment that handlers find in tests, and a cold start of everything they remember."""

import os
import sys
import tempfile
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import rmtree
from typing import Any
from weakref import finalize

from switchboard import config
from tests.kit import fakes

ROOT = Path(__file__).resolve().parents[2]
TOOL_PREFIX, FETCH = "switchboard-test-tool-", "switchboard-test-fetch"
CHANNELS, TOOL = "/test/channels", "/test/tool"
VARIABLES = {
    "LEDGER_TABLE": fakes.TABLE,
    "RESULTS_BUCKET": fakes.BUCKET,
    "INBOX_URL": fakes.INBOX,
    "OUTBOX_URL": fakes.OUTBOX,
    "INBOX_DEAD_URL": fakes.INBOX_DEAD,
    "OUTBOX_DEAD_URL": fakes.OUTBOX_DEAD,
    "FAILURES_URL": fakes.FAILURES,
    "TOOL_PREFIX": TOOL_PREFIX,
    "FETCH_FUNCTION": FETCH,
    "CHANNELS_PARAMETER": CHANNELS,
    "TOOL_PARAMETER": TOOL,
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "a key that opens nothing",
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
SOURCES = (
    "config/*.yaml",
    "functions/tools/*/*.yaml",
    "functions/tools/*/models.py",
    "layers/common/compile.py",
    "layers/common/switchboard/*.py",
    "layers/common/switchboard/sdk/*.py",
    "layers/common/switchboard/channels/*/*.yaml",
)
"""What `layers/common/switchboard/compiled` is made of."""
_CACHES = {
    "functions.ingest.app": ("_accounts",),
    "functions.dispatch.app": ("_planners",),
    "switchboard.channels.kit.senders": ("made",),
    "switchboard.config": ("load", "catalogue"),
    "switchboard.credentials.parameters": ("parameter",),
}
_MEMORIES = {
    "functions.ingest.app": ("_refused",),
    "functions.dispatch.app": ("_people",),
    "functions.deliver.pace": ("_last",),
    "switchboard.credentials.tokens": ("_memory", "_refused"),
}


def provide() -> None:
    """Set what is not set: suites that start servers or a stack say where theirs are."""
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)


def cold() -> None:
    """Forget whatever a process would not know when it starts."""
    for name, functions in _CACHES.items():
        for function in functions if name in sys.modules else ():
            getattr(sys.modules[name], function).cache_clear()
    for name, memories in _MEMORIES.items():
        for memory in memories if name in sys.modules else ():
            getattr(sys.modules[name], memory).clear()


@cache
def compiled(tools: tuple[str, ...] = ("desk",)) -> Path:
    """The folder with the configuration and the catalogue of these tools, as the build makes it."""
    build = build_step()
    named = ", ".join(f"{name}: {{endpoint: 'memory:{name}'}}" for name in tools)
    target = Path(tempfile.mkdtemp())
    finalize(config, rmtree, target)
    catalogue = [build.compile_tool(_folder(name)) for name in tools]
    build.write(target, build.compile_config(CONFIG % named), catalogue)
    return target


def refresh() -> None:
    """Compile what the layer holds once more, if anything that it is made of is newer."""
    made = config.COMPILED / "config.json"
    at = made.stat().st_mtime if made.exists() else 0.0
    if any(path.stat().st_mtime > at for pattern in SOURCES for path in ROOT.glob(pattern)):
        build_step().main(config.COMPILED)


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
