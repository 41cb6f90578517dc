"""KMS in memory: a key that seals, with the encryption context as its data, and one that signs.

Source: KMS API Reference: Encrypt, Decrypt, Sign, GetPublicKey.
"""

import base64
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import json

from switchboard.cloud.aws import AwsError
from tests.kit.expressions import UnsupportedError
from tests.kit.moves import Payload

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SIGNS = "arn:aws:kms:us-east-1:123456789012:key/5678abcd-12ab-34cd-56ef-1234567890ab"
NONCE_BYTES = 12
MAX_SIGNED = 4096
"""Bytes of a message that is signed as it is."""


@cache
def pair() -> ec.EllipticCurvePrivateKey:
    """What `SIGNS` signs with."""
    return ec.generate_private_key(ec.SECP256R1())


def named(key: str) -> str:
    """The key as the template names it."""
    return "${GrantKey.Arn}" if key == SIGNS else "${Key.Arn}"


class Kms:
    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def call(self, operation: str, payload: Payload) -> dict[str, Any]:
        if payload["KeyId"] == SIGNS:
            return _signs(operation, payload)
        if payload["KeyId"] != KEY:
            raise AwsError("NotFoundException", 400, {})
        context = json.encode(payload.get("EncryptionContext", {}), order="sorted")
        if operation == "Encrypt":
            nonce, plain = os.urandom(NONCE_BYTES), base64.b64decode(payload["Plaintext"])
            sealed = nonce + self._cipher.encrypt(nonce, plain, context)
            return {"CiphertextBlob": base64.b64encode(sealed).decode(), "KeyId": KEY}
        if operation == "Decrypt":
            blob = base64.b64decode(payload["CiphertextBlob"])
            nonce, sealed = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
            return {"Plaintext": _text(self._cipher, nonce, sealed, context), "KeyId": KEY}
        raise UnsupportedError(f"kms.{operation}")


def _text(cipher: AESGCM, nonce: bytes, sealed: bytes, context: bytes) -> str:
    try:
        return base64.b64encode(cipher.decrypt(nonce, sealed, context)).decode()
    except (InvalidTag, ValueError):  # a nonce that is too short, too
        raise AwsError("InvalidCiphertextException", 400, {}) from None


def _signs(operation: str, payload: Payload) -> dict[str, Any]:
    if operation == "GetPublicKey":
        told = pair().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"PublicKey": base64.b64encode(told).decode(), "KeySpec": "ECC_NIST_P256"}
    asked = (operation, payload.get("MessageType"), payload.get("SigningAlgorithm"))
    if asked != ("Sign", "RAW", "ECDSA_SHA_256"):
        raise UnsupportedError(f"kms {asked}")
    message = base64.b64decode(payload["Message"])
    if len(message) > MAX_SIGNED:
        raise AwsError("ValidationException", 400, {})
    signature = pair().sign(message, ec.ECDSA(hashes.SHA256()))
    return {"Signature": base64.b64encode(signature).decode()}
