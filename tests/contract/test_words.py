"""Every control word: one module that declares and obeys it, and a phrase that explains it."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from functions.approve.messages import Decided, Message
from functions.dispatch.decisions import Case, Decision
from switchboard import control
from switchboard.phrases import say

PLACES = {
    path.stem: f"functions.{stage}.words.{path.stem}"
    for stage in ("approve", "dispatch")
    for path in Path(import_module(f"functions.{stage}.words").__path__[0]).glob("[a-z]*.py")
}
NAMES = sorted(PLACES)


def test_the_build_compiles_every_word_and_no_name_means_two():
    assert [word.name for word in control.words()] == NAMES
    known = [name for word in control.words() for name in word.names]
    assert len(known) == len(set(known))


@pytest.mark.parametrize("name", NAMES)
class TestWord:
    def test_is_compiled_as_its_module_declares_it(self, name):
        assert control.find(name) == import_module(PLACES[name]).WORD

    def test_is_obeyed_by_its_module(self, name):
        told = {"case": Case, "rest": list[str], "return": Decision}
        if control.find(name).guarded:
            told = {"given": Message, "return": Decided}

        assert get_type_hints(import_module(PLACES[name]).obey) == told
        assert ("approve" in PLACES[name]) is control.find(name).guarded

    def test_is_written_as_one_lower_case_word_in_both_languages(self, name):
        names = control.find(name).names

        assert any(one.isascii() for one in names)
        assert not all(one.isascii() for one in names)
        assert all(one == one.lower() and len(one.split()) == 1 for one in names)

    @pytest.mark.parametrize("locale", ["en", "zh"])
    def test_says_what_it_is_for(self, name, locale):
        assert say(f"word_{name}", locale)
