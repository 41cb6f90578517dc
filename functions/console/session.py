"""Whose a request to the console is: a JWT of one algorithm, with nothing optional."""

import time

import jwt
from msgspec import Struct, json

from functions.console.settings import ConsoleSettings
from switchboard import runtime
from switchboard.channels.base import current
from switchboard.channels.web.session import AUDIENCE, MIN_SECRET
from switchboard.credentials import parameters
from switchboard.errors import BadSignatureError

ACCOUNT = "main"
FRESH_SECONDS = 300
"""How long a secret may be used after it was read, as in ingest."""


class _Secrets(Struct, frozen=True):
    """Those that sessions hold under: while one is changed, also the one before."""

    texts: tuple[str, ...]
    read_at: float


def subject(authorization: str) -> str:
    """The sender id that the session is for. Raises BadSignatureError: none, wrong or expired."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise BadSignatureError("no session")
    for secret in _secrets():
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
            )
        except jwt.InvalidTokenError:
            continue
        return str(claims["sub"])
    raise BadSignatureError("session")


def _secrets() -> tuple[str, ...]:
    if time.time() - _read().read_at >= FRESH_SECONDS:
        runtime.current().forget(_read)
    return _read().texts


@runtime.kept
def _read() -> _Secrets:
    text = parameters.read(ConsoleSettings.load().channels_parameter)
    accounts = json.decode(text, type=dict[str, parameters.Values]) if text else {}
    found = current(accounts.get(f"web/{ACCOUNT}", {}), "session_secret")
    return _Secrets(tuple(one for one in found if len(one) >= MIN_SECRET), time.time())
