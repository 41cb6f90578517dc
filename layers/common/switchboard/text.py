"""Words for people in every language: the one shape of manifests, guides, arguments and phrases."""

from typing import Literal

from switchboard.models import Locale

DEFAULT: Locale = "en"
Words = str | dict[Literal["one", "other"], str]
"""In one language; where a number called `count` is said, it may choose between two forms."""
Text = dict[Locale, Words]
"""The same words by language; English is always among them."""


def in_(text: Text, locale: Locale) -> str:
    """The text in the reader's language, or in English while nobody has translated it."""
    return form(text.get(locale, text[DEFAULT]))


def say(text: Text, locale: Locale, /, **values: object) -> str:
    """The same, with its places filled."""
    return filled(text.get(locale, text[DEFAULT]), values)


def filled(words: Words, values: dict[str, object]) -> str:
    """The words with their places filled. Raises KeyError for a place that has no value."""
    return form(words, values.get("count")).format(**values)


def form(words: Words, count: object = None) -> str:
    """The form that goes with the number."""
    if isinstance(words, str):
        return words
    return words["one" if count == 1 else "other"]
