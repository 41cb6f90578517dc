"""The mark that a queryable operation leaves in what it writes, to be found by a later try."""

import re
from uuid import UUID

_MARK = re.compile(r"\s*<!-- switchboard:[0-9a-f-]{36} -->\s*$")


def marked(text: str, key: UUID) -> str:
    """The text with the call's mark behind it, as a comment that Markdown and HTML do not show."""
    return f"{text}\n\n{_mark(key)}"


def carries(text: str | None, key: UUID) -> bool:
    """Whether a call of this key wrote the text."""
    return _mark(key) in (text or "")


def unmarked(text: str | None) -> str:
    """The text without a mark at its end."""
    return _MARK.sub("", text or "")


def _mark(key: UUID) -> str:
    return f"<!-- switchboard:{key} -->"
