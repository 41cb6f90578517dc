"""What the build compiles: the configuration of single accounts, and the tools."""

import re
from contextlib import nullcontext
from pathlib import Path
from shutil import copytree

import pytest

from tests.kit import environment

BUILD = environment.build_step()
TEXT = """
workspace: {name: Test, timezone: Asia/Shanghai}
tools: {desk: {%s}}
caps: {day: {}, run: {steps: 3, seconds: 900}}
security: {second_factor: {required_for: []}}
channels: %s
"""


def test_an_account_may_lower_what_its_senders_may_be():
    channels = "{slack/public: {role: guest}, slack/team: {role: member}, web/public: {}}"

    found = BUILD.compile_config(TEXT % ("", channels)).channels
    roles = {name: account.role for name, account in found.items()}
    assert roles == {"slack/public": "guest", "slack/team": "member", "web/public": "admin"}


@pytest.mark.parametrize(
    "channels",
    [
        "{slack: {role: guest}}",
        "{slack/Main: {role: guest}}",
        "{slack/main: {role: owner}}",
        "{slack/main: {roles: guest}}",
        "{slack/main: guest}",
        "[slack/main]",
    ],
)
def test_an_account_s_policy_that_is_not_understood_stops_the_build(channels):
    with pytest.raises(SystemExit, match="config/switchboard"):
        BUILD.compile_config(TEXT % ("", channels))


def test_a_value_that_a_tool_does_not_read_or_that_is_secret_stops_the_build():
    desk = BUILD.compile_tool(Path("tests/desk"))
    for name, wrong in (("endpoint", False), ("token", True), ("endpiont", True)):
        config = BUILD.compile_config(TEXT % (f"{name}: x", "{}"))
        with pytest.raises(SystemExit, match=name) if wrong else nullcontext():
            BUILD.check_values(config, [desk])


@pytest.mark.parametrize(
    ("file", "found", "instead", "said"),
    [
        ("tool.yaml", "risk: read", "risk: none", "Invalid enum value 'none'"),
        ("tool.yaml", "secrets:", "secret:", "unknown field `secret`"),
        ("tool.yaml", "name:", "name: [", "while parsing"),
        ("models.py", "(Arguments):", "(Arguments)", "expected ':'"),
        ("models.py", "import Arguments", "import Argument", "cannot import name 'Argument'"),
        ("models.py", "(Arguments):", "(Argument):", "name 'Argument' is not defined"),
        ("models.py", "(Arguments):", "(Arguments):\n    stray = 1", "non-annotated attribute"),
    ],
)
def test_what_a_tool_s_author_mistypes_is_a_line_that_names_the_file(
    file, found, instead, said, tmp_path
):
    folder = copytree("tests/desk", tmp_path / "desk")
    text = (folder / file).read_text()
    assert found in text
    (folder / file).write_text(text.replace(found, instead, 1))

    with pytest.raises(SystemExit, match=re.escape(said)) as stopped:
        BUILD.compile_tool(folder)

    assert str(stopped.value).startswith(f"desk/{file}: ")
