"""Feishu's vectors."""

from typing import Any

from switchboard.channels.base import any_same
from switchboard.channels.feishu import sign as feishu_sign
from switchboard.channels.feishu.receive import token_of
from switchboard.net import cipher
from tests.vectors.judging import body_of, judged, object_in, webhook_of


def judge(vector: dict[str, Any]) -> str:
    keys, kind = vector["keys"], vector["kind"]
    if kind == "decrypt":
        return cipher.unseal(keys["encrypt_key"].encode(), vector["body"]).decode()
    if kind == "outbound-sign":
        return feishu_sign.of_bot(vector["timestamp"], keys["secret"])
    if kind == "signature-only":
        return _signature(vector)
    if not keys["encrypt_key"]:
        # The bare check of the token: an account without a key does not start (test_vectors).
        told = token_of(object_in(body_of(vector)))
        same = any_same(told, [keys["verification_token"]])
        return "accept" if same else "reject"
    return judged("feishu", keys, vector)


def _signature(vector: dict[str, Any]) -> str:
    headers, keys = webhook_of(vector).headers, vector["keys"]
    stamp, nonce = headers["x-lark-request-timestamp"], headers["x-lark-request-nonce"]
    make, key = feishu_sign.of_event, "encrypt_key"
    if keys.get("algo") == "sha1":
        make, key = feishu_sign.of_card, "verification_token"
    expected = make(stamp, nonce, keys[key].encode(), body_of(vector))
    return "accept" if any_same(headers["x-lark-signature"], [expected]) else "reject"
