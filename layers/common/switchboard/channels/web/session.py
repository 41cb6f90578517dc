"""A session of the chat page: a JWT (RFC 7519, HS256) that the operator's link carries."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import decode

from switchboard.channels.base import Webhook, any_same, header, read_json, shape
from switchboard.errors import BadRequestError, BadSignatureError

AUDIENCE = "switchboard-web"
MIN_SECRET = 32


class Session(Struct, frozen=True):
    """Who a session belongs to, and when it holds, in seconds since 1970."""

    sub: Annotated[str, Meta(min_length=1, max_length=200)]
    aud: str
    exp: int
    nbf: int = 0
    iat: int = 0

    def holds(self, now: float) -> bool:
        return self.aud == AUDIENCE and max(self.nbf, self.iat) <= now < self.exp


class _Header(Struct):
    alg: str


def session_of(webhook: Webhook, secrets: Sequence[bytes]) -> Session:
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
        session = decode(told, type=Session)
    except (BadRequestError, MsgspecError, Base64Error) as error:
        raise BadSignatureError("session claims") from error
    # Extensions that must be understood: none is, not even a null one (RFC 7515, 4.1.11).
    if algorithm != "HS256" or "crit" in names or not session.holds(webhook.received_at):
        raise BadSignatureError("session expired")
    return session


def uploads(account: str, sub: str) -> str:
    """Where the files of one person's session are kept in Results."""
    name = urlsafe_b64encode(sub.encode()).rstrip(b"=").decode()
    return f"uploads/web/{account}/{name}/"


def _unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
