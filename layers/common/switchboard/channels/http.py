"""POST JSON to a chat platform, and sort the answers into ours: later, never, or done."""

import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, json

from switchboard import wire
from switchboard.errors import RateLimitedError, UnavailableError

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 1_000_000


class Reply(Struct, frozen=True):
    """What the platform answered; `body` is empty when it was not a JSON object."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


Exchange = Callable[[str, bytes, Mapping[str, str]], Reply]
"""One POST: address, body, headers. Raises OSError when there is no answer."""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def warm() -> None:
    """Make the TLS context now: every public authority takes longer than all else of a push."""
    _tls()


def post(url: str, payload: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """POST `payload` as JSON. Redirects are not followed.

    Raises RateLimitedError on 429 and UnavailableError on 5xx, no answer at all, or one that is no
    JSON object and so not the platform's.
    """
    host = urlsplit(url).hostname or ""
    sent = {"content-type": "application/json; charset=utf-8", **(headers or {})}
    try:
        reply = _exchange(url, json.encode(payload), sent)
    except OSError as error:
        raise UnavailableError(f"{host}: {type(error).__name__}") from None
    if reply.status == 429:  # noqa: PLR2004  Too Many Requests
        raise RateLimitedError(host, retry_after=retry_after(reply))
    if reply.status >= 500 or not reply.body:  # noqa: PLR2004
        raise UnavailableError(f"{host} answered {reply.status}")
    return reply


def retry_after(reply: Reply) -> float:
    """Seconds to wait, from the header, Feishu's own, or Telegram's `parameters`; else one."""
    told = reply.headers.get("retry-after") or reply.headers.get("x-ogw-ratelimit-reset", "")
    parameters = reply.body.get("parameters")
    if not told and isinstance(parameters, dict):
        told = str(parameters.get("retry_after", ""))
    return float(told) if told.isascii() and told.isdigit() else 1.0


def _object(answer: bytes) -> dict[str, Any]:
    try:
        return json.decode(answer, type=dict[str, Any])
    except DecodeError:
        return {}


def use(exchange: Exchange) -> Exchange:
    """Reach the platforms through `exchange` from now on; returns the one before. For tests."""
    global _exchange
    before, _exchange = _exchange, exchange
    return before


def _https(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    connection = wire.Connection(base, TIMEOUT_SECONDS, _tls() if parts.scheme == "https" else None)
    try:
        answer = connection.exchange("POST", parts.path or "/", headers, body, MAX_ANSWER_BYTES)
    finally:
        connection.close()
    return Reply(answer.status, answer.headers, _object(answer.body))


_exchange: Exchange = _https
