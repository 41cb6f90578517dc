"""A signer's key pair, its tokens, and the addresses where its public key is published."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from switchboard.channels.kit import jwks
from switchboard.net import exchange, http
from switchboard.runtime import current

KID = "example-key"
PRIVATE = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
"""Made for this process alone: no private key is in the repository."""
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


def token(claims: Mapping[str, Any], **head: Any) -> str:
    return _signed(json.dumps(claims), json.dumps({"kid": KID, **head}))


@cache
def _signed(claims: str, head: str) -> str:
    """The same every time, and slow to make."""
    return jwt.encode(json.loads(claims), PRIVATE, algorithm="RS256", headers=json.loads(head))


def public(**more: Any) -> dict[str, Any]:
    """The key set as an issuer publishes it."""
    found = RSAAlgorithm.to_jwk(PRIVATE.public_key(), as_dict=True)
    return {"keys": [{**found, "kid": KID, "use": "sig", **more}]}


class Published:
    """The outside as far as it is some documents by address; nothing else answers."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.documents = dict(documents)
        self.asked: list[str] = []

    def __call__(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> http.HttpResponse:
        self.asked.append(url)
        if method != "GET" or url not in self.documents:
            raise ConnectionRefusedError(url)
        return http.HttpResponse(200, {}, self.documents[url])

    def stream(self, url: str, headers: Mapping[str, str]) -> http.Stream:
        raise ConnectionRefusedError(url)


@contextmanager
def published(documents: Mapping[str, Any], *, afresh: bool = False) -> Iterator[Published]:
    """Only these documents can be reached while the block runs.

    With `afresh` nothing is known of these addresses at first.
    """
    if afresh:
        for url in documents:
            current().forget(jwks._held, url)
    outside = Published(documents)
    before = exchange.current()
    current().give(exchange.current, outside)
    try:
        yield outside
    finally:
        current().give(exchange.current, before)


def known(documents: Mapping[str, Any], now: float) -> None:
    """Let this process have fetched these key sets, as it does when the first webhook comes."""
    with published(documents, afresh=True):
        for url in documents:
            jwks._key(url, KID, now)
