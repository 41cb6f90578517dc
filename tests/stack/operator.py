"""The command line as an operator uses it, against a deployed stack."""

import json
import subprocess
import sys
from typing import Any

from local.stack import NAME, Stack

COMMAND = [sys.executable, "-m", "cli", "--stack", NAME]


def run(stack: Stack, *words: str) -> tuple[int, Any]:
    """A command's exit code and its output as JSON."""
    done = subprocess.run(
        [*COMMAND, *words, "--json"],
        env={**stack.emulator.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def bad(findings: list[dict[str, Any]]) -> dict[str, str]:
    """What is wrong, and the advice about it."""
    return {one["what"]: one["advice"] for one in findings if not one["good"]}
