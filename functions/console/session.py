"""Whose a request to the console is: a JWT of one algorithm, with nothing optional."""

import jwt

from functions.console.settings import ConsoleSettings
from switchboard.channels.web.session import ALGORITHM, AUDIENCE, session_secrets
from switchboard.errors import BadSignatureError


def subject(authorization: str) -> str:
    """The sender id that the session is for. Raises BadSignatureError: none, wrong or expired."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise BadSignatureError("no session")
    for secret in session_secrets(ConsoleSettings.load().channels_parameter):
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
            )
        except jwt.InvalidTokenError:
            continue
        return str(claims["sub"])
    raise BadSignatureError("session")
