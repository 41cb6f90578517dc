"""Access tokens that an authorisation server grants. Source: RFC 6749, 7523, 7636, 9207, 9700."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct

from switchboard.errors import BadRequestError, UnavailableError
from switchboard.net import http
from switchboard.net.http import HttpResponse

LONGEST = 4_000
"""Characters of a token."""
OURS = ("invalid_client", "unauthorized_client", "incorrect_client_credentials")
"""Errors that an operator can mend, not the person; the last is GitHub's."""


class Client(Struct, frozen=True):
    """Whom the operator has registered at an authorisation server."""

    id: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"Client({self.id})"


class Tokens(Struct, frozen=True):
    """What was granted."""

    access: str
    refresh: str = ""
    """Brings the next ones; empty: there is none, or none but the one that was used."""
    seconds: float = 0.0
    """How long `access` lives; 0: nobody says."""

    def __repr__(self) -> str:
        return "Tokens()"


def granted(url: str, fields: Mapping[str, str]) -> tuple[str, float]:
    """A token and the seconds that it lives.

    Raises UnavailableError when there is none: a wrong secret can be mended by an operator.
    """
    reply = http.form(url, fields)
    token, lives = reply.body.get("access_token"), reply.body.get("expires_in")
    if reply.status != 200 or not isinstance(token, str) or not isinstance(lives, int | float):  # noqa: PLR2004
        raise UnavailableError(f"no token: {reply.status}")
    return token, float(lives)


def challenge(verifier: str) -> str:
    """What is told of a verifier before it is shown: S256 (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def exchanged(url: str, client: Client, code: str, verifier: str, redirect: str) -> Tokens:
    """The tokens for an authorisation code (RFC 6749, 4.1.3).

    Raises BadRequestError when the code is refused, UnavailableError when nothing is known of it.
    """
    told = {"code": code, "code_verifier": verifier, "redirect_uri": redirect}
    return _asked(url, client, {"grant_type": "authorization_code", **told})


def renewed(url: str, client: Client, refresh: str) -> Tokens:
    """The tokens for a refresh token (RFC 6749, 6); raises as `exchanged`."""
    return _asked(url, client, {"grant_type": "refresh_token", "refresh_token": refresh})


def _asked(url: str, client: Client, fields: Mapping[str, str]) -> Tokens:
    ours = {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
    # GitHub answers with a form unless it is asked for JSON.
    reply = http.form(url, {**fields, **ours}, {"accept": "application/json"})
    _require(reply)
    access = reply.body.get("access_token")
    if not _is_token(access) or str(reply.body.get("token_type", "")).lower() != "bearer":
        raise UnavailableError(f"no token: {reply.status}")
    refresh, lives = reply.body.get("refresh_token"), reply.body.get("expires_in", 0)
    return Tokens(
        str(access),
        str(refresh) if _is_token(refresh) else "",
        float(lives) if isinstance(lives, int | float) and lives > 0 else 0.0,
    )


def _require(reply: HttpResponse) -> None:
    """Raises for an error as RFC 6749, 5.2 has it; GitHub says it with status 200."""
    error = reply.body.get("error")
    if error is None and reply.status == 200:  # noqa: PLR2004  HTTP
        return
    if not isinstance(error, str) or error in OURS:
        raise UnavailableError(f"no token: {reply.status}")
    raise BadRequestError("the grant was refused")


def _is_token(said: Any) -> bool:
    return isinstance(said, str) and 0 < len(said) <= LONGEST and said.isascii()
