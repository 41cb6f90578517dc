"""How Feishu signs: events, the older cards' callbacks, and messages to its custom bots.

Only events are believed: SHA-1 over a token that every event shows is too weak to be.
Source: open.feishu.cn, event subscription and custom bot guides.
"""

import base64
import hashlib
import hmac


def of_event(stamp: str, nonce: str, key: bytes, body: bytes) -> str:
    """A plain hash, not an HMAC: that is the vendor's scheme."""
    return hashlib.sha256(stamp.encode() + nonce.encode() + key + body).hexdigest()


def of_card(stamp: str, nonce: str, token: bytes, body: bytes) -> str:
    return hashlib.sha1(stamp.encode() + nonce.encode() + token + body).hexdigest()  # noqa: S324


def of_bot(stamp: str, secret: str) -> str:
    """Key and message change places against DingTalk's: the message is empty."""
    key = f"{stamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", "sha256")).decode()
