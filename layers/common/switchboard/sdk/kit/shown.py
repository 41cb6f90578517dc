"""Calls as a person is asked about them: all of their arguments, or none is asked about."""

from typing import Any

from msgspec import json

from switchboard.errors import BadRequestError
from switchboard.sdk.kit import words

MOST = 4_000
"""Characters that a person can be asked about at once."""


def shown(arguments: dict[str, Any]) -> str:
    """All arguments of a call, one a line, with what nobody sees made visible.

    Raises BadRequestError when that is too long.
    """
    lines = [f"{name} = {json.encode(value).decode()}" for name, value in arguments.items()]
    found = words.visible("\n".join(lines))
    require_shown(len(found))
    return found


def require_shown(length: int) -> None:
    """Raises BadRequestError for more characters than a person can be asked about at once."""
    if length > MOST:
        raise BadRequestError("too long to be shown", say="too_long_to_ask", limit=MOST)
