"""Access tokens that an authorisation server grants to an app. Source: RFC 6749, RFC 7523."""

from collections.abc import Mapping

from switchboard.errors import UnavailableError
from switchboard.net import http


def granted(url: str, fields: Mapping[str, str]) -> tuple[str, float]:
    """A token and the seconds that it lives.

    Raises UnavailableError when there is none: a wrong secret can be mended by an operator.
    """
    reply = http.form(url, fields)
    token, lives = reply.body.get("access_token"), reply.body.get("expires_in")
    if reply.status != 200 or not isinstance(token, str) or not isinstance(lives, int | float):  # noqa: PLR2004
        raise UnavailableError(f"no token: {reply.status}")
    return token, float(lives)
