"""Words for people in every language: the one shape of manifests, guides, arguments and phrases."""

import re
from typing import Literal

from msgspec import json

from switchboard.models import Locale

DEFAULT: Locale = "en"
_FENCES = r"(?m)^[ \t]*(`{3,}|~{3,})"
"""Where a block of code begins or ends; compiled when it is first needed."""
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


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis: `most` characters of it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def beginning(markdown: str, most: int) -> str:
    """As many whole lines as are `most` bytes of JSON, else as much of the first; what is code is
    closed."""
    kept = len(markdown)
    while (size := len(json.encode(markdown[:kept]))) > most:
        kept = kept * most // (size + 1)
    if kept == len(markdown):
        return markdown
    text = markdown[: markdown.rfind("\n", kept // 2, kept) + 1 or kept].rstrip("\n")
    fence = _open_fence(text)
    return f"{text}\n{fence}" if fence else text


def _open_fence(markdown: str) -> str:
    fence = ""
    for mark in re.findall(_FENCES, markdown):
        if not fence:
            fence = mark
        elif mark.startswith(fence):
            fence = ""
    return fence


def form(words: Words, count: object = None) -> str:
    """The form that goes with the number."""
    if isinstance(words, str):
        return words
    return words["one" if count == 1 else "other"]
