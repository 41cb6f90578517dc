"""Ingest over just SSM and SQS, and requests that no platform has signed."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from functions.ingest import app
from switchboard.cloud import aws
from switchboard.runtime import current
from tests.kit import webhooks
from tests.kit.environment import surroundings

JSON, FORM = {"content-type": webhooks.JSON}, {"content-type": webhooks.FORM}
SENT = {"Successful": [{"Id": "0"}, {"Id": "1"}], "Failed": []}


class Cloud:
    """Just SSM and SQS: what was asked, and what SQS answers."""

    def __init__(self, accounts: Any) -> None:
        self.accounts = accounts
        self.text = ""
        """What the parameter says in place of the accounts, such as one of them twice."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer: Any = SENT

    def __call__(
        self, method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        target = headers["x-amz-target"]
        self.calls.append((target, json.loads(body)))
        if target == "AmazonSSM.GetParameter":
            value = self.text or json.dumps(self.accounts)
            return json.dumps({"Parameter": {"Value": value}}).encode()
        if isinstance(self.answer, Exception):
            raise self.answer
        return json.dumps(self.answer).encode()

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [payload for target, payload in self.calls if target == "AmazonSQS.SendMessageBatch"]


@contextmanager
def started(accounts: Any) -> Iterator[Cloud]:
    """Ingest with these accounts read, and no call counted yet."""
    made = Cloud(accounts)
    with surroundings():
        current().give(aws.transport, made)
        app._accounts()
        made.calls.clear()
        yield made


def event(
    account: str, raw: bytes = b"{}", headers: Mapping[str, str] = JSON, **changes: Any
) -> dict[str, Any]:
    """A request with no headers but these; `changes` are fields of it to be otherwise."""
    made = webhooks.event(account, raw, headers, changes.pop("method", "POST"))
    return {**made, "headers": dict(headers), **changes}


def plain(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same request, its body not in base64."""
    text = base64.b64decode(event["body"]).decode()
    return {**event, "body": text, "isBase64Encoded": False}
