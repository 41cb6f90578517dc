"""Run functions in fresh interpreters and take their times."""

import json
import py_compile
import subprocess
import sys
import time
from http.client import HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from typing import Any, Self

from tests.bench import certificates
from tests.bench.functions import Function, environment

CHILD = Path(__file__).with_name("child.py")
PYTHON = [sys._base_executable, "-S", "-s"]  # no site packages, as in Lambda


class Bench:
    """The stub in a process of its own, and what runs against it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        certificates.issue(folder)
        self._child = str(folder / "child.pyc")
        py_compile.compile(str(CHILD), cfile=self._child, doraise=True)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.stub", str(self.folder)]
        self._stub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._stub.stdout is not None
        self._port = int(self._stub.stdout.readline())
        self.base = f"https://127.0.0.1:{self._port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._stub.terminate()
        self._stub.wait()
        assert self._stub.stdout is not None
        self._stub.stdout.close()

    def facts(self) -> dict[str, Any]:
        """The calls counted so far, and the last of what each queue was given."""
        return self._ask("GET", b"")

    def commit(self, command: dict[str, Any]) -> None:
        """Let the stub's ledger hold a command, as dispatch would have recorded it."""
        meta = command["params"]["_meta"]
        row = {
            "pk": {"S": f"run#{meta['run']}"},
            "sk": {"S": f"op#{meta['step']:03}"},
            "command": {"S": json.dumps(command)},
        }
        self.put(row)

    def put(self, row: dict[str, Any]) -> None:
        """Let the stub's ledger hold a row."""
        self._ask("POST", json.dumps(row).encode())

    def _ask(self, method: str, body: bytes) -> dict[str, Any]:
        context = create_default_context(cafile=self.folder / certificates.TEST_ROOT)
        connection = HTTPSConnection("127.0.0.1", self._port, context=context)
        connection.request(method, "/bench", body)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return dict(answer)

    def cold(self, function: Function) -> dict[str, float]:
        """From the start of the process to the first answer: `ms`, and more about it."""
        return self._run(function, function.events[:1])[0]

    def warm(self, function: Function) -> dict[str, Any]:
        """Times and AWS calls of all but the first event, on kept connections."""
        _, later, before = self._run(function, function.events)
        after = self.facts()["calls"]
        calls = sum(after.values()) - sum(before.values())
        return {**later, "calls": calls / (len(function.events) - 1)}

    def _run(self, function: Function, events: list[Any]) -> Any:
        given = self.folder / f"{function.name}.json"
        given.write_text(json.dumps(events))
        env = environment(function, self.base, self.folder)
        began = time.monotonic()
        child = subprocess.Popen(
            [*PYTHON, self._child, function.module, str(given)],
            env=env,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line:
            raise SystemExit(f"{function.name} did not answer")
        first = json.loads(line)
        if not function.wanted.items() <= first["answer"].items():
            raise SystemExit(f"{function.name} answered {json.dumps(first['answer'])[:300]}")
        first["ms"] = (first["answered"] - began) * 1000
        later, before = {}, {}
        if len(events) > 1:
            before = self.facts()["calls"]
            child.stdin.write("\n")
            child.stdin.flush()
            line = child.stdout.readline()
            if not line:
                raise SystemExit(f"{function.name} did not answer all its events alike")
            later = json.loads(line)
        child.stdin.close()
        child.stdout.close()
        child.wait()
        return first, later, before
