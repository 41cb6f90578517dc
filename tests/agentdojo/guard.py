"""What dispatch says about one call of a run: the very code that decides there, on other tools.

The tools of the benchmark are described by manifests (`catalogue/`), with the schemas of their own
models, and compiled with the rules of the house as the build does.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import json, structs

from agentdojo.functions_runtime import FunctionCall
from agentdojo.task_suite.task_suite import TaskSuite
from functions.dispatch import policy
from functions.dispatch.planner.base import Step
from functions.dispatch.policy import Proposed, Seen
from switchboard import config
from switchboard.runtime import current
from switchboard.sdk.adapter import Output
from switchboard.sdk.manifest import Manifest
from tests.kit import build, environment

HERE = Path(__file__).parent
OWNER = structs.replace(build.person("admin"), id="emma")
"""Whose mail, money and rooms they are: who may delete, once asked."""


def compile_tools(suites: Iterable[TaskSuite[Any]]) -> None:
    """From now on the catalogue is that of the suites, with the rules of the house."""
    folder, step = Path(tempfile.mkdtemp()), environment.build_step()
    tools = [_described(suite) for suite in suites]
    named = ", ".join(f"{tool.name}: {{}}" for tool in tools)
    step.write(folder, step.compile_config(environment.CONFIG % named), tools)
    step.write_policy(folder, environment.POLICY.read_text(encoding="utf-8"), tools)
    current().give(config.compiled, folder)


def acts(tool: str, call: FunctionCall) -> bool:
    """Whether it changes something, or tells somebody something."""
    operation = config.catalogue()[tool].operations[call.function]
    return operation.changes or operation.egress


def written(call: FunctionCall) -> str:
    """The call in one canonical form."""
    told = json.encode([call.function, call.args], order="deterministic", enc_hook=str)
    return told.decode()


class Run:
    """What a run's row knows: which calls the person's own words fixed, and whether it is tainted.

    A call of theirs is one step of the run, so it is theirs once.
    """

    def __init__(self, tool: str, own: Sequence[FunctionCall]) -> None:
        self.tool = tool
        self._own = Counter(map(written, own))
        self._tainted = False

    def read(self, text: str) -> None:
        """An answer came. No adapter here says that all of its words are its own."""
        self._tainted |= Output(text=text).tainted

    def ruling(self, call: FunctionCall) -> str:
        """What dispatch's policy says: `allow`, `ask` or `deny`."""
        name = written(call)
        own = self._own[name] > 0
        self._own[name] -= own
        arguments = json.decode(json.encode(call.args, enc_hook=str))
        step = Step(self.tool, call.function, arguments)
        seen = Seen(tainted=self._tainted and not own)
        return policy.decide(OWNER, Proposed(step, build.envelope(), seen=seen)).effect


def _described(suite: TaskSuite[Any]) -> Manifest:
    """The manifest of a suite's tools. Raises ValueError where it is not of exactly these."""
    text = (HERE / "catalogue" / f"{suite.name}.yaml").read_text(encoding="utf-8")
    found = msgspec.convert(yaml.safe_load(text), Manifest)
    schemas = {tool.name: tool.parameters.model_json_schema() for tool in suite.tools}
    if schemas.keys() != found.operations.keys():
        raise ValueError(f"{suite.name}: {schemas.keys() ^ found.operations.keys()}")
    operations = {
        name: structs.replace(one, schema=schemas[name]) for name, one in found.operations.items()
    }
    return structs.replace(found, operations=operations)
