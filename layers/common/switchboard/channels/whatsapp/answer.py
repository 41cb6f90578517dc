"""What WhatsApp's codes mean to us. Source: developers.facebook.com, Cloud API error codes."""

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.net import http

TOO_FAST = {4, 80007, 130429, 131048, 131056}
LATER = {1, 2, 131000, 131016, 131057, 133004}
NOT_OURS = {0, 3, 10, 190, 131005, 131031, 131042, *range(200, 300)}
"""The token, its permissions or the account: an operator can mend that."""
CLOSED = 131047


class _Error(Struct):
    code: int = -1


class _Answer(Struct):
    error: _Error | None = None


def check(reply: http.Reply) -> None:
    """Raises as `send` does, by the platform's error codes."""
    error = shape(reply.body, _Answer).error
    if error is None and reply.status < 400:  # noqa: PLR2004  HTTP
        return
    code = error.code if error else -1
    told = f"{reply.status} {code}"
    if code == CLOSED:
        raise ClosedWindowError(told)
    if code in TOO_FAST:
        raise RateLimitedError(told, retry_after=http.retry_after(reply))
    if code in LATER or code in NOT_OURS:
        raise UnavailableError(told)
    raise RejectedError(told)
