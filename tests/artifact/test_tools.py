"""Every tool does what its tests say with what it was built with: no library more, no other one."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from local.built import BUILD, FUNCTIONS
from tests.artifact.bare import interpreter

TOOLS = {one.handler.split(".")[2]: one for one in FUNCTIONS.values() if one.is_tool}
OPTIONS = ("-q", "--tb=short", "-p", "no:cacheprovider", "-o", "pythonpath=")
FOUND = """
import json, sys
from importlib.util import find_spec
print(json.dumps([name for name in json.loads(sys.argv[1]) if find_spec(name)]))
"""

pytestmark = pytest.mark.parametrize("name", TOOLS)


@pytest.fixture
def python(name, tmp_path):
    return interpreter(TOOLS[name], tmp_path)


def ran(*command):
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "CI") if key in os.environ}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=kept)


def tops(function):
    """What can be imported of what it was built with."""
    folders = map(Path, function.path)
    return {
        path.stem for folder in folders for path in folder.iterdir() if path.stem.isidentifier()
    }


def test_a_tool_passes_its_tests_as_it_is_built(name, python):
    suites = ("tests/servers", "tests/unit")
    found = [path for suite in suites for path in Path(suite).glob(f"test_{name}*.py")]

    done = ran(python, "-m", "pytest", *OPTIONS, *found)

    assert found
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]


def test_what_other_functions_are_built_with_is_not_there(name, python):
    others = set().union(*map(tops, FUNCTIONS.values())) - tops(TOOLS[name])

    found = json.loads(ran(python, "-c", FOUND, json.dumps(sorted(others))).stdout)

    assert len(others) > 10
    assert found == []


@pytest.mark.parametrize("built", [False, True])
def test_what_tests_need_is_lent_to_them_alone(name, python, built):
    place = (BUILD if built else Path.cwd()) / "any.py"
    code = f"exec(compile('import pytest', {str(place)!r}, 'exec'))"

    said = ran(python, "-c", code).stderr

    assert ("No module named 'pytest'" in said) == built
