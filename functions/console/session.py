"""Whose a request to the console is: a JWT of one algorithm, with nothing optional."""

import jwt

from functions.console.settings import ConsoleSettings
from switchboard.channels.web.session import AUDIENCE, MIN_SECRET
from switchboard.credentials import parameters
from switchboard.errors import BadSignatureError

ACCOUNT = "main"


def subject(authorization: str) -> str:
    """The sender id that the session is for. Raises BadSignatureError: none, wrong or expired."""
    accounts = parameters.parameter(ConsoleSettings.load().channels_parameter)
    key = accounts.get(f"web/{ACCOUNT}", {}).get("session_secret", "")
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer" or len(key) < MIN_SECRET:
        raise BadSignatureError("no session")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud"]},
        )
    except jwt.InvalidTokenError as error:
        raise BadSignatureError("session") from error
    return str(claims["sub"])
