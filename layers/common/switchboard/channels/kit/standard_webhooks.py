"""Signatures of Standard Webhooks: `v1` (HMAC-SHA256) and `v1a` (Ed25519).

Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

from switchboard.channels.base import Webhook, fresh, header, same
from switchboard.errors import BadSignatureError

SECRET, PUBLIC_KEY = "whsec_", "whpk_"
KEY_BYTES = range(24, 65)
MAX_ID = 200
MAX_ENTRIES = 20
"""Signatures of one webhook that are looked at: more are no rotation."""


def sign(secret: str, message: str, stamp: str, body: bytes) -> str:
    """The `v1` entry of the header. Raises BadSignatureError when the secret is none."""
    digest = hmac.digest(_key(secret), _signed(message, stamp, body), "sha256")
    return f"v1,{b64encode(digest).decode()}"


def verify(secrets: Sequence[str], webhook: Webhook) -> str:
    """The id of a webhook that was signed with one of the secrets within the last minutes.

    One right entry is enough, which is how senders rotate; those of unknown versions are skipped.
    A secret `whpk_...` is a public key, and only `v1a` is right under it. Raises BadSignatureError.
    """
    message = header(webhook, "webhook-id")
    stamp = fresh(header(webhook, "webhook-timestamp"), webhook.received_at)
    given = webhook.headers.get("webhook-signature", "").split(" ")
    if len(message) > MAX_ID or "." in message or not message.isprintable():
        raise BadSignatureError("webhook-id")
    if len(given) > MAX_ENTRIES:
        raise BadSignatureError("webhook-signature")
    held = [_holds(secret, message, stamp, webhook.body, given) for secret in secrets]
    if not any(held):
        raise BadSignatureError("digest")
    return message


def _holds(secret: str, message: str, stamp: str, body: bytes, given: Sequence[str]) -> bool:
    if secret.startswith(PUBLIC_KEY):
        signed = _signed(message, stamp, body)
        return sum([_is_ours(secret, entry, signed) for entry in given]) > 0
    try:
        expected = sign(secret, message, stamp, body)
    except BadSignatureError:  # a secret that is none must not hide the other one
        return False
    return sum([same(entry, expected) for entry in given]) > 0


def _is_ours(public_key: str, entry: str, signed: bytes) -> bool:
    """Whether a `v1a` entry is right under the public key."""
    from switchboard.channels.kit import ed25519  # noqa: PLC0415  few senders use it

    version, _, signature = entry.partition(",")
    try:
        public = _decoded(public_key, PUBLIC_KEY).hex()
        given = b64decode(signature, validate=True).hex()
    except (ValueError, BadSignatureError):
        return False
    return version == "v1a" and ed25519.holds([public], given, signed)


def _signed(message: str, stamp: str, body: bytes) -> bytes:
    return f"{message}.{stamp}.".encode() + body


def _key(secret: str) -> bytes:
    key = _decoded(secret, SECRET)
    if len(key) not in KEY_BYTES:
        raise BadSignatureError("the secret is too short or too long")
    return key


def _decoded(secret: str, prefix: str) -> bytes:
    try:
        return b64decode(secret.strip().removeprefix(prefix), validate=True)
    except ValueError as error:
        raise BadSignatureError("the secret is not base64") from error
