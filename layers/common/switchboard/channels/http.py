"""POST JSON to a chat platform, and sort the answers into ours: later, never, or done."""

import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, json

from switchboard.errors import RateLimitedError, UnavailableError

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 1_000_000


class Reply(Struct, frozen=True):
    """What the platform answered; `body` is empty when it was not a JSON object."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(url: str, payload: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """POST `payload` as JSON. Redirects are not followed.

    Raises RateLimitedError on 429 and UnavailableError on 5xx or no answer at all.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=_tls())
    else:
        connection = HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    sent = {"content-type": "application/json; charset=utf-8", **(headers or {})}
    try:
        connection.request("POST", parts.path or "/", json.encode(payload), sent)
        response = connection.getresponse()
        answer = response.read(MAX_ANSWER_BYTES)
    except (OSError, HTTPException) as error:
        raise UnavailableError(f"{host}: {type(error).__name__}") from None
    finally:
        connection.close()
    reply = Reply(
        response.status, {k.lower(): v for k, v in response.getheaders()}, _object(answer)
    )
    if reply.status == 429:  # noqa: PLR2004  Too Many Requests
        raise RateLimitedError(host, retry_after=retry_after(reply))
    if reply.status >= 500:  # noqa: PLR2004
        raise UnavailableError(f"{host} answered {reply.status}")
    return reply


def retry_after(reply: Reply) -> float:
    """Seconds to wait, from the header, or Telegram's `parameters`; else one."""
    told = reply.headers.get("retry-after", "")
    parameters = reply.body.get("parameters")
    if not told and isinstance(parameters, dict):
        told = str(parameters.get("retry_after", ""))
    return float(told) if told.isdigit() else 1.0


def _object(answer: bytes) -> dict[str, Any]:
    try:
        found = json.decode(answer)
    except DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
