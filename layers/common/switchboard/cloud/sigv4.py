"""Signatures that AWS asks for: SigV4, in headers and in links.

Source of the rules: AWS "Signature Version 4 signing process". `tests/unit/test_signature.py` holds
this signer against botocore's.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

from switchboard.runtime import kept
from switchboard.settings import AwsSettings

UNSIGNED = "x-amzn-trace-id"
"""The header that is sent as it is: whatever stands between us and AWS may rewrite it."""


def sign(  # noqa: PLR0913  the parts of a request
    method: str, service: str, url: str, headers: Mapping[str, str], body: bytes, *, at: float
) -> dict[str, str]:
    """The headers with SigV4's added, for `at` seconds since 1970.

    Names are in lower case; the path of `url` is quoted.
    """
    settings = AwsSettings.load()
    parts = urlsplit(url)
    stamp = _stamp(int(at))
    digest = hashlib.sha256(body).hexdigest()
    signed = {**headers, "host": parts.netloc, "x-amz-date": stamp}
    if settings.aws_session_token:
        signed["x-amz-security-token"] = settings.aws_session_token
    if service == "s3":
        signed["x-amz-content-sha256"] = digest
        path = parts.path
    else:
        path = _quoted(parts.path)  # all services but S3 sign the path quoted twice
    names = sorted(signed)
    if UNSIGNED in signed:
        names.remove(UNSIGNED)
    lines = "".join([f"{name}:{' '.join(signed[name].split())}\n" for name in names])
    request = f"{method}\n{path}\n\n{lines}\n{';'.join(names)}\n{digest}"
    scope = f"{stamp[:8]}/{settings.aws_region}/{service}/aws4_request"
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={settings.aws_access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={_signature(stamp, scope, request)}"
    )
    return signed


def presign(url: str, query: Mapping[str, str], *, seconds: int, at: float) -> str:
    """The address of an S3 object as a link for anyone, until `seconds` after `at`."""
    settings = AwsSettings.load()
    parts = urlsplit(url)
    stamp = _stamp(int(at))
    scope = f"{stamp[:8]}/{settings.aws_region}/s3/aws4_request"
    asked = {
        **query,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{settings.aws_access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if settings.aws_session_token:
        asked["X-Amz-Security-Token"] = settings.aws_session_token
    canonical = "&".join(f"{quote(k, safe='')}={quote(asked[k], safe='')}" for k in sorted(asked))
    request = f"GET\n{parts.path}\n{canonical}\nhost:{parts.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    return f"{url}?{canonical}&X-Amz-Signature={_signature(stamp, scope, request)}"


@lru_cache(2)
def _stamp(at: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))


def _signature(stamp: str, scope: str, request: str) -> str:
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    signer = _signer(scope).copy()
    signer.update(text.encode())
    return signer.hexdigest()


@kept
def _signer(scope: str) -> hmac.HMAC:
    key = b"AWS4" + AwsSettings.load().aws_secret_access_key.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")


@lru_cache(1_000)
def _quoted(path: str) -> str:
    return quote(path, safe="/~")
