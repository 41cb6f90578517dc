"""What platforms ask at their set-up, and how they want their webhooks answered at once."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from switchboard.channels.kit import wecom_crypto
from tests.kit import webhooks
from tests.signers import (
    dingtalkevent,
    discord,
    github,
    line,
    matrix,
    qq,
    sealing,
    wechat,
    wecom,
    wecombot,
    whatsapp,
)

Answer = Callable[[bytes], bool]
"""Whether a platform is content with this answer."""


def greetings(now: float) -> dict[str, tuple[Any, Answer]]:
    """The set-up request of each channel that has one of its own."""
    echo = sealing.ECHO.__eq__
    return {
        "dingtalkevent": (dingtalkevent.signed({"EventType": "check_url"}, now=now), _success),
        "discord": (discord.signed(discord.PING, now=now), _is({"type": 1})),
        "github": (github.HANDSHAKES[0], _is({})),
        "line": (line.signed(line.callback(), now=now), _is({})),
        "matrix": (matrix.HANDSHAKES[0], _is({})),
        "qq": (webhooks.event("qq/main", qq.VALIDATION, {}), _validated),
        "wechat": (wechat.handshake(now), wechat.ECHO.encode().__eq__),
        "wecom": (
            sealing.echo_event("wecom/main", wecom.VALUES, wecom.VALUES["corp_id"], now),
            echo,
        ),
        "wecombot": (sealing.echo_event("wecombot/main", wecombot.VALUES, "", now), echo),
        "whatsapp": (whatsapp.handshake(), whatsapp.CHALLENGE.encode().__eq__),
    }


def _is(expected: Mapping[str, Any]) -> Answer:
    return lambda body: bool(json.loads(body) == expected)


def _success(body: bytes) -> bool:
    found, values = json.loads(body), dingtalkevent.VALUES
    key, owner = wecom_crypto.key_of(values["aes_key"]), values["owner_key"]
    return wecom_crypto.unseal(key, found["encrypt"], owner) == b"success"


def _validated(body: bytes) -> bool:
    asked, found = json.loads(qq.VALIDATION)["d"], json.loads(body)
    seed = (qq.VALUES["bot_secret"].encode() * 32)[:32]
    signed = f"{asked['event_ts']}{asked['plain_token']}".encode()
    right = Ed25519PrivateKey.from_private_bytes(seed).sign(signed).hex()
    return bool(found == {"plain_token": asked["plain_token"], "signature": right})


def _working(body: bytes) -> bool:
    stream = _stream(body)
    return bool(stream["id"] and stream["content"] and not stream["finish"])


def _stream(body: bytes) -> dict[str, Any]:
    key = wecom_crypto.key_of(wecombot.VALUES["encoding_aes_key"])
    plain = json.loads(wecom_crypto.unseal(key, json.loads(body)["encrypt"], ""))
    found: dict[str, Any] = plain["stream"]
    return found


def poll(body: bytes, now: float) -> Any:
    """What WeCom asks after a webhook that was answered with a stream: whether there is more."""
    told = {"msgtype": "stream", "stream": {"id": _stream(body)["id"]}}
    return wecombot.signed({**wecombot.FROM, **told}, now=now)


def ended(body: bytes) -> bool:
    """Whether the answer to a poll ends its stream."""
    return bool(_stream(body)["finish"])


TAKEN: dict[str, Answer] = {
    "dingtalkevent": _success,
    "discord": _is({"type": 5}),
    "qq": _is({"op": 12, "d": 0}),
    "teamswebhook": lambda body: bool(json.loads(body)["text"]),
    "wechat": b"success".__eq__,
    "wecombot": _working,
}
"""How a message is answered at once, where the platform does more than look at the status."""
