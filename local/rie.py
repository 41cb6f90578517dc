"""Artifacts run as in Lambda: its own runtime client under its own interface emulator.

The emulator comes with SAM's command line. The interpreter sees the artifact, its layers and the
runtime client, and nothing else that is installed here.
"""

import json
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import awslambdaric

from local.built import FUNCTIONS, Function
from local.machine import HERE
from local.process import Process, free_port, port_is_open

(EMULATOR,) = Path(".venv-sam/lib").glob(
    f"python*/site-packages/samcli/local/rapid/aws-lambda-rie-{HERE.architecture}"
)
RUNTIME = ("awslambdaric", "runtime_client*", "simplejson", "snapshot_restore_py")


class Environment:
    """One execution environment of one function."""

    def __init__(self, function: Function, folder: Path) -> None:
        self._function = function
        self._folder = folder
        self._process = Process(f"the function {function.name}", folder / f"{function.name}.log")
        self._port = free_port()

    @property
    def log(self) -> str:
        """What the function wrote."""
        return self._process.log.read_text(encoding="utf-8", errors="replace")

    def start(self, variables: Mapping[str, str]) -> None:
        function = self._function
        env = {
            **variables,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "LAMBDA_TASK_ROOT": str(function.folder),
            "PYTHONPATH": ":".join([*function.path, str(self._runtime())]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "_HANDLER": function.handler,
        }
        command = [str(EMULATOR), "--log-level", "error"]
        command += ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        command += ["--runtime-api-address", f"127.0.0.1:{free_port()}"]
        command += [sys.executable, "-S", "-m", "awslambdaric", function.handler]
        self._process.start(command, env, lambda: port_is_open(self._port))

    def invoke(self, event: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=self._function.timeout + 30)
        try:
            path = "/2015-03-31/functions/function/invocations"
            connection.request("POST", path, json.dumps(event).encode())
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def stop(self) -> None:
        self._process.stop()

    def _runtime(self) -> Path:
        """A folder with Lambda's runtime client and what it needs, alone."""
        folder = self._folder / "runtime"
        installed = Path(awslambdaric.__file__).parents[1]
        if not folder.exists():
            folder.mkdir()
            for pattern in RUNTIME:
                for found in installed.glob(pattern):
                    (folder / found.name).symlink_to(found)
        return folder


def environment_of(name: str, folder: Path) -> Environment:
    """One of the function with that logical id; it writes into the folder."""
    return Environment(FUNCTIONS[name], folder)
