"""Refuse modules, functions and classes over their ceiling (CONTRIBUTING, Sizes)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import template

MODULE, CHANNEL, TEST, APP = 250, 200, 300, 20
FUNCTION, CLASS, METHODS = 40, 150, 10
TEMPLATE, README = 640, 150
"""Of the template, what is written by hand."""


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line for name in listed.stdout.split() for line in _problems(Path(name))]
    if (lines := template.lines_by_hand()) > TEMPLATE:
        found.append(f"template.yaml has {lines} lines written by hand, over {TEMPLATE}")
    found += [line for name in ("README.md", "README.zh.md") for line in _over(Path(name), README)]
    for line in found:
        print(line)
    return 1 if found else 0


def ceiling(path: Path) -> int:
    """Lines that a module may have."""
    if path.parts[0] == "tests":
        return TEST
    if path.parts[:2] == ("functions", "tools") and path.name == "app.py":
        return APP
    if "channels" in path.parts and path.stem != "base":
        return CHANNEL
    return MODULE


def _problems(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    yield from _over(path, ceiling(path))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield from _too_long(path, node, FUNCTION)
        elif isinstance(node, ast.ClassDef) and path.parts[0] != "tests":
            yield from _too_long(path, node, CLASS)
            public = [
                child
                for child in node.body
                if isinstance(child, ast.FunctionDef) and not child.name.startswith("_")
            ]
            # A subclass has the methods that its library asks for.
            if len(public) > METHODS and not node.bases:
                yield f"{path}:{node.lineno} {node.name} has {len(public)} public methods"


def _over(path: Path, most: int) -> list[str]:
    if not path.exists():
        return [f"{path} is missing"]
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return [f"{path} has {lines} lines, over {most}"] if lines > most else []


def _too_long(path: Path, node: ast.FunctionDef | ast.ClassDef, ceiling: int) -> Iterator[str]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > ceiling:
        yield f"{path}:{node.lineno} {node.name} has {lines} lines, over {ceiling}"


if __name__ == "__main__":
    sys.exit(main())
