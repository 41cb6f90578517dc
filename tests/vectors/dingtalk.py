"""The vectors of DingTalk: its robot's signature and its event callback."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from switchboard.channels.dingtalk.receive import sign
from tests.vectors import sealed
from tests.vectors.judging import judged, object_in


def judge(vector: Mapping[str, Any]) -> str:
    keys = vector["keys"]
    if vector["kind"] == "outbound-sign":
        made = sign(keys["secret"], vector["timestamp"])
        return json.dumps({"sign_base64": made, "sign_urlencoded": quote_plus(made)})
    if vector["kind"] == "robot-sign":
        # A vector is about the secret only: the company and the robot are those of its body.
        found = sealed.webhook(vector)
        told = object_in(found.body)
        ours = {"corp_id": told.get("chatbotCorpId", ""), "robot_code": told.get("robotCode", "")}
        return judged("dingtalk", {**ours, **keys}, vector, found)
    return sealed.judged("dingtalkevent", keys, vector, keys.get("owner_key", ""))
