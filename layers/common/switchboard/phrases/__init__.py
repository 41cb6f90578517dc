"""Everything Switchboard itself says, in both languages; tools keep theirs in `tool.yaml`."""

import re

from switchboard.errors import AppError
from switchboard.models import Locale
from switchboard.phrases import asking, calls

_CHINESE = re.compile("[\u4e00-\u9fff]")
PHRASES = asking.PHRASES | calls.PHRASES


def say(name: str, locale: Locale, /, **values: object) -> str:
    """The phrase `name` in the reader's language, filled with `values`."""
    en, zh = PHRASES[name]
    return (zh if locale == "zh" else en).format(**values)


def public(error: AppError, locale: Locale, /, **values: object) -> str:
    """What a person may read of an error: its phrase, never its detail."""
    return say(error.say, locale, **{**values, **error.values})


def locale_of(text: str, preference: str = "") -> Locale:
    """The language to answer in: that of the words written, else the one the channel names."""
    if not text.isascii() and _CHINESE.search(text):
        return "zh"
    return "zh" if preference.lower().startswith("zh") else "en"
