"""SQS in memory: message groups, deduplication, visibility, redrive.

Source: SQS Developer Guide, "Exactly-once processing" and "Message ordering" of FIFO queues.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from switchboard.cloud.aws import AwsError
from tests.kit.clock import Clock
from tests.kit.hops import Chain, Hops

DEDUPE_SECONDS = 300.0
MAX_BYTES = 2**20
_NAME = re.compile(r"[A-Za-z0-9!-/:-@\[-`{-~]{1,128}")


@dataclass(slots=True)
class Message:
    id: str
    body: str
    group: str
    sent_at: float
    visible_at: float = 0.0
    received: int = 0
    receipt: str = ""
    chain: Chain = field(default_factory=dict)
    """What led to it."""
    trace: str = ""
    source: str = ""
    """The ARN of the queue that it was sent to."""


@dataclass(slots=True)
class Queue:
    """A queue and what is in it, oldest first. `dead` takes what was received too often."""

    url: str
    clock: Clock
    fifo: bool = True
    visibility: float = 180.0
    max_receive: int = 5
    dead: "Queue | None" = None
    hops: Hops = field(default_factory=Hops)
    retention: float = 345_600.0
    """Seconds after which a message that nobody took is gone."""
    messages: list[Message] = field(default_factory=list)
    _numbers: int = 0
    _seen: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def send(self, body: str, group: str = "", dedupe: str = "", trace: str = "") -> str:
        """Take a message; the same `dedupe` of a group within five minutes is not taken again."""
        if not 0 < len(body.encode()) <= MAX_BYTES:
            raise AwsError("InvalidParameterValue", 400, {})
        now = self.clock()
        if self.fifo:
            if not (_NAME.fullmatch(group) and _NAME.fullmatch(dedupe)):
                raise AwsError("MissingParameter", 400, {})
            at, known = self._seen.get((group, dedupe), (-DEDUPE_SECONDS, ""))
            if now - at < DEDUPE_SECONDS:
                return known
        elif dedupe:
            raise AwsError("InvalidParameterValue", 400, {})
        self._numbers += 1
        made = Message(f"m-{self._numbers}", body, group, now, chain=self.hops.now, trace=trace)
        made.source = arn_of(self.url)
        if self.fifo:
            self._seen[group, dedupe] = (now, made.id)
        self.messages.append(made)
        return made.id

    def receive(self, limit: int = 10, visibility: float | None = None) -> list[Message]:
        """What a poll gets. A group with a message in flight gives no other."""
        if not self.messages:
            return []
        now = self.clock()
        self.messages = [one for one in self.messages if now - one.sent_at < self.retention]
        if self.dead is not None:
            for message in [one for one in self.messages if one.received >= self.max_receive]:
                if message.visible_at <= now:
                    self.bury(message)
        busy = {one.group for one in self.messages if one.visible_at > now} if self.fifo else set()
        found = [one for one in self.messages if one.visible_at <= now and one.group not in busy]
        for message in found[:limit]:
            self._numbers += 1
            message.received += 1
            message.receipt = f"r-{self._numbers}"
            message.visible_at = now + (self.visibility if visibility is None else visibility)
        return found[:limit]

    def bury(self, message: Message) -> None:
        """Move it to the dead-letter queue, where it keeps its id and how often it was received."""
        self.messages.remove(message)
        if self.dead is not None:
            message.visible_at = self.clock()
            self.dead.messages.append(message)

    def delete(self, receipt: str) -> None:
        self.messages = [one for one in self.messages if one.receipt != receipt]

    def change_visibility(self, receipt: str, seconds: float) -> None:
        found = next((one for one in self.messages if one.receipt == receipt), None)
        if found is None or found.visible_at <= self.clock():
            raise AwsError("MessageNotInflight", 400, {})
        found.visible_at = self.clock() + seconds

    def waiting(self) -> tuple[int, int]:
        """How many messages can be received, and how many are in flight."""
        flying = sum(one.visible_at > self.clock() for one in self.messages)
        return len(self.messages) - flying, flying


@cache
def arn_of(url: str) -> str:
    return f"arn:aws:sqs:us-east-1:123456789012:{url.rpartition('/')[2]}"


def attributes(message: Message) -> dict[str, str]:
    """What SQS tells about a message."""
    found = {
        "ApproximateReceiveCount": str(message.received),
        "SentTimestamp": str(int(message.sent_at * 1000)),
    }
    if message.trace:
        found["AWSTraceHeader"] = message.trace
    return found | {"MessageGroupId": message.group} if message.group else found


def event_of(messages: Sequence[Message], region: str = "us-east-1") -> dict[str, Any]:
    """The messages as Lambda's event source mapping gives them to a function."""
    records = [
        {
            "messageId": one.id,
            "receiptHandle": one.receipt,
            "body": one.body,
            "attributes": attributes(one),
            "eventSource": "aws:sqs",
            "eventSourceARN": one.source,
            "awsRegion": region,
        }
        for one in messages
    ]
    return {"Records": records}
