"""What WeCom, WeChat and DingTalk share: SHA-1 over sorted parts, AES-256-CBC under a common key.

Sources: developer.work.weixin.qq.com path 90968, open-dingtalk/DingTalk-Callback-Crypto.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

from switchboard.channels.base import Webhook, fresh, read_json, same, shape
from switchboard.errors import BadRequestError, BadSignatureError

WINDOW_SECONDS = 3600
"""Ours: the vendors name no window, and do not say whether a retry is stamped anew."""
BLOCK = 32
"""Padding is PKCS#7 to 32 bytes, not to AES's 16."""
HEAD = 20
"""16 random bytes and the length of the message, before it."""


class Sealed(Struct, frozen=True):
    """The parts of an encrypted webhook, none of them proved."""

    signature: str
    stamp: str
    nonce: str
    text: str


class _Encrypted(Struct):
    encrypt: str


class Opened(Struct, frozen=True):
    """What was inside, and the values that proved it: an answer needs the same."""

    message: bytes
    token: str
    key: bytes
    receiver: str


def asked(webhook: Webhook, *names: str, limit: int = 8192) -> str:
    """The first of these query values that is there, in ASCII. Raises BadSignatureError."""
    value = next((found for name in names if (found := webhook.query.get(name, ""))), "")
    if not value or len(value) > limit or not value.isascii():
        raise BadSignatureError(f"query {names[0]}")
    return value


def sealed_in(webhook: Webhook, ciphertext: Callable[[bytes], str]) -> Sealed:
    """What WeCom and WeChat encrypted: a set-up request's `echostr`, else what is in the body.

    Raises BadSignatureError, also when it is stale.
    """
    return Sealed(
        asked(webhook, "msg_signature"),
        fresh(asked(webhook, "timestamp"), webhook.received_at, WINDOW_SECONDS),
        asked(webhook, "nonce"),
        asked(webhook, "echostr") if webhook.method == "GET" else ciphertext(webhook.body),
    )


def json_ciphertext(body: bytes) -> str:
    """The ciphertext in a body of JSON. Raises BadSignatureError."""
    try:
        return shape(read_json(body), _Encrypted).encrypt
    except BadRequestError as error:
        raise BadSignatureError("no ciphertext") from error


def signature(token: str, *parts: str) -> str:
    # A plain hash over sorted parts, and SHA-1: that is the vendors' scheme.
    joined = "".join(sorted([token, *parts])).encode()
    return hashlib.sha1(joined).hexdigest()  # noqa: S324


def key_of(text: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; its last bits may be set and mean nothing.

    Raises ValueError.
    """
    key = base64.b64decode(f"{text}=", validate=True)
    if len(key) != 32:  # noqa: PLR2004  AES-256
        raise ValueError("not a key of 43 characters")
    return key


def opened(
    sealed: Sealed, tokens: Sequence[str], keys: Sequence[str], receivers: Sequence[str]
) -> Opened:
    """The message, when token, key and receiver are among ours.

    Raises BadSignatureError; one and the same for whatever is wrong with a ciphertext.
    """
    if not all(part.isascii() for part in (sealed.text, sealed.nonce, sealed.stamp)):
        raise BadSignatureError("characters")
    parts = (sealed.stamp, sealed.nonce, sealed.text)
    # Every token is compared, so that the time taken does not tell which one is right.
    right = [token for token in tokens if same(sealed.signature, signature(token, *parts))]
    if not right:
        raise BadSignatureError("digest")
    for text, receiver in product(keys, receivers):
        try:
            key = key_of(text)
            return Opened(unseal(key, sealed.text, receiver), right[0], key, receiver)
        except ValueError:
            continue  # a previous value may be the one
    raise BadSignatureError("ciphertext")


def unseal(key: bytes, sealed: str, receiver: str) -> bytes:
    """The message in a ciphertext for `receiver`. Raises ValueError, whatever is wrong."""
    decryptor = _aes(key).decryptor()
    padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
    plain = _unpadded(padded)
    size = int.from_bytes(plain[HEAD - 4 : HEAD], "big")
    # The length is checked against what is left: a receiver may be empty, and a cut message not.
    if len(plain) != HEAD + size + len(receiver.encode()):
        raise ValueError("length")
    if plain[HEAD + size :] != receiver.encode():
        raise ValueError("receiver")
    return plain[HEAD : HEAD + size]


def seal(key: bytes, message: bytes, receiver: str, random: bytes) -> str:
    """The ciphertext of `message`; `random` are 16 bytes that never come twice."""
    plain = random + len(message).to_bytes(4, "big") + message + receiver.encode()
    pad = BLOCK - len(plain) % BLOCK
    encryptor = _aes(key).encryptor()
    return base64.b64encode(
        encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
    ).decode()


def answer(found: Opened, plain: bytes, stamp: str, nonce: str) -> tuple[str, str]:
    """A ciphertext and its signature, under the values that the webhook came under."""
    sealed = seal(found.key, plain, found.receiver, token_bytes(16))
    return sealed, signature(found.token, stamp, nonce, sealed)


def unseal_file(key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A file that came encrypted under the same key, without a head. Raises ValueError."""
    decryptor = _aes(key).decryptor()
    held = b""
    for chunk in chunks:
        held += decryptor.update(chunk)
        yield held[:-BLOCK]
        held = held[-BLOCK:]
    yield _unpadded(held + decryptor.finalize())


def _unpadded(padded: bytes) -> bytes:
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= BLOCK or not padded.endswith(bytes([pad]) * pad):
        raise ValueError("padding")
    return padded[:-pad]


def _aes(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
