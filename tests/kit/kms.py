"""KMS in memory: one key, whose ciphertexts open with the encryption context they were made with.

Source: KMS API Reference, Encrypt and Decrypt.
"""

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import json

from switchboard.cloud.aws import AwsError
from tests.kit.expressions import UnsupportedError
from tests.kit.moves import Payload

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
NONCE_BYTES = 12


class Kms:
    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def call(self, operation: str, payload: Payload) -> dict[str, Any]:
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
