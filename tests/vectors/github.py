"""The verdict of the GitHub channel on a vector."""

from typing import Any

from switchboard.channels import registry
from switchboard.channels.base import Webhook
from switchboard.errors import RejectedError


def judge(vector: dict[str, Any]) -> str:
    channel = registry.kind("github")("main", vector["keys"])
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    hook = Webhook(vector["method"], headers, {}, vector["body"].encode(), vector.get("now", 0.0))
    try:
        channel.verify(hook)
        channel.parse(hook)
    except RejectedError:
        return "reject"
    return "accept"
