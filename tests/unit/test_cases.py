"""Files of cases: what holds passes, what cannot be run fails, and costs only itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.made import Made
from tests.cases.matching import differences

SAID = {"kind": "command", "text": "/help", "expect": {"plan": "help"}}
SHOWN = {
    "kind": "render",
    "channel": "telegram",
    "text": "**Hi**\n",
    "expect": {"text": "<b>Hi</b>"},
}
SLACK = {"kind": "channel", "channel": "slack", "text": "payload=1", "expect": {"refused": True}}
PUSHED = {"kind": "push", "channel": "slack", "text": "Hi", "expect": {"outcome": "sent"}}
GOOD = [SAID, SHOWN, {**SLACK, "as": "form"}, PUSHED]
BAD = [
    {**SAID, "expect": {"plan": None}},
    {**SAID, "kind": "letter"},
    {**SAID, "txet": ""},
    {**SAID, "expect": {"plans": "help"}},
    {**SAID, "expect": {"any_of": []}},
    {**PUSHED, "expect": {"not_requested": [{"body": ""}]}},
    {"kind": "render", "channel": "telegram", "file": "gone.md", "expect": {"text": ""}},
    {**SHOWN, "channel": "pigeon"},
]


def test_a_file_of_cases_is_tried_one_by_one(tmp_path):
    file = tmp_path / "own.jsonl"
    named = [{"name": str(number), **one} for number, one in enumerate([*BAD, *GOOD])]
    file.write_text("\n".join(json.dumps(one) for one in named) + "\n\nnonsense\n")

    done = subprocess.run(
        [sys.executable, "-m", "tests.cases", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd())},
    )

    *failed, last = done.stdout.splitlines()
    assert last == f"{len(GOOD)} passed, {len(BAD) + 1} failed"
    assert [one.partition(":")[0] for one in failed] == [*map(str, range(len(BAD))), "nonsense"]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("a.csv", '\ufeffa,"b, c"\r\n1,"x\ny"\r\n', [["a", "b, c"], ["1", "x y"]]),
        (
            "a.md",
            "x | y\n\n| a | b |\n|--|--|\n| \\*1\\| | 2<br>3 |\n\n| z |\n|--|\n",
            [["a", "b"], ["*1|", "2 3"]],
        ),
        (
            "a.html",
            "<table><tr><th>a<b>b</b></th></tr><tr><td><p>1</p>2 &amp;</td></tr></table><p>z",
            [["ab"], ["1 2 &"]],
        ),
    ],
)
def test_the_cells_of_the_first_table(tmp_path, name, text, rows):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")

    assert Made(name, path).facts([{"rows": []}])["rows"] == rows


REQUESTS = [
    {"method": "GET", "path": ["/a?b=1", "/a"], "json": {}, "strings": ""},
    {"method": "POST", "path": ["/c", "/c"], "json": {"x": '{"y/": [1]}'}, "strings": "hi"},
]
CAME = {
    "text": "one two",
    "content": {"n": 1, "list": ["a"]},
    "requested": REQUESTS,
    "files": [{"name": "a.csv", "rows": [["a", "b"], [], ["1"]]}],
}


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ({"text": "one two"}, True),
        ({"text": {"has": ["one"], "lacks": ["three"], "matches": ["^o", "o$"]}}, True),
        ({"text": {"lacks": ["two"]}}, False),
        ({"text": {"any_of": ["x", {"has": ["two"]}]}}, True),
        ({"content": {"/n": 1, "/list/0": {"matches": "a"}}}, True),
        ({"content": {"/n": 1.0}}, False),
        ({"content": {"/list/1": {"matches": ""}}}, False),
        ({"refused": True}, False),
        ({"refused": {"lacks": ["x"]}}, False),
        ({"any_of": [{"refused": True}, {"text": {"has": ["one"]}}]}, True),
        ({"requested": [{"path": "/a"}, {"json": {"/x/y~1/0": 1}, "strings": "hi"}]}, True),
        ({"requested": [{"path": "/c"}, {"path": "/a"}]}, False),
        ({"not_requested": [{"method": "PUT"}, {"path": {"has": ["/d"]}}]}, True),
        ({"not_requested": [{"method": "PUT"}, {"method": "POST"}]}, False),
        ({"files": [{"rows": [["a", "b"], ["1", {"matches": "^$"}]]}]}, True),
        ({"files": [{"rows": [["a", "b"], ["1", "2"]]}]}, False),
        ({"files": [{"text": {"matches": ""}}]}, False),
        ({"files": []}, False),
    ],
)
def test_what_an_expectation_says(expect, holds):
    assert bool(differences(expect, CAME)) is not holds
