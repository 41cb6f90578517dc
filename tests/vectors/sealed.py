"""Judge the vectors of the platforms that encrypt alike: WeCom, its bot, WeChat, DingTalk."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from msgspec import structs

from switchboard.channels import registry
from switchboard.channels.base import Webhook
from switchboard.channels.kit import wecom_crypto
from switchboard.errors import RejectedError
from tests.vectors.judging import webhook_of

Vector = Mapping[str, Any]
OF_OTHERS = {("wecom", True), ("wecombot", True)}


def judged(name: str, values: Mapping[str, str], vector: Vector, receiver: str) -> str:
    """`accept` or `reject`, or what was made: plaintext, ciphertext, reply."""
    kind = vector["kind"]
    if kind in {"encrypt", "encrypt-reply"}:
        return _sealed(values, vector, receiver)
    try:
        if kind == "decrypt-file":
            return _file(vector)
        found = webhook(vector)
        # An app of ours is not sent JSON, a bot of ours has no receiver; the vendor's samples do.
        if (name, bool(receiver)) in OF_OTHERS and found.body.startswith(b"{"):
            plain = _opened_json(found, values, receiver)
        else:
            plain = _opened(name, values, found)
    except (RejectedError, ValueError):
        return "reject"
    if vector["expected"] not in {"accept", "reject"}:
        return plain
    expected = vector.get("expected_reply")
    return "accept" if expected in {None, plain} else f"replied {plain}"


def webhook(vector: Vector) -> Webhook:
    """The webhook, as it arrived at the moment that it says it was signed."""
    found = webhook_of(vector)
    stamp = found.query.get("timestamp") or found.query.get("timeStamp")
    stamp = stamp or found.headers.get("timestamp", "0")
    sent = float(stamp[:10]) if stamp.isdecimal() else 0.0
    return structs.replace(found, received_at=float(vector.get("now") or sent))


def _opened(name: str, values: Mapping[str, str], found: Webhook) -> str:
    """What the channel itself finds inside, or answers to the set-up request."""
    receiver: Any = registry.receiver(name, "main", values)
    if found.method == "GET":
        return str(receiver.receive(found).response.body)
    return str(receiver._opened(found).message.decode(errors="replace"))


def _opened_json(found: Webhook, values: Mapping[str, str], receiver: str) -> str:
    sealed = wecom_crypto.sealed_in(found, wecom_crypto.json_ciphertext)
    keys = [values["encoding_aes_key"]]
    found_in = wecom_crypto.opened(sealed, [values["token"]], keys, [receiver])
    return found_in.message.decode(errors="replace")


def _file(vector: Vector) -> str:
    key = wecom_crypto.key_of(vector["keys"]["encoding_aes_key"])
    return b"".join(wecom_crypto.unseal_file(key, [base64.b64decode(vector["body"])])).decode()


def _sealed(values: Mapping[str, str], vector: Vector, receiver: str) -> str:
    key = wecom_crypto.key_of(values.get("encoding_aes_key") or values["aes_key"])
    random, plain = vector["random16"].encode(), vector["plaintext"].encode()
    sealed = wecom_crypto.seal(key, plain, receiver, random)
    if vector["kind"] == "encrypt":
        return sealed
    query = vector["query"]
    signed = wecom_crypto.signature(values["token"], query["timestamp"], query["nonce"], sealed)
    return json.dumps({"encrypt": sealed, "msg_signature": signed})
