"""The vectors of DingTalk: its robot's signature and its event callback."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from switchboard.channels import registry
from switchboard.channels.dingtalk.channel import sign
from switchboard.errors import RejectedError
from tests.vectors import sealed


def judge(vector: Mapping[str, Any]) -> str:
    keys = vector["keys"]
    if vector["kind"] == "outbound-sign":
        made = sign(keys["secret"], vector["timestamp"])
        return json.dumps({"sign_base64": made, "sign_urlencoded": quote_plus(made)})
    if vector["kind"] == "robot-sign":
        return _robot(vector)
    return sealed.judged("dingtalkevent", keys, vector, keys.get("owner_key", ""))


def _robot(vector: Mapping[str, Any]) -> str:
    try:
        registry.kind("dingtalk")("main", vector["keys"]).verify(sealed.webhook(vector))
    except RejectedError:
        return "reject"
    return "accept"
