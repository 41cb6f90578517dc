"""The environment that handlers find in tests, and a cold start of everything they remember."""

import os
import sys
import tempfile
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import rmtree
from weakref import finalize

from msgspec import json

from switchboard import config
from tests import fakes

ROOT = Path(__file__).resolve().parents[1]
TOOL_PREFIX = "switchboard-test-tool-"
CHANNELS, TOOL = "/test/channels", "/test/tool"
VARIABLES = {
    "LEDGER_TABLE": fakes.TABLE,
    "RESULTS_BUCKET": fakes.BUCKET,
    "INBOX_URL": fakes.INBOX,
    "OUTBOX_URL": fakes.OUTBOX,
    "TOOL_PREFIX": TOOL_PREFIX,
    "CHANNELS_PARAMETER": CHANNELS,
    "TOOL_PARAMETER": TOOL,
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "a key that opens nothing",
    "AWS_REGION": "us-east-1",
}
CONFIG = """
workspace: {name: Test, timezone: Asia/Shanghai}
tools: {%s}
security: {second_factor: {required_for: [destructive]}}
"""
_CACHES = {
    "functions.ingest.app": ("_channels",),
    "functions.dispatch.app": ("_planners",),
    "functions.deliver.app": ("_channels",),
    "switchboard.config": ("load", "catalogue"),
    "switchboard.secret": ("parameter",),
}
_MEMORIES = {
    "functions.ingest.app": ("_refused",),
    "functions.dispatch.app": ("_people",),
    "switchboard.channels.tokens": ("_memory", "_refused"),
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
    spec = spec_from_file_location("compile_layer", ROOT / "layers/common/compile.py")
    assert spec is not None
    assert spec.loader is not None
    build = module_from_spec(spec)
    spec.loader.exec_module(build)
    named = ", ".join(f"{name}: {{endpoint: 'memory:{name}'}}" for name in tools)
    catalogue = {name: build.compile_tool(_folder(name)) for name in tools}
    target = Path(tempfile.mkdtemp())
    finalize(config, rmtree, target)
    (target / "config.json").write_bytes(json.encode(build.compile_config(CONFIG % named)))
    (target / "catalogue.json").write_bytes(json.encode(catalogue))
    return target


def _folder(tool: str) -> Path:
    own = ROOT / "tests" / tool
    return own if own.exists() else ROOT / "functions/tools" / tool
