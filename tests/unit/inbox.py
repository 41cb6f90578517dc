"""Ingest over just SSM and SQS, and requests as the HTTP API hands them over."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager

from functions.ingest import app
from switchboard.cloud import aws
from switchboard.runtime import current
from tests.kit.environment import surroundings
from tests.unit.webhooks import JSON

SENT = {"Successful": [{"Id": "0"}, {"Id": "1"}], "Failed": []}


class Cloud:
    """Just SSM and SQS: what was asked, and what SQS answers."""

    def __init__(self, accounts):
        self.accounts = accounts
        self.text = ""
        """What the parameter says in place of the accounts, if it is not JSON of a table."""
        self.calls = []
        self.answer = SENT

    def __call__(self, method, service, path, headers, body):
        target = headers["x-amz-target"]
        self.calls.append((target, json.loads(body)))
        if target == "AmazonSSM.GetParameter":
            return json.dumps(
                {"Parameter": {"Value": self.text or json.dumps(self.accounts)}}
            ).encode()
        if isinstance(self.answer, Exception):
            raise self.answer
        return json.dumps(self.answer).encode()

    @property
    def sent(self):
        return [payload for target, payload in self.calls if target == "AmazonSQS.SendMessageBatch"]


@contextmanager
def started(accounts) -> Iterator[Cloud]:
    """Ingest with these accounts read, and no call counted yet."""
    made = Cloud(accounts)
    with surroundings():
        current().give(aws.transport, made)
        app._accounts()
        made.calls.clear()
        yield made


def event(account, body=b"{}", headers=JSON, *, method="POST", encoded=False):
    """A request as the HTTP API hands it over (payload 2.0)."""
    text = base64.b64encode(body).decode() if encoded else body.decode()
    return {
        "version": "2.0",
        "rawPath": f"/webhook/{account}",
        "rawQueryString": "",
        "headers": dict(headers),
        "requestContext": {"http": {"method": method, "path": f"/webhook/{account}"}},
        "body": text,
        "isBase64Encoded": encoded,
    }


def of(account, hook, **changes):
    return event(account, hook.body, hook.headers, **changes)
