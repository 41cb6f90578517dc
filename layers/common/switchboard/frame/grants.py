"""Grants, as a tool's function takes them: a JWT (RFC 7519) signed with ES256 by `approve` alone.

A grant opens one call: of this tool, operation and arguments, for this person, by this op_id, of a
tool whose manifest is still what it was when the person was asked. It is used once, and expires.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization

from switchboard.audit import digest
from switchboard.cloud import aws
from switchboard.errors import NotAllowedError
from switchboard.ledger import grants
from switchboard.models import Command
from switchboard.runtime import kept
from switchboard.settings import Settings

ALGORITHM = "ES256"
MAX_SECONDS = 120.0
"""How long a grant is good for, whatever it says of itself."""
SKEW_SECONDS = 5.0
"""By how much the clocks of two functions may differ."""
Claims = Mapping[str, Any]


class GrantSettings(Settings, frozen=True):
    stack: str
    grants_arn: str
    """The ARN of the key that signs: its public half is asked of KMS."""


def opened(token: str, tool: str, now: float, *, first: bool) -> Claims:
    """The claims of a grant for this tool that `approve` has signed.

    A later try than the `first` may find it expired: then the ledger knows that it was used in
    time, for the same call. Raises NotAllowedError.
    """
    stack = GrantSettings.load().stack
    required = ["iss", "aud", "sub", "iat", "exp", "jti", "op_id", "operation", "arguments"]
    try:
        claims: Claims = jwt.decode(
            token,
            key(),
            algorithms=[ALGORITHM],
            audience=f"{stack}/tool/{tool}",
            issuer=f"{stack}/approve",
            # By the clock that is given, below.
            options={"require": required, "verify_exp": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotAllowedError(type(error).__name__, say="grant_unfit") from None
    made, until = claims["iat"], claims["exp"]
    if not isinstance(made, int) or not isinstance(until, int) or until - made > MAX_SECONDS:
        raise NotAllowedError("a grant for too long", say="grant_unfit")
    if first and not made - SKEW_SECONDS <= now <= until:
        raise NotAllowedError("expired", say="grant_expired")
    return claims


def require_bound(claims: Claims, command: Command, manifest: str) -> None:
    """Raises NotAllowedError unless the grant is for exactly this call."""
    meta = command.params.meta
    bound = {
        "sub": meta.actor,
        "op_id": str(command.id),
        "operation": command.method,
        "arguments": digest(command.params.arguments),
        "manifest": manifest,
        "shown": meta.shown,
        "approver": meta.approver
        or claims.get("approver"),  # the call of an earlier release has none
    }
    told = {"shown": "", **claims}  # nor has its grant
    for name, value in bound.items():
        if told.get(name) != value:
            raise NotAllowedError(f"another {name}", say="grant_unfit")


def used(claims: Claims, now: float, *, first: bool) -> Sequence[dict[str, Any]]:
    """The transaction's part that uses the grant up."""
    return (grants.use_item(str(claims["jti"]), str(claims["op_id"]), now, first=first),)


@kept
def key() -> Any:
    """The public half of the key that grants are signed with."""
    found = aws.call("kms", "GetPublicKey", {"KeyId": GrantSettings.load().grants_arn})
    return serialization.load_der_public_key(b64decode(found["PublicKey"]))
