"""Slack's text as people wrote it. Source: docs.slack.dev, formatting message text."""

import re
from collections.abc import Sequence

from switchboard.channels.kit.words import cleaned

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_MARKUP = re.compile(r"<([@#!]|(?=[a-z][a-z0-9+.-]*:))([^<>|]+)(?:\|([^<>]*))?>")
"""What Slack writes for people, places, groups, dates and links; a typed `<` comes escaped."""


def plain(text: str, ours: Sequence[str]) -> str:
    """Without our mention at the beginning or the end. Where Slack does not say who we are, we are
    whom the text begins with.
    """
    first = _MENTION.match(text.strip())
    names = "|".join(ours) or (first[1] if first else "")
    if names:
        us = rf"<@(?:{names})(?:\|[^<>]*)?>"
        text = cleaned(text, re.compile(rf"^(?:\s*{us}[\s:,]*)+|(?<=\s){us}\s*$"))
    return written(text)


def written(text: str) -> str:
    """Slack's markup undone: people, places and links as they were written, & < > as well."""
    text = _MARKUP.sub(_words, cleaned(text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _words(found: re.Match[str]) -> str:
    """What stands for a person, a place or a group; of a link the address, but the words where
    Slack made it: `README.md` looks like a host.
    """
    sign, what, words = found[1], found[2], found[3]
    if not sign:
        made = what in {f"http://{words}", f"mailto:{words}"} or what.startswith("tel:")
        return words if words and made else what
    if sign == "!":
        kind, _, name = what.partition("^")
        return words or f"@{(name if kind == 'subteam' else kind)}"
    return f"{sign}{(words or what).removeprefix(sign)}"
