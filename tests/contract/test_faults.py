"""The page of faults: every fault of the matrix has a test that is there and runs."""

import ast
import re
from pathlib import Path

import pytest

PAGE = Path("docs/faults.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (F\d+) \|(.+)\|(.+)\| `(tests/[^:`]+)::(\w+)` \|$", PAGE, re.MULTILINE)
COUNT = 55


def test_all_faults_are_there_once_and_in_order():
    assert [row[0] for row in ROWS] == [f"F{number}" for number in range(1, COUNT + 1)]


@pytest.mark.parametrize(("number", "fault", "mechanism", "path", "name"), ROWS)
def test_a_fault_says_what_helps_and_names_a_test_that_runs(number, fault, mechanism, path, name):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name
    ]

    assert fault.strip()
    assert mechanism.strip()
    assert len(found) == 1
    assert "skip" not in " ".join(map(ast.unparse, found[0].decorator_list))
    judged = ast.unparse(found[0])
    assert any(word in judged for word in ("assert ", "pytest.raises(", "check_books("))


def test_every_suite_that_is_named_is_run_by_make_test():
    makefile = Path("Makefile").read_text(encoding="utf-8")

    for suite in {"/".join(row[3].split("/")[:2]) for row in ROWS}:
        assert suite in makefile
