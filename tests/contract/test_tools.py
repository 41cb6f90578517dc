"""Every tool is built the same, and says the same as the template that deploys it."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml

from switchboard import phrases
from switchboard.sdk import manifest
from switchboard.sdk.adapter import Adapter, Call, Output, finder_of, method_of, preview_of, undo_of
from switchboard.sdk.manifest import Effect, Risk
from tests.kit import environment
from tests.kit.said import Said

ROOT = Path("functions/tools")
KIT = Path("layers/common/switchboard/sdk/kit")
TOOLS = sorted(path for path in ROOT.iterdir() if (path / "tool.yaml").exists())
FILES = {"__init__.py", "app.py", "adapter.py", "models.py", "tool.yaml", "requirements.txt"}
EXTRAS = {"client.py", "replies.py"}
"""Modules beside the six, when an adapter is over its ceiling: what speaks to the vendor, and what
its replies come to for people."""
OWN = {
    "calendar": {
        *("changes.py", "moves.py", "naming.py", "occurrences.py", "queries.py"),
        *("objects.py", "parsing.py", "repetition.py", "rules.py", "series.py"),
        *("backups.py", "store.py", "vtimezone.py", "zones.py"),
    },
    "document": {
        "formats.py",
        "encodings.py",
        "glyphs.py",
        "guesses.py",
        "labels.py",
        "markdown.py",
        "archives.py",
        "tables.py",
        "notes.py",
        "pages.py",
    },
}
"""Nouns of single tools: iCalendar objects are edited in place, and placed in time by rules and
zones that no library follows within bounds; files tell what they are by their bytes, members and
rows, each a matter of its own."""


def test_every_folder_is_a_tool():
    assert {"calendar", "document", "github"} <= {path.name for path in TOOLS}
    folders = {path for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert folders == set(TOOLS)


def test_what_is_a_time_or_a_length_is_read_as_people_say_it():
    said = re.compile(r"\b(day|time|minutes|hours|start|end|repetition|when)\b", re.IGNORECASE)
    unread = []
    for folder in TOOLS:
        for name, one in manifest.load(folder).operations.items():
            for field, facts in one.schema.get("properties", {}).items():
                if said.search(facts["text"]["en"]) and "format" not in facts:
                    unread.append((folder.name, name, field))

    assert unread == []


@pytest.mark.parametrize("folder", [*TOOLS, Path("tests/desk")], ids=lambda path: path.name)
def test_a_read_of_what_is_written_freely_says_whether_it_tells_others(folder):
    """An address, or words: by them alone a read may give away what was read before."""
    said = yaml.safe_load((folder / "tool.yaml").read_text(encoding="utf-8"))["operations"]
    tool = environment.build_step().compile_tool(folder)
    asked = {
        name
        for name, one in tool.operations.items()
        if not one.changes and any(_is_free(field, one.schema) for field in _fields(one.schema))
    }

    assert asked
    assert {name for name in asked if "egress" not in said[name]} == set()
    assert tool.hosts or not any(one.egress for one in tool.operations.values())


def _fields(schema):
    return schema.get("properties", {}).values()


def _is_free(field, schema):
    kinds = manifest.alternatives(field, schema)
    kinds += [one for kind in kinds for one in [kind.get("items")] if one]
    chosen = manifest.choices(field, schema) or field.get("format") in {"time", "length", "rule"}
    return not chosen and any(kind.get("type") == "string" for kind in kinds)


@pytest.mark.parametrize("folder", TOOLS, ids=lambda path: path.name)
class TestTool:
    def test_has_exactly_these_files(self, folder):
        found = {path.name for path in folder.iterdir() if path.name != "__pycache__"}

        assert found >= FILES
        assert found <= FILES | EXTRAS | OWN.get(folder.name, set())

    def test_manifest_is_named_after_its_folder(self, folder):
        assert manifest.load(folder).name == folder.name

    def test_people_are_told_what_to_write_where_they_give_their_own(self, folder):
        tool = manifest.load(folder)

        assert set(tool.labels) == {*tool.values, *tool.secrets}
        assert all({"en", "zh"} <= set(one) for one in tool.labels.values())
        assert tool.oauth is None or tool.oauth.secret in tool.secrets

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

    def test_its_adapter_has_a_method_for_each_operation_and_no_other(self, folder):
        package = ".".join(folder.parts)
        adapter = getattr(import_module(f"{package}.adapter"), f"{folder.name.capitalize()}Adapter")
        models = import_module(f"{package}.models")
        wanted = {}
        for name, one in manifest.load(folder).operations.items():
            hints = {"call": Call, "arguments": getattr(models, one.arguments), "return": Output}
            wanted[method_of(name)] = hints
            if one.effect is Effect.QUERYABLE:
                wanted[finder_of(name)] = hints | {"return": Output | None}
            if one.preview:
                wanted[preview_of(name)] = hints
            if one.undo:
                wanted[undo_of(name)] = hints

        methods = {
            name: get_type_hints(method)
            for name, method in inspect.getmembers(adapter, inspect.isfunction)
            if not hasattr(Adapter, name)
        }
        assert issubclass(adapter, Adapter)
        assert {*methods} == {*wanted}
        assert methods == wanted

    def test_what_changes_something_says_when_it_has_happened(self, folder):
        functions = {
            node.name: node
            for node in ast.walk(ast.parse((folder / "adapter.py").read_text()))
            if isinstance(node, ast.FunctionDef)
        }
        for name, operation in manifest.load(folder).operations.items():
            if operation.changes and method_of(name) in functions:
                called = _names(functions[method_of(name)])
                within = called.union(*(_names(functions[one]) for one in called & {*functions}))
                assert "happened" in within, name

    def test_what_destroys_is_shown_first_and_taken_back_or_says_why_not(self, folder):
        for name, one in manifest.load(folder).operations.items():
            assert one.undo in {None, Effect.IDEMPOTENT, Effect.KEYED}, name
            assert one.changes or not (one.preview or one.undo), name
            assert not (one.undo and one.no_undo), name
            if one.risk is Risk.DESTRUCTIVE:
                assert one.preview, name
                assert one.undo or {*one.no_undo} == {*phrases.languages()}, name

    def test_what_is_taken_back_saves_it_before_it_happens_and_a_preview_does_neither(self, folder):
        functions = {
            node.name: node
            for node in ast.walk(ast.parse((folder / "adapter.py").read_text()))
            if isinstance(node, ast.FunctionDef)
        }
        for name, one in manifest.load(folder).operations.items():
            if one.undo:
                called = _called(functions[method_of(name)], functions)
                assert "save" in called, name
                assert called.index("save") < called.index("happened"), name
                assert "happened" in _called(functions[undo_of(name)], functions), name
            if one.preview:
                called = _called(functions[preview_of(name)], functions)
                assert not {"save", "happened", "keep"} & {*called}, name

    def test_it_reads_the_values_of_its_connection_that_it_declares(self, folder):
        declared = manifest.load(folder)
        read = {
            node.slice.value
            for path in folder.glob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and ast.unparse(node.value).endswith("connection")
        }

        assert read == {*declared.values, *declared.secrets}
        assert ("connection" in declared.hosts) == ("endpoint" in declared.values)

    def test_only_a_tool_with_programs_starts_any_and_only_one_with_hosts_reaches_any(self, folder):
        declared, imported = manifest.load(folder), set()
        for path in folder.glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    imported.add(node.module)

        assert bool(declared.programs) == ("subprocess" in imported)
        if not declared.hosts:
            near = {one for one in imported if one and one.startswith("switchboard.net")}
            assert not near | (imported & {"socket", "ssl", "http.client", "urllib.request"})

    def test_every_phrase_is_said_and_every_said_one_is_there(self, folder):
        declared, ours = set(manifest.load(folder).phrases), set(phrases.phrases("en"))
        said = Said([*folder.glob("*.py"), *KIT.glob("*.py")])

        assert {name for name in declared if not said.has(name)} == set()
        assert said.missing(declared | ours) == set()

    def test_requirements_are_pinned(self, folder):
        for line in (folder / "requirements.txt").read_text().splitlines():
            assert re.fullmatch(r"([\w.-]+(\[\w+\])?==[\w.]+)?(\s*#.*)?", line), line


def _called(node, functions):
    """The names of all that is called, in order, with what the module's own functions call."""
    calls = sorted(
        (one.lineno, one.col_offset, ast.unparse(one.func).rpartition(".")[2])
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
    )
    found = []
    for _, _, name in calls:
        inner = _called(functions[name], functions) if name in functions else []
        found += [*inner, name]
    return found


def _names(node):
    """The names of what is called within a function."""
    called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return {ast.unparse(one).rpartition(".")[2] for one in called}


def _classes(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
