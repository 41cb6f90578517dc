"""AWS in memory, behind `switchboard.aws.use`: SSM, SQS, DynamoDB, S3 and Lambda's invoke."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from msgspec import json

from switchboard.aws import AwsError
from tests.clock import Clock
from tests.dynamodb import Table
from tests.expressions import UnsupportedError
from tests.ports import Ports
from tests.queues import Queue, Queues

TABLE, BUCKET = "ledger", "results"
INBOX, OUTBOX = "https://sqs.test/inbox.fifo", "https://sqs.test/outbox.fifo"
SERVICES = ("sqs.", "dynamodb.", "s3.", "lambda.", "ssm.")
"""How the calls of AWS begin, among the calls of all ports."""
MAX_INVOKE_BYTES = 2**20


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


class Aws:
    """One account. Give it to `switchboard.aws.use`; every call goes through `ports`."""

    def __init__(self, clock: Clock, ports: Ports | None = None) -> None:
        self.clock = clock
        self.ports = ports or Ports(clock)
        self.table = Table(TABLE)
        self.inbox = Queue(INBOX, clock)
        self.outbox = Queue(OUTBOX, clock, visibility=360.0, max_receive=30)
        self.sqs = Queues({INBOX: self.inbox, OUTBOX: self.outbox})
        self.parameters: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, Stored] = {}
        self.functions: set[str] = set()
        """The names of the functions that there are."""
        self.invocations: list[Invocation] = []

    def __call__(
        self, method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        if service == "s3":
            return self.ports.through(
                f"s3.{method}", lambda: self._object(method, path, headers, body)
            )
        if service == "lambda":
            return self.ports.through("lambda.Invoke", lambda: self._invoke(path, headers, body))
        operation = headers["x-amz-target"].partition(".")[2]
        payload = json.decode(body)
        answer = self.ports.through(
            f"{service}.{operation}", lambda: self._call(service, operation, payload)
        )
        return json.encode(answer)

    def _call(self, service: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
        if service == "dynamodb":
            return self.table.call(operation, payload)
        if service == "sqs":
            return self.sqs.call(operation, payload)
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
        if headers["x-amz-invocation-type"] != "Event":
            raise UnsupportedError("a synchronous invoke")
        if name not in self.functions:
            raise AwsError("ResourceNotFoundException", 404, {})
        if len(body) > MAX_INVOKE_BYTES:
            raise AwsError("RequestEntityTooLargeException", 413, {})
        self.invocations.append(Invocation(name, json.decode(body), self.clock()))
        return b""
