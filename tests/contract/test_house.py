"""The house is measured: where its walls stand, how full its rooms are, and what a word means."""

import ast
import re
from collections import defaultdict
from configparser import ConfigParser
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import grimp
import pytest

from scripts.check_sizes import ceiling
from switchboard.channels import registry
from tests.kit.sources import nodes

PRODUCT = ("functions", "layers", "cli", "local", "scripts")
LAZY = {
    "layers/common/switchboard/channels/base.py": "ingest sends nothing",
    "functions/deliver/render.py": "few answers have files or are as long",
    "layers/common/switchboard/channels/googlechat/send.py": "a token is made once an hour",
    "layers/common/switchboard/channels/kit/standard_webhooks.py": "few senders use Ed25519",
    "layers/common/switchboard/cloud/aws.py": "few calls are tried twice",
    "layers/common/switchboard/cloud/connections.py": "no TLS against a plain local endpoint",
    "layers/common/switchboard/observe.py": "X-Ray takes 260 ms, logging 5",
    "layers/common/switchboard/sdk/manifest.py": "only tools and the build read YAML",
    "functions/dispatch/planner/arguments.py": "few messages say a time",
    "functions/tools/document/encodings.py": "few texts do not show their encoding",
    "functions/tools/document/labels.py": "few texts have a label",
    "local/workbench.py": "what is built is read once it is",
}
"""Modules that import within a function, and why; at most 15 such imports."""
FULL = 0.95
"""How much of its ceiling a module may have: the next line should not need a wall moved."""


@cache
def files(*folders):
    return [
        path
        for folder in folders
        for path in sorted(Path(folder).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


@cache
def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(
        "functions",
        "switchboard",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )


def test_no_modules_import_each_other_in_a_circle(graph):
    TopologicalSorter(
        {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    ).prepare()  # CycleError names the circle


def test_every_module_of_a_layered_room_has_its_layer():
    contracts = ConfigParser()
    contracts.read(".importlinter")
    rooms = {
        name: one
        for name, one in contracts.items()
        if one.get("type") == "layers" and "containers" in one
    }

    assert rooms
    assert [name for name, one in rooms.items() if not one.getboolean("exhaustive", False)] == []


def test_few_modules_import_within_a_function():
    found = defaultdict(int)
    for path in files(*PRODUCT):
        text = path.read_text(encoding="utf-8")
        for node in nodes(path) if re.search(r"^ +(import|from) ", text, re.MULTILINE) else ():
            if isinstance(node, ast.FunctionDef):
                inside = [
                    one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)
                ]
                found[str(path)] += len(inside)
    lazy = {path: count for path, count in found.items() if count}

    assert set(lazy) == set(LAZY)
    assert sum(lazy.values()) <= 15


def test_a_tool_reaches_its_own_modules_and_the_sdk(graph):
    allowed = re.compile(r"switchboard\.(sdk|errors|net)\b")
    tools = graph.find_descendants("functions.tools")
    reached = {
        (module, other)
        for module in tools
        for other in graph.find_modules_directly_imported_by(module)
        if other.startswith("switchboard.") and not allowed.match(other)
    }

    assert {other for module, other in reached if module.endswith(".app")} == {
        "switchboard.frame.run"
    }
    assert {(module, other) for module, other in reached if not module.endswith(".app")} == set()


def test_a_channel_reaches_the_base_and_the_kit_and_is_reached_by_nobody(graph):
    """It is found by its name; only the page's two functions share its session."""
    crossing = {
        (module, other)
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
        if channel_of(module) != channel_of(other)
    }
    reached = {(module, other) for module, other in crossing if channel_of(other)}
    reaching = {other for module, other in crossing if channel_of(module)}
    shared = re.compile(r"switchboard\.channels\.(base|kit)\b")

    pages = {"functions.console", "functions.signin"}
    assert {module.rpartition(".")[0] for module, _ in reached} == pages
    assert {other for _, other in reached} == {"switchboard.channels.web.session"}
    ours = {one for one in reaching if one.startswith("switchboard.channels.")}
    assert {one for one in ours if not shared.match(one)} == set()


def channel_of(module):
    """The channel whose folder it is in, if it is in one."""
    found = re.match(r"switchboard\.channels\.(\w+)\.", f"{module}.")
    return found[1] if found and found[1] in registry.names() else ""


def test_a_vendor_s_library_is_its_tool_s_alone(graph):
    packages = defaultdict(set)
    for package, distributions in packages_distributions().items():
        for name in distributions:
            packages[name.lower().replace("_", "-")].add(package)
    for path in sorted(Path("functions/tools").glob("*/requirements.txt")):
        tool = f"functions.tools.{path.parent.name}"
        for name in re.findall(r"^([\w.-]+)(?:\[\w+\])?==", path.read_text(), re.MULTILINE):
            for package in packages[name.lower().replace("_", "-")] & graph.modules:
                users = graph.find_modules_that_directly_import(package)
                assert all(one.startswith(f"{tool}.") for one in users), package


def test_a_word_of_the_glossary_is_one_class():
    text = Path("docs/glossary.md").read_text(encoding="utf-8")
    words = chain.from_iterable(
        one.split(" / ") for one in re.findall(r"^\| \*\*(.+?)\*\*", text, re.MULTILINE)
    )
    names = {word.title().replace(" ", "") if " " in word else word for word in words}
    places = defaultdict(set)
    for path in files(*PRODUCT):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and node.name in names:
                places[node.name].add(str(path))

    assert len(places) > 10
    assert {name for name, found in places.items() if len(found) > 1} == set(), places


def test_no_module_is_full():
    full = {str(path) for path in files(*PRODUCT) if lines(path) > FULL * ceiling(path)}

    assert full == set()


def test_tests_are_at_most_twice_as_long_as_what_they_test():
    tested, testing = (sum(map(lines, files(*folders))) for folders in (PRODUCT, ("tests",)))

    assert testing / tested <= 2.0
