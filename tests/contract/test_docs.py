"""The docs say what is there."""

import re
from pathlib import Path

import pytest

from scripts import channel_docs, policy_schema, tool_docs
from scripts import check_sizes as sizes
from tests.hour import pages, readme
from tests.hour.readme import READMES


def test_the_page_of_tools_is_current():
    stale = tool_docs.PAGE.read_text(encoding="utf-8") != tool_docs.page()

    assert not stale, f"{tool_docs.PAGE} is not what the manifests say: run `make docs`"


def test_the_schema_of_the_rules_is_current():
    assert policy_schema.PAGE.read_text(encoding="utf-8") == policy_schema.page()


@pytest.mark.parametrize("page", channel_docs.PAGES, ids=lambda page: page.path.name)
def test_the_pages_of_channels_are_current(page):
    stale = page.path.read_text(encoding="utf-8") != channel_docs.text(page)

    assert not stale, f"{page.path} is not what the channels say: run `make docs`"


def test_both_readmes_name_the_same_commands_and_make_hour_knows_how_to_run_each():
    english, chinese = map(readme.commands, READMES)

    assert english == chinese
    assert set(english) == set(readme.TABLE)


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_link_leads_somewhere(page):
    assert list(pages.broken(page)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](other.md#a-b-c)", 0),
        ("[a](other.md#a-b-c-1) [b](#here) `[c](nowhere.md)`", 0),
        ("[a](nowhere.md)", 1),
        ("[a](other.md#d) [b](#there)", 2),
        ("[a](https://) [b](https://example.com/x#y) [c](javascript:x)", 2),
    ],
)
def test_a_link_is_judged_by_the_file_and_its_headings(tmp_path, text, wrong):
    page = tmp_path / "page.md"
    page.write_text(f"# Here\n\n{text}\n")
    page.with_name("other.md").write_text("## A `b`, c\n\n## A b c\n\n```\n# D\n```\n")

    assert len(list(pages.broken(str(page)))) == wrong


def test_both_readmes_lead_to_the_page_of_channels():
    for name, page in zip(READMES, channel_docs.PAGES, strict=True):
        assert f"]({page.path}" in Path(name).read_text(encoding="utf-8"), name


def test_every_make_command_of_the_readme_exists():
    makefile = Path("Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"\bmake ([a-z-]+)", Path("README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_decisions_are_short():
    for page in Path("docs/adr").glob("*.md"):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 40, page


def test_the_sizes_are_those_that_are_checked():
    text = " ".join(Path("CONTRIBUTING.md").read_text(encoding="utf-8").split())

    assert (
        f"a module has at most {sizes.MODULE} lines (a tool's `app.py` {sizes.APP}, a channel "
        f"{sizes.CHANNEL}, a test file {sizes.TEST}), a function {sizes.FUNCTION} lines and "
        f"complexity 8, a class {sizes.CLASS} lines and {sizes.METHODS} public methods, "
        f"`template.yaml` {sizes.TEMPLATE} that are written by hand, a README {sizes.README}."
    ) in text
