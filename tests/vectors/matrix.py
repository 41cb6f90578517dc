"""The verdict of the Matrix channel on a vector."""

from typing import Any

from switchboard.channels import registry
from switchboard.channels.base import Webhook
from switchboard.errors import RejectedError
from tests.signers.matrix import VALUES

ANSWER = "{}"


def judge(vector: dict[str, Any]) -> str:
    """`accept` when it is verified, read, and acknowledged with an empty object."""
    channel = registry.kind("matrix")("main", {**VALUES, **vector["keys"]})
    query = {name: value for name, value in vector["query"].items() if name != "txnId"}
    rest = f"_matrix/app/v1/transactions/{vector['query']['txnId']}"
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    hook = Webhook(vector["method"], headers, query, vector["body"].encode(), 0.0, rest)
    try:
        channel.verify(hook)
        channel.parse(hook)
    except RejectedError:
        return "reject"
    return "accept" if channel.acknowledge(hook).body == ANSWER else "reject"
