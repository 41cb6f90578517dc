"""Ed25519 as platforms sign their webhooks with it (RFC 8032), in hexadecimal digits."""

import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")
_PUBLIC = re.compile(r"[0-9a-fA-F]{64}")


def holds(publics: Sequence[str], signature: str, signed: bytes) -> bool:
    """Whether one of the public keys signed these bytes; all of them are tried.

    What is no key or no signature does not hold: hexadecimal digits and nothing else, 64 bytes,
    and an S below 2^253 (RFC 8032, 5.1.7; below the order of the group is the library's check).
    """
    if not _SIGNATURE.fullmatch(signature):
        return False
    raw = bytes.fromhex(signature)
    if raw[63] & 0xE0:
        return False
    return sum([_holds(public, raw, signed) for public in publics]) > 0


@lru_cache(maxsize=64)
def public_of(seed: bytes) -> str:
    """The public key that belongs to a seed of 32 bytes."""
    made = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return made.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(seed: bytes, message: bytes) -> str:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message).hex()


def _holds(public: str, signature: bytes, signed: bytes) -> bool:
    if not _PUBLIC.fullmatch(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
