"""The deployed stack from behind: its ledger's rows, its queues, its sweep, its environments."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

from boto3.dynamodb.types import TypeDeserializer

from local.stack import NAME, Stack

T = TypeVar("T")
QUEUES = ("InboxUrl", "HintsUrl", "OutboxUrl")
PATIENCE_SECONDS = 90.0
POLL_SECONDS = 0.02


def wait_until(found: Callable[[], T], what: str = "", seconds: float = PATIENCE_SECONDS) -> T:
    """Ask again and again until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s in vain {what}")
        time.sleep(POLL_SECONDS)
    return answer


class Rows:
    """What tests know of a run, and how they make its hints get lost and its leases end."""

    def __init__(self, stack: Stack) -> None:
        self._outputs = stack.outputs
        self._table = stack.outputs["LedgerTable"]
        self._dynamodb = stack.client("dynamodb")
        self._lambda = stack.client("lambda")
        self._sqs = stack.client("sqs")
        self._s3 = stack.client("s3")
        self._logs = stack.client("logs")

    def row(self, run: UUID, name: str) -> dict[str, Any] | None:
        """A run's row: `run`, `op#000`, `answer#000`."""
        key = {"pk": {"S": f"run#{run}"}, "sk": {"S": name}}
        found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _plain(found["Item"]) if "Item" in found else None

    def all_of(self, run: UUID) -> list[dict[str, Any]]:
        """All rows of a run."""
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"run#{run}"}},
            ConsistentRead=True,
        )
        return [_plain(item) for item in found["Items"]]

    def state(self, run: UUID, name: str) -> str:
        return str((self.row(run, name) or {}).get("state", ""))

    def wait_for(self, run: UUID, name: str, state: str) -> dict[str, Any]:
        wait_until(lambda: self.state(run, name) == state, f"for {name} of {run} to be {state}")
        return self.row(run, name) or {}

    def answered(self, run: UUID) -> str:
        """Wait until the answer was pushed; its text."""
        row = self.wait_for(run, "answer#000", "SENT")
        result = json.loads(row["answer"])["result"]
        return str((result.get("result") or {}).get("text") or result["error"]["message"])

    def stored(self, run: UUID) -> bytes:
        """The object in Results that the run's call has left."""
        command = json.loads((self.row(run, "op#000") or {})["command"])
        key = f"results/{command['id']}/result.json"
        found = self._s3.get_object(Bucket=self._outputs["ResultsBucket"], Key=key)
        return bytes(found["Body"].read())

    def everything(self) -> str:
        """All that is kept: rows, objects, messages in queues, lines of logs."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table)
        found = [json.dumps(item, ensure_ascii=False) for page in pages for item in page["Items"]]
        bucket = self._outputs["ResultsBucket"]
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for one in page.get("Contents", []):
                body = self._s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
                found.append(body.decode(errors="replace"))
        for url in self._sqs.list_queues()["QueueUrls"]:
            told = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0
            )
            found += [message["Body"] for message in told.get("Messages", [])]
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/switchboard/{NAME}"
        )
        found += [str(event["message"]) for page in pages for event in page["events"]]
        return "\n".join(found)

    def due(self) -> dict[tuple[UUID, str], str]:
        """The rows of runs that still need something, by run and name; each with what its moves
        change. A question that waits for its answer needs no help."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, IndexName="due"
        )
        rows = [_plain(item) for page in pages for item in page["Items"]]
        moved = ("state", "holder", "due_at")
        return {
            (UUID(row["pk"].partition("#")[2]), row["sk"]): " ".join(
                str(row.get(name, "")) for name in moved
            )
            for row in rows
            if row["pk"].startswith("run#")
        }

    def age(self, run: UUID, names: tuple[str, ...] = ("op#000", "answer#000")) -> None:
        """Let the run's hints and leases be long past, instead of waiting."""
        for name in names:
            row = self.row(run, name) or {}
            old = [field for field in ("due_at", "lease_until") if field in row]
            if old:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": f"run#{run}"}, "sk": {"S": name}},
                    UpdateExpression="SET " + ", ".join(f"{field} = :past" for field in old),
                    ExpressionAttributeValues={":past": {"N": "1"}},
                )

    def lapse(self, ref: str) -> UUID:
        """Let the time for an answer to the question be over, instead of waiting; the question's
        id."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(pk, :questions) AND sk = :ref",
            ExpressionAttributeValues={":questions": {"S": "question#"}, ":ref": {"S": ref}},
        )
        (row,) = (item for page in pages for item in page["Items"])
        self._dynamodb.update_item(
            TableName=self._table,
            Key={name: row[name] for name in ("pk", "sk")},
            UpdateExpression="SET due_at = :past, #until = :past",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":past": {"N": "1"}},
        )
        return UUID(_plain(row)["id"])

    def sweep(self) -> dict[str, int]:
        """What the sweep has hinted."""
        answer = self._lambda.invoke(FunctionName=self._outputs["SweepFunction"], Payload=b"{}")
        found: dict[str, int] = json.loads(answer["Payload"].read())
        return found

    @contextmanager
    def stopped(self, queue: str) -> Iterator[None]:
        """Nothing is taken out of this queue, one of QUEUES, until the end."""
        name = self._outputs[queue].rpartition("/")[2]
        mappings = self._lambda.list_event_source_mappings()["EventSourceMappings"]
        (mapping,) = (one["UUID"] for one in mappings if one["EventSourceArn"].endswith(name))
        self._lambda.update_event_source_mapping(UUID=mapping, Enabled=False)
        try:
            yield
        finally:
            self._lambda.update_event_source_mapping(UUID=mapping, Enabled=True)

    @contextmanager
    def hurried(self, seconds: int) -> Iterator[None]:
        """What a killed function has held comes back into its queue after so long."""
        urls = [self._outputs[queue] for queue in QUEUES]
        before = [self._visibility(url) for url in urls]
        try:
            for url in urls:
                self._hold(url, str(seconds))
            yield
        finally:
            for url, held in zip(urls, before, strict=True):
                self._hold(url, held)

    def _visibility(self, url: str) -> str:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        return str(found["Attributes"]["VisibilityTimeout"])

    def _hold(self, url: str, seconds: str) -> None:
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})

    def without_tool(self, tool: str) -> AbstractContextManager[None]:
        """Invokes of this tool are refused until the end, as if they got lost."""
        return self.limited(tool, 0)

    @contextmanager
    def limited(self, tool: str, at_once: int) -> Iterator[None]:
        """At most so many calls of this tool at the same time; others are tried again, or lost."""
        name = f"{NAME}-tool-{tool}"
        self._lambda.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=at_once
        )
        try:
            yield
        finally:
            self._lambda.delete_function_concurrency(FunctionName=name)

    def waiting(self, queue: str) -> int:
        """Messages in the queue, in flight or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._outputs[queue], AttributeNames=names)
        return sum(int(value) for value in found["Attributes"].values())

    def delete_message(self, queue: str) -> str:
        """Take one message out of a stopped queue and lose it; its body."""
        url = self._outputs[queue]
        (message,) = wait_until(
            lambda: self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages")
        )
        self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return str(message["Body"])

    def bury(self, body: str) -> None:
        """Put a message among the Inbox's dead letters."""
        self._sqs.send_message(
            QueueUrl=self._outputs["InboxDeadUrl"],
            MessageBody=body,
            MessageGroupId="dead",
            MessageDeduplicationId=str(uuid4()),
        )

    def given_up(self, run: UUID) -> bool:
        """Whether Lambda has given up a call of this run; its record is taken out of Failures."""
        (url,) = (url for url in self._sqs.list_queues()["QueueUrls"] if "-Failures-" in url)
        found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return any(str(run) in message["Body"] for message in found)

    def drop_environments(self) -> None:
        """Make every function's next call a cold start: a new configuration ends what is warm."""
        for function in self._lambda.list_functions()["Functions"]:
            self._lambda.update_function_configuration(
                FunctionName=function["FunctionName"], Timeout=function["Timeout"]
            )


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    read = TypeDeserializer()
    return {name: read.deserialize(value) for name, value in item.items()}
