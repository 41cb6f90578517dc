"""A small signed client for the AWS calls of the hot path: SigV4, retries with jitter, error codes.

boto3 does the same in twenty times the start-up; `tests/unit/test_aws.py` holds this signer
against botocore's. Source of the rules: AWS "Signature Version 4 signing process".
"""

import hashlib
import hmac
import random
import time
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from msgspec import json

from switchboard.errors import AppError, UnavailableError
from switchboard.settings import AwsSettings

TRIES = 4
CONNECT_SECONDS = 5.0
RETRYABLE = {
    "ConditionalRequestConflict",
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
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
ROOTS = Path(__file__).with_name("amazon-roots.pem")
"""Amazon Trust Services' four roots, which AWS endpoints chain to."""

# service: (x-amz-target prefix, content type)
_JSON_SERVICES = {
    "sqs": ("AmazonSQS.", "application/x-amz-json-1.0"),
    "dynamodb": ("DynamoDB_20120810.", "application/x-amz-json-1.0"),
    "ssm": ("AmazonSSM.", "application/x-amz-json-1.1"),
}


class Transport(Protocol):
    """One exchange with one service. Raises AwsError, OSError or HTTPException."""

    def __call__(
        self, method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bytes: ...


class AwsError(AppError):
    """AWS refused a call; `code` is its error code, `reasons` a cancelled transaction's."""

    def __init__(self, code: str, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status
        self.reasons = [r.get("Code", "None") for r in body.get("CancellationReasons", ())]

    @property
    def condition_failed(self) -> bool:
        return (
            self.code == "ConditionalCheckFailedException"
            or "ConditionalCheckFailed" in self.reasons
        )

    @property
    def retryable(self) -> bool:
        if self.reasons:
            return not self.condition_failed
        return self.code in RETRYABLE or self.status >= 500  # noqa: PLR2004  HTTP


def call(service: str, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Call a JSON service (SQS, DynamoDB, SSM). Raises AwsError, or UnavailableError."""
    target, content_type = _JSON_SERVICES[service]
    headers = {"content-type": content_type, "x-amz-target": target + operation}
    body = json.encode(payload)
    answer = _request("POST", service, "/", headers, body)
    return json.decode(answer) if answer else {}


def invoke(function: str, payload: bytes) -> None:
    """Start a Lambda function and do not wait for it (asynchronous, at least once)."""
    headers = {"content-type": "application/json", "x-amz-invocation-type": "Event"}
    path = f"/2015-03-31/functions/{quote(function, safe='')}/invocations"
    _request("POST", "lambda", path, headers, payload)


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
    base = _base("s3")
    path = _object_path(bucket, key)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    settings = AwsSettings.load()
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{settings.aws_access_key_id}/{_scope(stamp, 's3')}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if settings.aws_session_token:
        query["X-Amz-Security-Token"] = settings.aws_session_token
    if filename:
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        query["response-content-disposition"] = disposition
    canonical = "&".join(f"{quote(k, safe='')}={quote(query[k], safe='')}" for k in sorted(query))
    host = urlsplit(base).netloc
    request = f"GET\n{path}\n{canonical}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    return f"{base}{path}?{canonical}&X-Amz-Signature={_signature(stamp, 's3', request)}"


def sign(  # noqa: PLR0913, PLR0917  the parts of a request
    method: str, service: str, host: str, path: str, headers: Mapping[str, str], body: bytes
) -> dict[str, str]:
    """The headers with SigV4's added. Names are in lower case; `path` is quoted."""
    settings = AwsSettings.load()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    digest = hashlib.sha256(body).hexdigest()
    signed = {**headers, "host": host, "x-amz-date": stamp}
    if settings.aws_session_token:
        signed["x-amz-security-token"] = settings.aws_session_token
    if service == "s3":
        signed["x-amz-content-sha256"] = digest
        canonical_path = path
    else:
        canonical_path = quote(path, safe="/~")  # all services but S3 sign the path quoted twice
    names = sorted(signed)
    lines = "".join(f"{name}:{signed[name]}\n" for name in names)
    request = f"{method}\n{canonical_path}\n\n{lines}\n{';'.join(names)}\n{digest}"
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={settings.aws_access_key_id}/{_scope(stamp, service)}, "
        f"SignedHeaders={';'.join(names)}, Signature={_signature(stamp, service, request)}"
    )
    return signed


def _signature(stamp: str, service: str, request: str) -> str:
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{_scope(stamp, service)}\n{digest}"
    return hmac.new(_key(stamp[:8], service), text.encode(), "sha256").hexdigest()


def _scope(stamp: str, service: str) -> str:
    return f"{stamp[:8]}/{AwsSettings.load().aws_region}/{service}/aws4_request"


@cache
def _key(day: str, service: str) -> bytes:
    settings = AwsSettings.load()
    key = b"AWS4" + settings.aws_secret_access_key.encode()
    for part in (day, settings.aws_region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _object_path(bucket: str, key: str) -> str:
    return f"/{bucket}/{quote(key, safe='/~')}"


@cache
def _base(service: str) -> str:
    settings = AwsSettings.load()
    return settings.aws_endpoint_url or f"https://{service}.{settings.aws_region}.amazonaws.com"


@cache
def _tls() -> Any:
    import ssl  # noqa: PLC0415  not needed against a plain local endpoint

    return ssl.create_default_context(cafile=AwsSettings.load().aws_ca_bundle or str(ROOTS))


_connections: dict[str, HTTPConnection] = {}


def warm() -> None:
    """Make the TLS context now, in the start-up phase, where Lambda gives more processor."""
    if _base("sqs").startswith("https"):
        _tls()


def _connection(base: str) -> HTTPConnection:
    kept = _connections.get(base)
    if kept is not None:
        return kept
    parts = urlsplit(base)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        made: HTTPConnection = HTTPSConnection(
            host, port, timeout=CONNECT_SECONDS * 2, context=_tls()
        )
    else:
        made = HTTPConnection(host, port, timeout=CONNECT_SECONDS * 2)
    _connections[base] = made
    return made


def _request(
    method: str, service: str, path: str, headers: Mapping[str, str], body: bytes
) -> bytes:
    """An exchange with as many tries as may help."""
    failure: AppError = UnavailableError(f"{service}: no try was made")
    for attempt in range(TRIES):
        if attempt:
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  jitter, not a secret
        try:
            return _transport(method, service, path, headers, body)
        except AwsError as error:
            if not error.retryable:
                raise
            failure = error
        except (OSError, HTTPException) as error:
            _connections.clear()
            failure = UnavailableError(f"{service}: {type(error).__name__}")
    if isinstance(failure, AwsError):
        raise UnavailableError(f"{service}: {failure.detail}") from failure
    raise failure


def use(transport: Transport) -> Transport:
    """Reach AWS through `transport` from now on; returns the one before. For tests and fakes."""
    global _transport
    before, _transport = _transport, transport
    return before


def _https(method: str, service: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """One signed exchange over a kept connection."""
    base = _base(service)
    signed = sign(method, service, urlsplit(base).netloc, path, headers, body)
    connection = _connection(base)
    connection.request(method, path, body, signed)
    response = connection.getresponse()
    answer = response.read()
    if response.status < 300:  # noqa: PLR2004  HTTP
        return answer
    raise _error(response.status, answer, response.getheader("x-amzn-errortype") or "")


_transport: Transport = _https


def _error(status: int, answer: bytes, named: str) -> AwsError:
    try:
        body = json.decode(answer)
    except Exception:  # noqa: BLE001  an S3 error is XML, a proxy's is anything
        code = answer.partition(b"<Code>")[2].partition(b"</Code>")[0].decode(errors="replace")
        return AwsError(code or named.partition(":")[0] or f"Http{status}", status, {})
    code = str(body.get("__type") or body.get("code") or named or f"Http{status}")
    return AwsError(code.rpartition("#")[2].partition(":")[0], status, body)
