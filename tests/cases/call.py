"""One call of a tool; as a program, with whatever is on Python's path and nothing of the tests'."""

import json
import runpy
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from switchboard.errors import AppError
from switchboard.frame.output import _validated
from switchboard.sdk.adapter import File

ASKER = Path(__file__).parents[1] / "kit/asker.py"


def called(asked: Mapping[str, Any], asker: Any) -> dict[str, Any]:
    """`text`, `content` and `files`, or `refused` with the words that a person reads."""
    workdir, name, now = Path(asked["workdir"]), asked["operation"], asked["now"]
    files = tuple(File(one, kind, workdir / path) for one, kind, path in asked["files"])
    who = {"timezone": asked["timezone"], "clock": lambda: datetime.fromisoformat(now)}
    made = asker(asked["tool"], asked["values"], workdir, files=files, **who)
    meta = SimpleNamespace(locale="en")
    command: Any = SimpleNamespace(params=SimpleNamespace(arguments=asked["arguments"], meta=meta))
    try:
        arguments = _validated(made.tool, made.tool.operation(name), command)
        output = made.tool.run(name, made.call(name), arguments)
    except AppError as error:
        return {"refused": made.words(error)}
    found = [[one.name, one.media_type, str(one.path)] for one in output.files]
    content = msgspec.to_builtins(output.content)
    return {"text": output.text, "content": content, "files": found}


if __name__ == "__main__":
    json.dump(called(json.load(sys.stdin), runpy.run_path(str(ASKER))["Asker"]), sys.stdout)
