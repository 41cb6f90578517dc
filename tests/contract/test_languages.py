"""All that is written for people is written in every language, with the same places to fill."""

import string
from pathlib import Path

import pytest
from msgspec import Struct, to_builtins

from switchboard import phrases
from switchboard.channels import description
from switchboard.sdk import manifest
from switchboard.text import DEFAULT, form

LANGUAGES = phrases.languages()
NAMES = {locale: phrases.phrases(locale) for locale in LANGUAGES}


def texts_in(value):
    """Every text of a manifest or a guide, however deep."""
    if isinstance(value, Struct):
        value = to_builtins(value)
    if isinstance(value, dict) and DEFAULT in value:
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


OURS = [{locale: NAMES[locale].get(name, "") for locale in LANGUAGES} for name in NAMES[DEFAULT]]
SOURCES = {
    "phrases": OURS,
    **{
        path.parent.name: list(texts_in(manifest.load(path.parent)))
        for path in sorted(Path("functions/tools").glob("*/tool.yaml"))
    },
    **{f"channels/{name}": list(texts_in(description.load(name))) for name in description.names()},
}


def places(words):
    """What each form of the words asks for."""
    forms = [words] if isinstance(words, str) else words.values()
    return [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in forms]


def test_every_language_has_the_same_phrases():
    assert {"en", "zh"} <= set(LANGUAGES)
    assert all(set(found) == set(NAMES[DEFAULT]) for found in NAMES.values())


@pytest.mark.parametrize("source", SOURCES)
class TestText:
    def test_is_said_in_every_language(self, source):
        assert SOURCES[source]
        for text in SOURCES[source]:
            assert set(text) == set(LANGUAGES), text
            assert all(form(words).strip() for words in text.values()), text

    def test_has_the_same_places_in_every_language_and_form(self, source):
        for text in SOURCES[source]:
            found = [one for words in text.values() for one in places(words)]
            assert all(one == found[0] for one in found), text

    def test_is_in_no_other_language_s_letters(self, source):
        for text in SOURCES[source]:
            for locale, words in text.items():
                assert phrases.locale_of(form(words)) in {locale, DEFAULT}, words


@pytest.mark.parametrize("text", OURS, ids=NAMES[DEFAULT])
def test_what_we_say_is_in_its_language_s_letters(text):
    assert {locale: phrases.locale_of(form(words)) for locale, words in text.items()} == {
        locale: locale for locale in LANGUAGES
    }
