"""A small signed client for the AWS calls of the hot path: retries with jitter, error codes.

boto3 does the same in twenty times the start-up.
"""

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from msgspec import DecodeError, json

from switchboard.cloud import connections
from switchboard.cloud.sigv4 import UNSIGNED, presign, sign
from switchboard.errors import AppError, UnavailableError
from switchboard.runtime import kept

T = TypeVar("T")

TRIES = 4
RETRYABLE = {
    "ConditionalRequestConflict",
    "InternalServerError",
    "KmsThrottled",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
RETRYABLE_REASONS = {
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
}
"""Why DynamoDB may have cancelled a transaction that can succeed as it is."""

# service: (x-amz-target prefix, content type)
_JSON_SERVICES = {
    "sqs": ("AmazonSQS.", "application/x-amz-json-1.0"),
    "dynamodb": ("DynamoDB_20120810.", "application/x-amz-json-1.0"),
    "kms": ("TrentService.", "application/x-amz-json-1.1"),
    "ssm": ("AmazonSSM.", "application/x-amz-json-1.1"),
}


class Transport(Protocol):
    """One exchange with one service. Raises AwsError or OSError."""

    def __call__(
        self, method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes: ...


Call = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]
"""One try of a call of a JSON service: the service, the operation, the payload."""


class AwsError(AppError):
    """AWS refused a call; `code` is its error code, `reasons` a cancelled transaction's."""

    def __init__(self, code: str, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status
        self.reasons = [r.get("Code") or "None" for r in body.get("CancellationReasons") or ()]

    @property
    def condition_failed(self) -> bool:
        return (
            self.code == "ConditionalCheckFailedException"
            or "ConditionalCheckFailed" in self.reasons
        )

    @property
    def retryable(self) -> bool:
        if self.reasons:
            return not self.condition_failed and not RETRYABLE_REASONS.isdisjoint(self.reasons)
        return self.code in RETRYABLE or self.status == 429 or self.status >= 500  # noqa: PLR2004


def call(service: str, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Call a JSON service (SQS, DynamoDB, SSM, KMS). Raises AwsError, or UnavailableError."""
    return _patiently(service, try_json(), service, operation, payload)


def invoke(function: str, payload: bytes, trace: str = "") -> None:
    """Start a Lambda function and do not wait for it (asynchronous, at least once).

    `trace` is the X-Ray header that its own trace goes on from.
    """
    headers = {"content-type": "application/json", "x-amz-invocation-type": "Event"}
    if trace:
        headers[UNSIGNED] = trace
    _request("POST", "lambda", _invocations(function), headers, payload)


@lru_cache(1_000)
def _invocations(function: str) -> str:
    return f"/2015-03-31/functions/{quote(function, safe='')}/invocations"


def put_object(bucket: str, key: str, body: bytes, media_type: str) -> None:
    """Write an object once: the same key again is left as it is (S3 If-None-Match)."""
    headers = {"content-type": media_type, "if-none-match": "*"}
    try:
        _request("PUT", "s3", _object_path(bucket, key), headers, body)
    except AwsError as error:
        if error.status != 412:  # noqa: PLR2004  Precondition Failed: it is there already
            raise


def get_object(bucket: str, key: str) -> bytes:
    """Read a whole object. Raises AwsError with status 404 when there is none."""
    return _request("GET", "s3", _object_path(bucket, key), {}, b"")


def presigned_get(bucket: str, key: str, *, seconds: int, filename: str = "") -> str:
    """A link that downloads the object as `filename` until `seconds` from now."""
    query = {}
    if filename:
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        query["response-content-disposition"] = disposition
    url = connections.base_of("s3") + _object_path(bucket, key)
    return presign(url, query, seconds=seconds, at=time.time())


def _object_path(bucket: str, key: str) -> str:
    return f"/{bucket}/{quote(key, safe='/~')}"


def _request(
    method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
) -> bytes:
    return _patiently(service, transport(), method, service, path, headers, body)


def _patiently(service: str, exchange: Callable[..., T], *asked: Any) -> T:
    """An exchange with as many tries as may help."""
    failure: AppError | None = None
    for attempt in range(TRIES):
        if attempt:
            import random  # noqa: PLC0415  few calls are tried twice

            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  jitter, not a secret
        try:
            return exchange(*asked)
        except AwsError as error:
            if not error.retryable:
                raise
            failure = error
        except OSError as error:
            connections.hang_up()
            failure = UnavailableError(f"{service}: {type(error).__name__}")
    if isinstance(failure, AwsError):
        raise UnavailableError(f"{service}: {failure.detail}") from failure
    raise failure or UnavailableError(f"{service}: no try was made")


@kept
def transport() -> Transport:
    """How AWS is reached by this runtime."""
    return _https


@kept
def try_json() -> Call:
    """How a JSON service is called once: through the transport.

    The simulator gives another, whose millions of calls need not be written as JSON and read again.
    """
    return _json


def _json(service: str, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """One try of a call."""
    target, content_type = _JSON_SERVICES[service]
    headers = {"content-type": content_type, "x-amz-target": target + operation}
    answer = transport()("POST", service, "/", headers, json.encode(payload))
    return json.decode(answer) if answer else {}


def _https(method: str, service: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """One signed exchange over a kept connection."""
    base = connections.base_of(service)
    signed = sign(method, service, base + path, headers, body, at=time.time())
    answer = connections.connection(base).exchange(method, path, signed, body)
    if answer.status < 300:  # noqa: PLR2004  HTTP
        return answer.body
    raise _error(answer.status, answer.body, answer.headers.get("x-amzn-errortype", ""))


def _error(status: int, answer: bytes, named: str) -> AwsError:
    try:
        body = json.decode(answer, type=dict[str, Any])
    except (DecodeError, RecursionError):  # an S3 error is XML, a proxy's is anything
        code = answer.partition(b"<Code>")[2].partition(b"</Code>")[0].decode(errors="replace")
        return AwsError(code or named.partition(":")[0] or f"Http{status}", status, {})
    code = str(body.get("__type") or body.get("code") or named or f"Http{status}")
    return AwsError(code.rpartition("#")[2].partition(":")[0], status, body)
