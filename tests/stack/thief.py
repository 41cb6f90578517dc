"""Queue messages that get lost: a second consumer that deletes every tenth."""

import json
import threading
from collections.abc import Callable
from typing import Any, Self

from botocore.exceptions import ClientError

from tests.stack.setting import Setting

EVERY = 10
LOOK_SECONDS, RARELY_SECONDS = 0.1, 2.0
HOLD_SECONDS = 5
"""After so long a message that the thief has looked at comes back by itself."""
AT_ONCE = 3


class Thief:
    """Takes messages out of one queue while traffic flows, and deletes every tenth that passes.

    Of the two copies of an envelope it takes one: that either is enough is the promise
    (docs/adr/0006). What it may not take goes back at once. It looks only when a message is due,
    for every look counts as a receive. `queue` is one of `rows.QUEUES`; `sent` says how many
    messages have been put there at least.
    """

    def __init__(self, setting: Setting, queue: str, sent: Callable[[], int]) -> None:
        self.deleted = 0
        self._sent = sent
        self._url = setting.stack.outputs[queue]
        self._sqs = setting.stack.client("sqs")
        self._first = self._newest = 0
        self._robbed: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def passed(self) -> int:
        """Messages that have surely been in the queue meanwhile."""
        return max(self._sent(), self._newest - self._first + 1)

    @property
    def _owed(self) -> int:
        return self.passed // EVERY - self.deleted

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stopping.wait(pause):
            if self._owed < 1:
                continue
            before = self.deleted
            fruitless = self._look() and self.deleted == before
            # Too many receives would make dead letters of those that it may not take.
            pause = RARELY_SECONDS if fruitless else LOOK_SECONDS

    def _look(self) -> int:
        """Take some messages out; how many there were."""
        found = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=AT_ONCE,
            VisibilityTimeout=HOLD_SECONDS,
            AttributeNames=["SequenceNumber"],
        )
        messages = found.get("Messages", [])
        for message in messages:
            self._look_at(message)
        return len(messages)

    def _look_at(self, message: dict[str, Any]) -> None:
        number = int(message["Attributes"]["SequenceNumber"])  # here, they have no gaps
        self._first = self._first or number
        self._newest = max(self._newest, number)
        envelope = str(json.loads(message["Body"]).get("id", ""))  # a hint has none
        ours = {"QueueUrl": self._url, "ReceiptHandle": message["ReceiptHandle"]}
        try:
            if self._owed > 0 and envelope not in self._robbed:
                self._sqs.delete_message(**ours)
                self.deleted += 1
                self._robbed |= {envelope} - {""}
            else:
                self._sqs.change_message_visibility(**ours, VisibilityTimeout=0)
        except ClientError:
            # Held for too long: somebody else has it by now, and it is not lost.
            return
