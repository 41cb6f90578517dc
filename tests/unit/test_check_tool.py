"""`make check TOOL=…`: one tool's part of the checks, all of them, whatever fails."""

import pytest

from scripts import check_tool
from scripts.check_tool import Check


@pytest.mark.parametrize("name", ["", "nothing", "../calendar", "Calendar"])
def test_what_is_no_tool_is_answered_with_those_there_are(name):
    with pytest.raises(SystemExit, match=r"takes one of .*calendar, .*`make tool NAME="):
        check_tool.checks(name)


def test_a_tool_s_own_files_laws_and_tests_are_looked_at():
    looked = {one.what: one.command for one in check_tool.checks("github")}

    assert {"format", "lint", "types", "imports", "sizes", "laws", "its tests"} == {*looked}
    assert "functions/tools/github" in looked["types"]
    assert "[github] or [github- or [GithubTool]" in looked["laws"][-1]
    assert {"tests/servers/test_github.py", "tests/servers/test_github_failures.py"} < {
        *looked["its tests"]
    }
    assert not {one for one in looked["its tests"] if "calendar" in one}


def test_all_that_fails_is_told_with_what_mends_it(monkeypatch, capsys):
    tried = [
        Check("format", ("sh", "-c", "echo ugly; exit 1"), "ruff format it"),
        Check("lint", ("true",), "ruff check --fix it"),
        Check("laws", ("sh", "-c", "echo unlawful >&2; exit 1")),
    ]
    monkeypatch.setattr(check_tool, "checks", lambda _: tried)

    assert check_tool.main("todoist") == 1
    told = capsys.readouterr().out
    assert "format: ugly\n`ruff format it` mends what it can\n\nlaws: unlawful\n" in told
    assert "todoist: 2 of 3 checks failed" in told
    assert "lint" not in told

    monkeypatch.setattr(check_tool, "checks", lambda _: tried[1:2])
    assert check_tool.main("todoist") == 0
    assert capsys.readouterr().out.startswith("todoist: all is well")
