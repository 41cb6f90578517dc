"""How platforms are reached: one exchange, in whose place tests give a double."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, json

from switchboard.net import http1
from switchboard.runtime import kept

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 1_000_000


class HttpResponse(Struct, frozen=True):
    """What the platform answered; `body` is empty when it was not a JSON object."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]
    content: bytes = b""
    """The body as it came."""


class Stream(Struct, frozen=True):
    """An answer whose body is read piece by piece, once, and is then closed."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]
    close: Callable[[], None] = lambda: None


class Exchange(Protocol):
    """Both ways raise OSError when there is no answer, and so do the chunks of a stream."""

    def __call__(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpResponse: ...

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """GET."""
        ...


class Https:
    """A connection for every request: platforms are many, and answers to one are few."""

    def __call__(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpResponse:
        connection, path = _connection(url)
        try:
            answer = connection.exchange(method, path, headers, body, MAX_ANSWER_BYTES)
        finally:
            connection.close()
        return HttpResponse(answer.status, answer.headers, _object(answer.body), answer.body)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        connection, path = _connection(url)
        try:
            status, found, chunks = connection.stream(path, headers)
        except OSError:
            connection.close()
            raise
        return Stream(status, found, chunks, connection.close)


def warm() -> None:
    """Make the TLS context now: every public authority takes longer than all else of a push."""
    tls()


@kept
def current() -> Exchange:
    """How platforms are reached by this runtime."""
    return Https()


@cache
def tls() -> ssl.SSLContext:
    """How certificates of platforms are judged: by every public authority."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2  # whatever the machine's OpenSSL allows
    return made


def _connection(url: str) -> tuple[http1.HttpConnection, str]:
    """A connection to the host of `url`, and its path with its query."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    context = tls() if parts.scheme == "https" else None
    return http1.HttpConnection(base, TIMEOUT_SECONDS, context), path


def _object(answer: bytes) -> dict[str, Any]:
    try:
        return json.decode(answer, type=dict[str, Any])
    except DecodeError:
        return {}
