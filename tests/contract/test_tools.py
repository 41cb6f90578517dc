"""Every tool is built the same, and says the same as the template that deploys it."""

import ast
import re
import string
from pathlib import Path

import pytest

from switchboard.sdk import manifest
from switchboard.sdk.manifest import Effect, Risk

ROOT = Path("functions/tools")
TOOLS = sorted(path for path in ROOT.iterdir() if (path / "tool.yaml").exists())
FILES = {"__init__.py", "app.py", "adapter.py", "models.py", "tool.yaml", "requirements.txt"}
EXTRA = 4
"""Modules beside the six: an adapter over its ceiling is split by noun (CalDAV is the largest)."""


def test_there_are_tools():
    assert {"calendar", "document", "github"} <= {path.name for path in TOOLS}


def test_every_folder_is_a_tool():
    folders = {path for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert folders == set(TOOLS)


@pytest.mark.parametrize("folder", TOOLS, ids=lambda path: path.name)
class TestTool:
    def test_has_exactly_these_files(self, folder):
        found = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
        extra = found - FILES

        assert found >= FILES
        assert len(extra) <= EXTRA
        assert all(name.endswith(".py") for name in extra)

    def test_manifest_is_named_after_its_folder(self, folder):
        assert manifest.load(folder).name == folder.name

    def test_app_only_names_its_adapter(self, folder):
        tree = ast.parse((folder / "app.py").read_text())

        kinds = [type(node) for node in tree.body]
        assert kinds == [ast.Expr, ast.ImportFrom, ast.Assign]

    def test_every_operation_has_a_closed_model(self, folder):
        models = _classes(folder / "models.py")

        for operation in manifest.load(folder).operations.values():
            assert operation.arguments in models

    def test_what_only_reads_has_no_other_effect(self, folder):
        for operation in manifest.load(folder).operations.values():
            assert (operation.effect is Effect.READ) == (operation.risk is Risk.READ)

    def test_a_queryable_operation_has_an_adapter_that_finds(self, folder):
        effects = {one.effect for one in manifest.load(folder).operations.values()}
        adapter = (folder / "adapter.py").read_text()

        assert (Effect.QUERYABLE in effects) == ("def find(" in adapter)

    def test_phrases_have_the_same_places_in_both_languages(self, folder):
        for phrase in manifest.load(folder).phrases.values():
            assert _places(phrase.en) == _places(phrase.zh)

    def test_every_phrase_is_said_and_every_said_one_is_there(self, folder):
        source = "".join(path.read_text() for path in folder.glob("*.py"))

        for name in manifest.load(folder).phrases:
            families = [name[: at + 1] + "{" for at, char in enumerate(name) if char == "_"]
            said = "|".join([rf"[\"']{name}[\"']", *(rf"[\"']{one}" for one in families)])
            assert re.search(said, source), f"nobody says {name}"

    def test_requirements_are_pinned(self, folder):
        for line in (folder / "requirements.txt").read_text().splitlines():
            assert re.fullmatch(r"([\w.-]+(\[\w+\])?==[\w.]+)?(\s*#.*)?", line), line


def _classes(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def _places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
