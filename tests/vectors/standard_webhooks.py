"""The verdict of the channel for Standard Webhooks on a vector."""

from typing import Any

from switchboard.channels import registry
from switchboard.channels.base import Webhook
from switchboard.errors import BadSignatureError


def judge(vector: dict[str, Any]) -> str:
    """Of the signature alone: the bodies are of other systems."""
    channel = registry.kind("webhook")("main", vector["keys"])
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    body = vector["body"].encode()
    try:
        channel.verify(Webhook(vector["method"], headers, {}, body, vector["now"]))
    except BadSignatureError:
        return "reject"
    return "accept"
