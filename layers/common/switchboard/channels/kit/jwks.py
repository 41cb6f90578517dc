"""JSON Web Tokens that platforms sign their webhooks with (RFC 7519), and the keys for them."""

from collections.abc import Sequence
from typing import Any

import jwt
from msgspec import Struct

from switchboard import observe
from switchboard.channels.base import MAX_SKEW_SECONDS, Webhook, any_same, header, shape
from switchboard.errors import BadRequestError, BadSignatureError, UnavailableError
from switchboard.net import http
from switchboard.runtime import kept

KEEP_SECONDS = 86_400
"""Microsoft asks to read the keys again every day."""
HOLD_SECONDS = 2 * KEEP_SECONDS
"""How long keys may be used while no new ones can be had."""
AGAIN_SECONDS = 3600
"""Anybody can name an unknown key: the earliest next fetch for one."""
RETRY_SECONDS = 60
"""The earliest next fetch after one that failed."""
MAX_KEYS = 100


class Key(Struct, frozen=True):
    """A public key (RFC 7517); `endorsements` are the channels that it may sign for."""

    kid: str = ""
    kty: str = ""
    n: str = ""
    e: str = ""
    endorsements: tuple[str, ...] = ()


class _Keys(Struct):
    keys: tuple[Key, ...]


class _Configuration(Struct):
    """What an issuer says about itself (OpenID Connect Discovery)."""

    jwks_uri: str


class _Told(Struct):
    """Whom a token is for, and when it holds, in seconds since 1970."""

    aud: str
    iss: str
    exp: float
    nbf: float = 0.0
    iat: float = 0.0


class _Held(Struct):
    """The keys behind one address, and when they may be fetched again."""

    keys: dict[str, Key] = {}
    read_at: float = float("-inf")
    next_at: float = float("-inf")


@kept
def _held(url: str) -> _Held:
    """The keys at one address. Addresses are configuration: as many as accounts at most."""
    return _Held()


def verified(
    webhook: Webhook, url: str, *, audiences: Sequence[str], issuers: Sequence[str]
) -> tuple[dict[str, Any], Key]:
    """The claims of the webhook's bearer token, and the key that signed it.

    `url` is where the keys are, or the issuer's OpenID configuration that says where. RS256 only;
    five minutes of skew. Raises BadSignatureError whatever is wrong, also when there are no keys.
    """
    scheme, _, token = header(webhook, "authorization").partition(" ")
    now = webhook.received_at
    try:
        head = jwt.get_unverified_header(token)
        if scheme != "Bearer" or head.get("alg") != "RS256":
            raise BadSignatureError("no RS256 token")
        key = _key(url, str(head.get("kid", "")), now)
        public = jwt.PyJWK({"kty": "RSA", "n": key.n, "e": key.e}, "RS256")
        # PyJWT compares times with its own clock, and takes a list for an audience.
        ours: Any = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud"), False)
        claims = jwt.decode(token, public, algorithms=["RS256"], options=ours, issuer=list(issuers))
        told = shape(claims, _Told)
    except (jwt.PyJWTError, ValueError, RecursionError, BadRequestError) as error:
        raise BadSignatureError("token") from error
    if not any_same(told.aud, audiences):
        raise BadSignatureError("token for others")
    # Written so that NaN is refused.
    begun = told.nbf - MAX_SKEW_SECONDS <= now and told.iat - MAX_SKEW_SECONDS <= now
    if not (begun and now <= told.exp + MAX_SKEW_SECONDS):
        raise BadSignatureError("token out of its time")
    return claims, key


def _key(url: str, kid: str, now: float) -> Key:
    """The key of this name. Fetches at most once a day, and once an hour for unknown names."""
    held = _held(url)
    old = now - held.read_at >= KEEP_SECONDS
    if (old or kid not in held.keys) and now >= held.next_at:
        held.next_at = now + RETRY_SECONDS
        try:
            keys = _fetched(url)
        except (UnavailableError, BadRequestError) as error:
            observe.warn("no keys", url=url, detail=error.detail)
        else:
            held.keys = {key.kid: key for key in keys if key.kid and key.kty == "RSA"}
            held.read_at, held.next_at = now, now + AGAIN_SECONDS
    if kid not in held.keys or now - held.read_at >= HOLD_SECONDS:
        raise BadSignatureError("unknown key")
    return held.keys[kid]


def _fetched(url: str) -> tuple[Key, ...]:
    found = http.call("GET", url).body
    if "jwks_uri" in found:
        found = http.call("GET", shape(found, _Configuration).jwks_uri).body
    return shape(found, _Keys).keys[:MAX_KEYS]
