"""SQS in memory: message groups, deduplication, visibility, redrive.

Source: SQS Developer Guide, "Exactly-once processing" and "Message ordering" of FIFO queues.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.aws import AwsError
from tests.clock import Clock
from tests.expressions import UnsupportedError

DEDUPE_SECONDS = 300.0
MAX_BYTES = 2**20
_NAME = re.compile(r"[A-Za-z0-9!-/:-@\[-`{-~]{1,128}")


@dataclass
class Message:
    id: str
    body: str
    group: str
    sent_at: float
    visible_at: float = 0.0
    received: int = 0
    receipt: str = ""


@dataclass
class Queue:
    """A queue and what is in it, oldest first. `dead` takes what was received too often."""

    url: str
    clock: Clock
    fifo: bool = True
    visibility: float = 180.0
    max_receive: int = 5
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    _numbers: int = 0
    _seen: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def send(self, body: str, group: str = "", dedupe: str = "") -> str:
        """Take a message; the same `dedupe` of a group within five minutes is not taken again."""
        if not 0 < len(body.encode()) <= MAX_BYTES:
            raise AwsError("InvalidParameterValue", 400, {})
        if self.fifo and not (_NAME.fullmatch(group) and _NAME.fullmatch(dedupe)):
            raise AwsError("MissingParameter", 400, {})
        now = self.clock()
        at, known = self._seen.get((group, dedupe), (-DEDUPE_SECONDS, ""))
        if self.fifo and now - at < DEDUPE_SECONDS:
            return known
        self._numbers += 1
        made = Message(f"m-{self._numbers}", body, group, now)
        self._seen[group, dedupe] = (now, made.id)
        self.messages.append(made)
        return made.id

    def receive(self, limit: int = 10) -> list[Message]:
        """What a poll gets. A group with a message in flight gives no other."""
        if not self.messages:
            return []
        now = self.clock()
        for message in [one for one in self.messages if one.received >= self.max_receive]:
            if message.visible_at <= now:
                self.messages.remove(message)
                self.dead.append(message)
        busy = {one.group for one in self.messages if one.visible_at > now} if self.fifo else set()
        found = [one for one in self.messages if one.visible_at <= now and one.group not in busy]
        for message in found[:limit]:
            self._numbers += 1
            message.received += 1
            message.receipt = f"r-{self._numbers}"
            message.visible_at = now + self.visibility
        return found[:limit]

    def delete(self, receipt: str) -> None:
        self.messages = [one for one in self.messages if one.receipt != receipt]

    def change_visibility(self, receipt: str, seconds: float) -> None:
        found = next((one for one in self.messages if one.receipt == receipt), None)
        if found is None or found.visible_at <= self.clock():
            raise AwsError("MessageNotInflight", 400, {})
        found.visible_at = self.clock() + seconds


class Queues:
    """All queues, by address."""

    def __init__(self, queues: Mapping[str, Queue]) -> None:
        self.queues = dict(queues)

    def call(self, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        queue = self.queues.get(payload["QueueUrl"])
        if queue is None:
            raise AwsError("QueueDoesNotExist", 400, {})
        if operation == "SendMessage":
            return {"MessageId": _send(queue, payload, {"QueueUrl"})}
        if operation == "SendMessageBatch":
            return _send_batch(queue, payload["Entries"])
        if operation == "ChangeMessageVisibility":
            seconds = payload["VisibilityTimeout"]
            if not isinstance(seconds, int) or not 0 <= seconds <= 43_200:
                raise AwsError("InvalidParameterValue", 400, {})
            queue.change_visibility(payload["ReceiptHandle"], seconds)
            return {}
        raise UnsupportedError(f"sqs.{operation}")


def event_of(messages: list[Message], region: str = "us-east-1") -> dict[str, Any]:
    """The messages as Lambda's event source mapping gives them to a function."""
    records = [
        {
            "messageId": one.id,
            "receiptHandle": one.receipt,
            "body": one.body,
            "attributes": {
                "ApproximateReceiveCount": str(one.received),
                "SentTimestamp": str(int(one.sent_at * 1000)),
                "MessageGroupId": one.group,
            },
            "eventSource": "aws:sqs",
            "awsRegion": region,
        }
        for one in messages
    ]
    return {"Records": records}


def _send(queue: Queue, payload: Mapping[str, Any], others: set[str]) -> str:
    known = {"MessageBody", "MessageGroupId", "MessageDeduplicationId"}
    if unknown := set(payload) - known - others:
        raise UnsupportedError(f"parameters {sorted(unknown)}")
    return queue.send(
        payload["MessageBody"],
        payload.get("MessageGroupId", ""),
        payload.get("MessageDeduplicationId", ""),
    )


def _send_batch(queue: Queue, entries: list[Mapping[str, Any]]) -> dict[str, Any]:
    ids = [entry["Id"] for entry in entries]
    if not 1 <= len(entries) <= 10 or len(set(ids)) < len(ids):
        raise AwsError("BatchEntryIdsNotDistinct", 400, {})
    if sum(len(entry["MessageBody"].encode()) for entry in entries) > MAX_BYTES:
        raise AwsError("BatchRequestTooLong", 400, {})
    taken = [{"Id": entry["Id"], "MessageId": _send(queue, entry, {"Id"})} for entry in entries]
    return {"Successful": taken, "Failed": []}
