"""Markdown for platforms that show plain text, or text with a few marks of their own."""

import re
from collections.abc import Mapping
from html import unescape

from switchboard.channels.kit import markup

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_QUOTE = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)
_TAG = re.compile(r"</?([a-z]+)>")


def to_plain(markdown: str, marks: Mapping[str, str] | None = None) -> str:
    """What Telegram's HTML says, without its tags.

    `marks` are what the platform writes on both sides of `b`, `i`, `s`, `code` and `pre`.
    """
    signs = marks or {}
    html = _QUOTE.sub(_quoted, _LINK.sub(_link, markup.to_html(markdown)))
    return unescape(_TAG.sub(lambda tag: signs.get(tag[1], ""), html))


def _link(found: re.Match[str]) -> str:
    """The address behind the words, unless the words are the address."""
    address, words = found[1], found[2]
    return words if words in {address, address.removeprefix("mailto:")} else f"{words} ({address})"


def _quoted(found: re.Match[str]) -> str:
    return "\n".join(f"> {line}" for line in found[1].splitlines())
