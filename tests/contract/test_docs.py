"""The docs say what is there."""

import re
from pathlib import Path

import pytest

from scripts import channel_docs, policy_schema, tool_docs
from scripts import check_sizes as sizes

READMES = ("README.md", "README.zh.md")
LINK = re.compile(r"\]\(([^)#:]+)\)")
PLACE = re.compile(r"\]\(([^)#:]*)#([^)]+)\)")


def test_the_page_of_tools_is_current():
    stale = tool_docs.PAGE.read_text(encoding="utf-8") != tool_docs.page()

    assert not stale, f"{tool_docs.PAGE} is not what the manifests say: run `make docs`"


def test_the_schema_of_the_rules_is_current():
    assert policy_schema.PAGE.read_text(encoding="utf-8") == policy_schema.page()


@pytest.mark.parametrize("page", channel_docs.PAGES, ids=lambda page: page.path.name)
def test_the_pages_of_channels_are_current(page):
    stale = page.path.read_text(encoding="utf-8") != channel_docs.text(page)

    assert not stale, f"{page.path} is not what the channels say: run `make docs`"


def test_both_readmes_name_the_same_commands():
    english, chinese = (_commands(Path(name)) for name in READMES)

    assert english == chinese
    assert len(english) > 10


@pytest.mark.parametrize(
    "page", [*READMES, "CONTRIBUTING.md", *map(str, Path("docs").rglob("*.md"))]
)
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(Path(page).read_text(encoding="utf-8")):
        assert (Path(page).parent / target).exists(), target


@pytest.mark.parametrize("page", [*READMES, *map(str, Path("docs").rglob("*.md"))])
def test_every_link_into_a_page_leads_to_a_heading(page):
    for target, heading in PLACE.findall(Path(page).read_text(encoding="utf-8")):
        found = Path(page).parent / target if target else Path(page)
        text = found.read_text(encoding="utf-8").lower().replace(" ", "-")
        assert re.search(rf"^#+-{re.escape(heading)}$", text, re.MULTILINE), f"{target}#{heading}"


def test_both_readmes_lead_to_the_page_of_channels():
    for name, page in zip(READMES, channel_docs.PAGES, strict=True):
        assert f"]({page.path}" in Path(name).read_text(encoding="utf-8"), name


def test_every_make_command_of_the_readme_exists():
    makefile = Path("Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"\bmake ([a-z]+)", Path("README.md").read_text(encoding="utf-8")):
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


def _commands(page):
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"^\$ ([^#\n]+?)\s*(?:#.*)?$", text, re.MULTILINE)
    return shown + re.findall(r"`((?:switchboard|python|make|sam) [^`]+)`", text)
