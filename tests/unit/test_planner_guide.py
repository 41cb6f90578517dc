"""`/help`, made from the manifests, in both languages."""

import pytest

from functions.dispatch.planner import guide
from switchboard import control
from switchboard.errors import BadRequestError
from switchboard.phrases import public
from tests.kit.catalogues import CATALOGUE


def test_the_overview_lists_every_tool_in_the_asker_s_language():
    english, chinese = guide.about([], CATALOGUE, "en"), guide.about([], CATALOGUE, "zh")

    for name, manifest in CATALOGUE.items():
        assert f"- **{name}**: {manifest.summary['en']}" in english
        assert f"- **{name}**: {manifest.summary['zh']}" in chinese


@pytest.mark.parametrize("word", ["todo", "/todo", "TODO", "待办", "/待办"])
def test_a_tool_s_page_shows_how_each_operation_is_written_and_what_it_risks(word):
    page = guide.about([word], CATALOGUE, "en")

    assert "- `/todo items.add <text>` — Add a thing to do (changes something)" in page
    assert "- `/todo items.list` — List what is to do (reads)" in page
    assert "items.wipe` — Forget everything (destructive: needs an approval)" in page


@pytest.mark.parametrize("word", control.words(), ids=lambda word: word.name)
def test_every_control_word_is_explained_by_all_its_names(word):
    overview = guide.about([], CATALOGUE, "en")

    for name in word.names:
        page = guide.about([f"/{name}"], CATALOGUE, "en")
        assert page.startswith(f"`{word.form}`, ")
        assert f"- {page}" in overview
        assert f"/{name}" in page


def test_an_operation_s_page_explains_every_argument():
    page = guide.about(["todo", "items.add"], CATALOGUE, "zh")

    assert "`/todo items.add <text>`" in page
    assert "- `text`: 要做什么 (必填)" in page
    assert "- `count`: 次数 (默认 1)" in page
    assert "- `colour`: 颜色 (`red`, `green`)" in page
    assert "- `due`: 何时\n" in page


@pytest.mark.parametrize(
    ("words", "guess"), [(["tdo"], "/help todo"), (["todo", "items.lisp"], "/help todo items.list")]
)
def test_what_there_is_not_is_refused_with_a_guess(words, guess):
    with pytest.raises(BadRequestError) as caught:
        guide.about(words, CATALOGUE, "en")

    assert f"Did you mean `{guess}`?" in public(caught.value, "en")
