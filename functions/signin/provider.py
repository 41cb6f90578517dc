"""A provider of OpenID Connect: where it is asked, and whether an ID token is its own.

Source: OpenID Connect Core 1.0, 3.1.3.7; OpenID Connect Discovery 1.0, 4; RFC 9700.
"""

import hmac
import time
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlsplit

import jwt
from msgspec import MsgspecError, Struct, convert

from switchboard.config import Oidc
from switchboard.errors import NotAllowedError, RejectedError, UnavailableError
from switchboard.net import http
from switchboard.runtime import current, kept

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""With keys of two halves alone: what checks a token could else sign one."""
KEEP_SECONDS, AGAIN_SECONDS = 3_600.0, 60.0
"""How long what it publishes is used; how soon after a read an unknown key is looked for again."""
SKEW_SECONDS = 30
NEAR = {"127.0.0.1", "localhost"}
"""Hosts that need no https: those of a provider on this machine."""


class Provider(Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False
    read_at: float = 0.0


class _Keys(Struct, frozen=True):
    found: dict[str, dict[str, Any]]
    read_at: float


def known(told: Oidc) -> Provider:
    """The provider of this issuer, as it was within an hour. Raises UnavailableError."""
    if time.time() - _discovered(told.issuer).read_at >= KEEP_SECONDS:
        current().forget(_discovered, told.issuer)
    return _discovered(told.issuer)


def exchanged(provider: Provider, told: Oidc, secret: str, fields: dict[str, str]) -> str:
    """The ID token that a code is worth. Raises NotAllowedError, or UnavailableError."""
    headers = {}
    if "client_secret_basic" in provider.token_endpoint_auth_methods_supported:
        pair = f"{quote(told.client_id, safe='')}:{quote(secret, safe='')}"
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        fields = fields | {"client_id": told.client_id, "client_secret": secret}
    reply = http.form(provider.token_endpoint, fields, headers)
    token = reply.body.get("id_token")
    if reply.status != 200 or not isinstance(token, str):  # noqa: PLR2004  RFC 6749, 5.1
        raise NotAllowedError("no ID token")
    return token


def claims_of(provider: Provider, told: Oidc, token: str, nonce: str) -> dict[str, Any]:
    """What an ID token says, if it is the provider's, for us, now and for this browser.

    Raises NotAllowedError whatever is wrong.
    """
    try:
        head = jwt.get_unverified_header(token)
        algorithm, kid = str(head.get("alg")), str(head.get("kid", ""))
        if algorithm not in ALGORITHMS or "crit" in head:
            raise NotAllowedError("algorithm")
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(_key(provider, kid), algorithm),
            algorithms=[algorithm],
            audience=told.client_id,
            issuer=told.issuer,
            leeway=SKEW_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise NotAllowedError("ID token") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else told.client_id) != told.client_id:
        raise NotAllowedError("for another party")
    given = claims["nonce"]
    if not (isinstance(given, str) and hmac.compare_digest(given.encode(), nonce.encode())):
        raise NotAllowedError("nonce")
    if not (isinstance(claims["sub"], str) and claims["sub"]):
        raise NotAllowedError("subject")
    return claims


@kept
def _discovered(issuer: str) -> Provider:
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = convert(_read(address) | {"read_at": time.time()}, Provider)
    except MsgspecError:
        raise UnavailableError("the provider's configuration") from None
    if found.issuer != issuer:
        raise UnavailableError("the provider calls itself otherwise")
    for one in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        parts = urlsplit(one)
        if parts.scheme != "https" and parts.hostname not in NEAR:
            raise UnavailableError("an endpoint without TLS")
    return found


def _key(provider: Provider, kid: str) -> dict[str, Any]:
    """The public key of this name; one that is new there is found within a minute."""
    keys, now = _keys(provider.jwks_uri), time.time()
    stale = now - keys.read_at >= (AGAIN_SECONDS if kid not in keys.found else KEEP_SECONDS)
    if stale:
        current().forget(_keys, provider.jwks_uri)
        keys = _keys(provider.jwks_uri)
    if kid not in keys.found:
        raise NotAllowedError("unknown key")
    return keys.found[kid]


@kept
def _keys(address: str) -> _Keys:
    listed = _read(address).get("keys")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return _Keys({str(one.get("kid", "")): one for one in found}, time.time())


def _read(address: str) -> dict[str, Any]:
    try:
        reply = http.call("GET", address)
    except RejectedError as error:
        raise UnavailableError(error.detail) from error
    if reply.status != 200:  # noqa: PLR2004
        raise UnavailableError(f"the provider answered {reply.status}")
    return reply.body
