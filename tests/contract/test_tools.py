"""Every tool is built the same, and says the same as the template that deploys it."""

import ast
import re
import string
from pathlib import Path

import pytest

from switchboard.sdk import manifest
from switchboard.sdk.manifest import Effect, Risk
from tests.contract.template import TRANSFORMED, function_of

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

    def test_the_function_has_the_manifest_s_limits(self, folder):
        declared = manifest.load(folder)
        function = function_of(folder.name)

        assert function["Handler"] == f"functions.tools.{folder.name}.app.handler"
        assert function["Timeout"] == declared.timeout
        assert function["MemorySize"] == declared.memory

    def test_the_role_may_do_what_the_manifest_says_and_nothing_else(self, folder):
        declared = manifest.load(folder)
        role = _role_of(folder.name)
        managed = [_reference(arn) for arn in role["ManagedPolicyArns"]]
        statements = [
            statement
            for policy in role.get("Policies", ())
            for statement in policy["PolicyDocument"]["Statement"]
        ]

        assert {name for name in managed if not name.startswith("arn:")} == (
            {"UseKey", "RunTool"} | ({"ReadUploads"} if declared.attachments else set())
        )
        assert {(one["Action"], _target(one["Resource"])) for one in statements} == {
            ("ssm:GetParameter", f"tools/{folder.name}"),
            ("sqs:SendMessage", "Failures"),
        }

    def test_its_failures_are_kept(self, folder):
        settings = [
            resource["Properties"]
            for resource in TRANSFORMED["Resources"].values()
            if resource["Type"] == "AWS::Lambda::EventInvokeConfig"
            and _logical(folder.name) in str(resource["Properties"]["FunctionName"])
        ]

        assert len(settings) == 1
        assert "Failures" in str(settings[0]["DestinationConfig"]["OnFailure"])


def _classes(path):
    tree = ast.parse(path.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def _places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _logical(tool):
    return f"{tool.capitalize()}Tool"


def _role_of(tool):
    return TRANSFORMED["Resources"][f"{_logical(tool)}Role"]["Properties"]


def _reference(arn):
    return arn.get("Ref") or str(arn) if isinstance(arn, dict) else arn


def _target(resource):
    """What a resource's ARN ends with: a parameter below the stack's, or a logical id."""
    if "Fn::Sub" in resource:
        return resource["Fn::Sub"].rpartition("${AWS::StackName}/")[2]
    return resource["Fn::GetAtt"][0]
