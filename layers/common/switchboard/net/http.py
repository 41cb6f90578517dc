"""HTTP to a platform, whose answers are sorted into ours: later, never, or done."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from msgspec import Struct, json

from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.net import exchange
from switchboard.net.exchange import Exchange, HttpResponse, Stream, warm
from switchboard.net.multipart import multipart

__all__ = [
    "Exchange",
    "HttpResponse",
    "Stream",
    "call",
    "form",
    "multipart",
    "post",
    "retry_after",
    "stream",
    "upload",
    "warm",
]

MAX_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
NO_CONTENT = 204
NEAR = {"127.0.0.1", "localhost"}
"""Hosts that need no https once they are allowed: those of a double on this machine."""


class Download(Struct, frozen=True):
    """A file on its way from the platform; `chunks` can be read once."""

    media_type: str
    chunks: Iterator[bytes]


def post(url: str, payload: Any, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """POST `payload` as JSON; raises as `call`."""
    return call("POST", url, payload, headers)


def call(
    method: str, url: str, payload: Any = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Send `payload` as JSON, or no body when it is None. Redirects are not followed.

    Raises RateLimitedError on 429 and UnavailableError on 5xx, no answer at all, or one that is no
    JSON object and so not the platform's; only 204 needs no body.
    """
    if payload is None:
        return upload(method, url, b"", headers or {})
    sent = {"content-type": "application/json; charset=utf-8", **(headers or {})}
    return upload(method, url, json.encode(payload), sent)


def form(
    url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """POST a form; raises as `call`."""
    sent = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
    return upload("POST", url, urlencode(fields).encode(), sent)


def upload(
    method: str, url: str, body: bytes, headers: Mapping[str, str], *, plain: bool = False
) -> HttpResponse:
    """Send bytes; raises as `call`, but where the answer is `plain` it may be anything."""
    host = urlsplit(url).hostname or ""
    try:
        reply = exchange.current()(method, url, body, headers)
    except OSError as error:
        raise UnavailableError(f"{host}: {type(error).__name__}") from None
    _sort(host, reply)
    if not (reply.body or plain or reply.status == NO_CONTENT):
        raise UnavailableError(f"{host} answered {reply.status}")
    return reply


def stream(
    url: str, headers: Mapping[str, str] | None = None, *, hosts: Collection[str], limit: int
) -> Download:
    """GET a file piece by piece; it and its redirects may only be at `hosts`.

    Those are names (`files.slack.com`, or `.slack.com` for all below it), reached by https, or
    bases such as the account's `api`. Only the first host is sent the headers. Raises
    RejectedError when the place is not allowed, the file is not there or has more than `limit`
    bytes; otherwise as `call`. So does reading it.
    """
    found, host = _followed(url, headers or {}, hosts)
    try:
        _sort(host, found)
        if found.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
            raise UnavailableError(f"{host} answered {found.status}")
        if found.status != 200:  # noqa: PLR2004  HTTP
            raise RejectedError(f"{host} answered {found.status}", say="attachment_gone")
    except (RejectedError, UnavailableError):
        found.close()
        raise
    media_type = found.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Download(media_type, _bounded(found, host, limit))


def retry_after(reply: HttpResponse | Stream) -> float:
    """Seconds to wait, from the header, or as Feishu, Telegram or Matrix say it; else one."""
    told = reply.headers.get("retry-after") or reply.headers.get("x-ogw-ratelimit-reset", "")
    parameters = reply.body.get("parameters") if isinstance(reply, HttpResponse) else None
    if not told and isinstance(parameters, dict):
        told = str(parameters.get("retry_after", ""))
    milliseconds = reply.body.get("retry_after_ms") if isinstance(reply, HttpResponse) else None
    if not told and isinstance(milliseconds, int):
        return max(milliseconds, 0) / 1000
    return float(told) if told.isascii() and told.isdigit() else 1.0


def _sort(host: str, reply: HttpResponse | Stream) -> None:
    if reply.status == 429:  # noqa: PLR2004  Too Many Requests
        raise RateLimitedError(host, retry_after=retry_after(reply))
    if reply.status >= 500:  # noqa: PLR2004
        raise UnavailableError(f"{host} answered {reply.status}")


def _followed(url: str, headers: Mapping[str, str], hosts: Collection[str]) -> tuple[Stream, str]:
    """The answer at the end of the redirects, and its host."""
    first = _place(url, hosts)
    for _ in range(MAX_REDIRECTS + 1):
        host = _place(url, hosts)
        try:
            found = exchange.current().stream(url, headers if host == first else {})
        except OSError as error:
            raise UnavailableError(f"{host}: {type(error).__name__}") from None
        target = found.headers.get("location", "")
        if not target or found.status not in REDIRECTS:
            return found, host
        found.close()
        url = _joined(url, target)
    raise RejectedError("too many redirects")


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:  # no address at all, so no place that is allowed
        return ""


def _place(url: str, hosts: Collection[str]) -> str:
    """The host and port of an address. Raises RejectedError unless that is an allowed place."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RejectedError("an address that is none") from error
    place, host = parts.netloc.lower(), parts.hostname or ""
    bases = {urlsplit(one)[:2] for one in hosts if "://" in one}
    named = host in hosts or any(host.endswith(one) for one in hosts if one.startswith("."))
    safe = parts.scheme == "https" and place == host and re.fullmatch(r"[a-z0-9.-]+", host)
    near = parts.scheme == "http" and host in NEAR and "@" not in place
    if (parts.scheme, place) in bases or (named and (safe or near)):
        return place
    raise RejectedError("a file at a place that is not allowed")


def _bounded(found: Stream, host: str, limit: int) -> Iterator[bytes]:
    size = 0
    try:
        for chunk in found.chunks:
            size += len(chunk)
            if size > limit:
                raise RejectedError(f"more than {limit} bytes", say="too_big")
            yield chunk
    except OSError as error:
        raise UnavailableError(f"{host}: {type(error).__name__}") from None
    finally:
        found.close()
