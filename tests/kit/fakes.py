"""AWS in memory, given for `aws.transport`: SSM, KMS, SQS, DynamoDB, S3 and Lambda's invoke."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from msgspec import json

from switchboard.cloud.aws import AwsError
from tests.kit import kms, roles
from tests.kit.clock import Clock
from tests.kit.dynamodb import Table
from tests.kit.expressions import UnsupportedError
from tests.kit.hops import Chain, Hops
from tests.kit.kms import Kms
from tests.kit.moves import Payload
from tests.kit.ports import Ports
from tests.kit.queues import Message, Queue
from tests.kit.sqs import Queues

TABLE, BUCKET, STACK = "ledger", "results", "switchboard-test"
INBOX, OUTBOX = "https://sqs.test/inbox.fifo", "https://sqs.test/outbox.fifo"
HINTS = "https://sqs.test/hints.fifo"
APPROVALS = "https://sqs.test/approvals.fifo"
APPROVALS_SECONDS = 900.0
INBOX_DEAD = "https://sqs.test/inbox-dead.fifo"
HINTS_DEAD = "https://sqs.test/hints-dead.fifo"
OUTBOX_DEAD = "https://sqs.test/outbox-dead.fifo"
FAILURES = "https://sqs.test/failures"
SERVICES = ("sqs.", "dynamodb.", "s3.", "lambda.", "ssm.", "kms.")
"""How the calls of AWS begin, among the calls of all ports."""
MAX_INVOKE_BYTES = 2**20
INVOKE_TRIES = 3
RETRY_SECONDS = 60.0

_CALLER = ContextVar("caller", default="")


@dataclass(frozen=True)
class Stored:
    media_type: str
    body: bytes


@dataclass
class Invocation:
    """An asynchronous invoke that waits for its turn; Lambda tries it three times in all."""

    function: str
    event: dict[str, Any]
    not_before: float
    tries: int = 0
    chain: Chain = field(default_factory=dict)
    """What led to it."""
    trace: str = ""


class Aws:
    """One account. Give it for `aws.transport`; every call goes through `ports`."""

    def __init__(self, clock: Clock, ports: Ports | None = None) -> None:
        self.clock = clock
        self.ports = ports or Ports(clock)
        self.hops = Hops()
        self.table = Table(TABLE)
        self.inbox_dead = Queue(INBOX_DEAD, clock, visibility=30.0)
        self.hints_dead = Queue(HINTS_DEAD, clock, visibility=30.0)
        self.outbox_dead = Queue(OUTBOX_DEAD, clock, visibility=30.0)
        self.failures = Queue(FAILURES, clock, fifo=False, visibility=30.0)
        """What Lambda gave up."""
        self.inbox = Queue(INBOX, clock, max_receive=100, dead=self.inbox_dead, hops=self.hops)
        self.hints = Queue(HINTS, clock, max_receive=100, dead=self.hints_dead, hops=self.hops)
        self.outbox = Queue(
            OUTBOX, clock, visibility=360.0, max_receive=30, dead=self.outbox_dead, hops=self.hops
        )
        self.approvals = Queue(APPROVALS, clock, hops=self.hops, retention=APPROVALS_SECONDS)
        self.given_up = (self.inbox_dead, self.hints_dead, self.outbox_dead, self.failures)
        self.sqs = Queues((self.inbox, self.hints, self.approvals, self.outbox, *self.given_up))
        self.kms = Kms()
        self.parameters: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, Stored] = {}
        self.functions: set[str] = set()
        """The names of the functions that there are."""
        self.invocations: list[Invocation] = []
        self.denied: list[tuple[str, ...]] = []
        """What a function's role did not let it do: role, action, resource, partition key."""

    @property
    def caller(self) -> str:
        """Which function runs now in this thread, by its name; empty: none, a test itself."""
        return _CALLER.get()

    @caller.setter
    def caller(self, function: str) -> None:
        _CALLER.set(function)

    def __call__(
        self, method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        if service == "s3":
            asked = (method, path, headers, body)
            return self.ports.through(f"s3.{method}", self._object, *asked)
        if service == "lambda":
            return self.ports.through("lambda.Invoke", self._invoke, path, headers, body)
        operation = headers["x-amz-target"].partition(".")[2]
        return json.encode(self.call(service, operation, json.decode(body)))

    def call(self, service: str, operation: str, payload: Payload) -> dict[str, Any]:
        """A call of a JSON service, as it is; what it answers is not to be changed."""
        if service == "dynamodb":
            return self.ports.through(f"dynamodb.{operation}", self._row, operation, payload)
        return self.ports.through(f"{service}.{operation}", self._call, service, operation, payload)

    def poll(self, queue: Queue, function: str, limit: int) -> list[Message]:
        """What Lambda's poll brings to a function; what came round too often is dead."""
        messages = queue.receive(limit)
        if not messages:
            return messages
        stopped = {one.id for one in messages if self.hops.stopped(function, one.chain)}
        for message in messages if stopped else ():
            if message.id in stopped:
                queue.bury(message)
        return [one for one in messages if one.id not in stopped] if stopped else messages

    def starts(self, invocation: Invocation) -> bool:
        """Its turn has come; False: it came round too often, and is given up."""
        self.invocations.remove(invocation)
        if not self.hops.stopped(invocation.function, invocation.chain):
            return True
        self._give_up(invocation, "RecursiveLoop")  # the documentation names no condition
        return False

    def failed(self, invocation: Invocation) -> None:
        """The function raised: Lambda waits one minute, then two, then gives up."""
        invocation.tries += 1
        if invocation.tries >= INVOKE_TRIES:
            self._give_up(invocation, "RetriesExhausted")
            return
        invocation.not_before = self.clock() + RETRY_SECONDS * invocation.tries
        self.invocations.append(invocation)

    def _give_up(self, invocation: Invocation, condition: str) -> None:
        """The record that Lambda sends to an on-failure destination."""
        moment = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="milliseconds")
        function = f"arn:aws:lambda:us-east-1:123456789012:function:{invocation.function}:$LATEST"
        record = {
            "version": "1.0",
            "timestamp": moment.replace("+00:00", "Z"),
            "requestContext": {
                "requestId": str(UUID(int=len(self.failures.messages) + 1)),
                "functionArn": function,
                "condition": condition,
                "approximateInvokeCount": invocation.tries,
            },
            "requestPayload": invocation.event,
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "responsePayload": {"errorMessage": "it raised", "errorType": "UnavailableError"},
        }
        self.failures.send(json.encode(record).decode())

    def _require(self, *needed: tuple[str, ...]) -> None:
        """What runs now has the role of its function; what tests do themselves may be anything."""
        role = roles.role_of(self.caller) if self.caller else ""
        for need in needed:
            if role and not roles.may(role, *need):
                self.denied.append((role, *need))
                raise AwsError("AccessDeniedException", 400, {})

    def _row(self, operation: str, payload: Payload) -> dict[str, Any]:
        if self.caller:
            self._require(*roles.asked("dynamodb", operation, payload))
        return self.table.call(operation, payload)

    def _call(self, service: str, operation: str, payload: Payload) -> dict[str, Any]:
        if service == "sqs":
            self._require(*roles.asked(service, operation, payload))
            return self.sqs.call(operation, payload)
        if service == "kms":
            purpose = payload.get("EncryptionContext", {}).get("purpose", "")
            self._require((f"kms:{operation}", kms.named(payload["KeyId"]), "", purpose))
            return self.kms.call(operation, payload)
        if (service, operation) == ("ssm", "GetParameter") and payload["WithDecryption"] is True:
            value = self.parameters.get(payload["Name"])
            if value is None:
                raise AwsError("ParameterNotFound", 400, {})
            return {"Parameter": {"Name": payload["Name"], "Value": json.encode(value).decode()}}
        if (service, operation) == ("ssm", "PutParameter"):
            self._keep(payload)
            return {"Version": 1, "Tier": "Standard"}
        raise UnsupportedError(f"{service}.{operation}")

    def _keep(self, payload: dict[str, Any]) -> None:
        if payload["Type"] != "SecureString" or not (payload["KeyId"] and payload["Overwrite"]):
            raise UnsupportedError("a parameter that is not encrypted with our key")
        self.parameters[payload["Name"]] = json.decode(payload["Value"])

    def _object(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        bucket, _, key = unquote(path).removeprefix("/").partition("/")
        if bucket != BUCKET:
            raise AwsError("NoSuchBucket", 404, {})
        self._require((f"s3:{method.capitalize()}Object", f"${{Results.Arn}}/{key}"))
        if method == "GET":
            if key not in self.objects:
                raise AwsError("NoSuchKey", 404, {})
            return self.objects[key].body
        if method != "PUT":
            raise UnsupportedError(f"s3.{method}")
        if headers.get("if-none-match") == "*" and key in self.objects:
            raise AwsError("PreconditionFailed", 412, {})
        self.objects[key] = Stored(headers["content-type"], body)
        return b""

    def _invoke(self, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        name = unquote(path.removeprefix("/2015-03-31/functions/").removesuffix("/invocations"))
        called = name.replace(STACK, "${AWS::StackName}")
        self._require(("lambda:InvokeFunction", f"function:{called}"))
        if headers["x-amz-invocation-type"] != "Event":
            raise UnsupportedError("a synchronous invoke")
        if name not in self.functions:
            raise AwsError("ResourceNotFoundException", 404, {})
        if len(body) > MAX_INVOKE_BYTES:
            raise AwsError("RequestEntityTooLargeException", 413, {})
        trace = headers.get("x-amzn-trace-id", "")
        made = Invocation(name, json.decode(body), self.clock(), chain=self.hops.now, trace=trace)
        self.invocations.append(made)
        return b""
