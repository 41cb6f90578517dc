"""Webhooks that show a token in their body, and sign nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from switchboard.channels.base import Webhook, any_same, current
from switchboard.errors import BadRequestError, BadSignatureError

Body = dict[str, Any]


def tokens_of(values: Mapping[str, str]) -> list[str]:
    """The account's tokens: one for each thing that calls us, told with blanks between."""
    return [one for some in current(values, "token") for one in some.split()]


def proven(webhook: Webhook, read: Callable[[Webhook], Body], tokens: Sequence[str]) -> Body:
    """What `read` makes of the body, which must be read for its token; an empty one is none.

    Raises BadSignatureError, also when it cannot be read.
    """
    try:
        found = read(webhook)
    except BadRequestError as error:
        raise BadSignatureError("no token") from error
    given = found.get("token")
    if not (isinstance(given, str) and given and any_same(given, tokens)):
        raise BadSignatureError("token")
    return found
