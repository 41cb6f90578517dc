"""AES-256-CBC with PKCS#7, as platforms encrypt their webhooks."""

import base64
import hashlib

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def unseal(key: bytes, sealed: str) -> bytes:
    """What base64 of an initial vector and a ciphertext hides under SHA-256 of `key`.

    Raises ValueError, whatever is wrong.
    """
    blob = base64.b64decode(sealed, validate=True)
    cipher = Cipher(algorithms.AES(hashlib.sha256(key).digest()), modes.CBC(blob[:16]))
    decryptor, unpadder = cipher.decryptor(), padding.PKCS7(128).unpadder()
    padded = decryptor.update(blob[16:]) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()
