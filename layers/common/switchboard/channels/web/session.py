"""A session of the chat page: a JWT (RFC 7519, HS256), from signing in or an operator's link."""

import hmac
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import decode

from switchboard.channels.base import Webhook, any_same, current, header, read_json, shape
from switchboard.credentials import parameters
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.runtime import current as runtime
from switchboard.runtime import kept

ACCOUNT = "main"
"""The account of the chat page."""
AUDIENCE = "switchboard-web"
ALGORITHM = "HS256"
MIN_SECRET = 32
FRESH_SECONDS = 300
"""How long a secret may be used after it was read, as in ingest."""


class Claims(Struct, frozen=True):
    """Who a session belongs to, and when its token holds, in seconds since 1970."""

    sub: Annotated[str, Meta(min_length=1, max_length=200)]
    aud: str
    exp: int
    nbf: int = 0
    iat: int = 0

    def holds(self, now: float) -> bool:
        return self.aud == AUDIENCE and max(self.nbf, self.iat) <= now < self.exp


class _Header(Struct):
    alg: str


def session_of(webhook: Webhook, secrets: Sequence[bytes]) -> Claims:
    """The session that a request is made in. Raises BadSignatureError: none, wrong or expired."""
    scheme, _, token = header(webhook, "authorization").partition(" ")
    signed, _, signature = token.rpartition(".")
    if scheme != "Bearer":
        raise BadSignatureError("no session")
    digests = [hmac.digest(key, signed.encode(), "sha256") for key in secrets]
    expected = [urlsafe_b64encode(digest).rstrip(b"=").decode() for digest in digests]
    if not any_same(signature, expected):
        raise BadSignatureError("session")
    head, _, claims = signed.partition(".")
    try:
        algorithm = shape(read_json(_unpadded(head)), _Header).alg
        names = decode(_unpadded(head))
        told = _unpadded(claims)
        read_json(told)  # nothing twice; but a claim that is null is none left out
        session = decode(told, type=Claims)
    except (BadRequestError, MsgspecError, Base64Error) as error:
        raise BadSignatureError("session claims") from error
    # Extensions that must be understood: none is, not even a null one (RFC 7515, 4.1.11).
    if algorithm != ALGORITHM or "crit" in names or not session.holds(webhook.received_at):
        raise BadSignatureError("session expired")
    return session


def claims(sub: str, now: float, seconds: float, **more: Any) -> dict[str, Any]:
    """What a session's token says: whose it is, for `seconds` from now, and what else is given."""
    told = {"sub": sub, "aud": AUDIENCE, "iat": int(now), "exp": int(now + seconds)}
    return told | {"jti": os.urandom(16).hex()} | more


def session_secrets(parameter: str) -> tuple[str, ...]:
    """What sessions hold under, the one to sign with first: while it is changed, also the old one.

    Read from the encrypted parameter, and never older than FRESH_SECONDS.
    """
    if time.time() - _read(parameter).read_at >= FRESH_SECONDS:
        runtime().forget(_read, parameter)
    return _read(parameter).texts


class _Secrets(Struct, frozen=True):
    texts: tuple[str, ...]
    read_at: float


@kept
def _read(parameter: str) -> _Secrets:
    text = parameters.read(parameter)
    accounts = decode(text, type=dict[str, parameters.Values]) if text else {}
    found = current(accounts.get(f"web/{ACCOUNT}", {}), "session_secret")
    return _Secrets(tuple(one for one in found if len(one) >= MIN_SECRET), time.time())


def uploads(account: str, sub: str) -> str:
    """Where the files of one person's session are kept in Results."""
    name = urlsafe_b64encode(sub.encode()).rstrip(b"=").decode()
    return f"uploads/web/{account}/{name}/"


def _unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
