"""HTTP/1.1 over a kept connection: what the hot path needs of it, and nothing else.

http.client does the same with the e-mail package to parse headers, which shows in ingest's cold
start and in its warm processor time (`make bench`).
`tests/unit/test_wire.py` holds this reader against http.client's. Source of the rules: RFC 9112.
"""

import socket
from collections.abc import Iterator, Mapping
from typing import IO, Any
from urllib.parse import urlsplit

from msgspec import Struct

MAX_LINE = 65_536
MAX_HEADERS = 100
MAX_DIGITS = 19
PIECE_BYTES = 65_536
pinned: dict[str, str] = {}
"""Addresses of hosts that were looked up and found public (`egress.resolve`): such a host is not
looked up again, for the second answer might be another."""
BODILESS = {204, 304}
BLANK = (b"\r\n", b"\n")


class RawResponse(Struct, frozen=True):
    """What came back; header names are in lower case, repeated headers comma-joined."""

    status: int
    headers: dict[str, str]
    body: bytes


class BrokenAnswerError(ConnectionError):
    """The other side hung up or does not speak HTTP."""


class HttpConnection:
    """One connection to the host of `base`, opened when it is first used. `tls` is for https."""

    def __init__(self, base: str, seconds: float, tls: Any = None) -> None:
        parts = urlsplit(base)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._name = parts.netloc
        self._seconds = seconds
        self._tls = tls if parts.scheme == "https" else None
        self._socket: socket.socket | None = None
        self._reader: IO[bytes] | None = None

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, limit: int = -1
    ) -> RawResponse:
        """Send a request and read its answer, at most `limit` bytes of it when that is given.

        Raises OSError, of which BrokenAnswerError is one, whenever there is no whole answer.
        """
        reader = self._send(method, path, headers, body)
        status, found = _head(reader)
        answer = RawResponse(status, found, _body(reader, method, status, found, limit))
        if found.get("connection", "").lower() == "close" or limit >= 0:
            self.close()
        return answer

    def stream(
        self, path: str, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], Iterator[bytes]]:
        """GET: status, headers, and the body in small pieces, which are read as they are asked for.

        Raises as `exchange` does, and so do the pieces. Close the connection after them.
        """
        reader = self._send("GET", path, headers, b"")
        status, found = _head(reader)
        return status, found, _pieces(reader, status, found)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._reader = None

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> IO[bytes]:
        sent = {"host": self._name, "content-length": len(body), **headers}
        lines = [f"{method} {path} HTTP/1.1", *[f"{name}: {sent[name]}" for name in sent]]
        told = "".join(lines)
        if " " in path or "\n" in told or "\r" in told:
            raise BrokenAnswerError("a blank in the path or a line break in a header")
        reader = self._open()
        assert self._socket is not None  # noqa: S101  _open opened it
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return reader

    def _open(self) -> IO[bytes]:
        if self._reader is None:
            place = (pinned.get(self._host, self._host), self._port)
            made = socket.create_connection(place, self._seconds)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                made = self._tls.wrap_socket(made, server_hostname=self._host)
            self._socket, self._reader = made, made.makefile("rb")
        return self._reader


def _head(reader: IO[bytes]) -> tuple[int, dict[str, str]]:
    """Status and headers, past any interim answers (1xx)."""
    while True:
        version, _, rest = _line(reader).partition(" ")
        code = rest[:3]
        if not (version.startswith("HTTP/1.") and code.isascii() and code.isdigit()):
            raise BrokenAnswerError("no status line")
        status, headers = int(code), _headers(reader)
        if status >= 200:  # noqa: PLR2004  HTTP
            return status, headers


def _headers(reader: IO[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = reader.readline(MAX_LINE)
        if line in BLANK:
            return found
        name, colon, value = line.decode("latin-1").partition(":")
        if not (colon and line.endswith(b"\n")):
            raise BrokenAnswerError("no header, or one that is cut short or too long")
        name, value = name.strip().lower(), value.strip()
        found[name] = f"{found[name]}, {value}" if name in found else value
    raise BrokenAnswerError("too many headers")


def _body(
    reader: IO[bytes], method: str, status: int, headers: Mapping[str, str], limit: int
) -> bytes:
    if method == "HEAD" or status in BODILESS:
        return b""
    told = _length(headers)
    if 0 <= told <= PIECE_BYTES and limit < 0:  # nearly all that AWS answers
        return _piece(reader, told)
    found: list[bytes] = []
    size = 0
    for piece in _pieces(reader, status, headers):
        found.append(piece)
        size += len(piece)
        if 0 <= limit <= size:
            return b"".join(found)[:limit]
    return b"".join(found)


def _pieces(reader: IO[bytes], status: int, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The body as it comes, in pieces of no more than PIECE_BYTES."""
    if status in BODILESS:
        return
    size = _length(headers)
    if size >= 0:
        yield from _exactly(reader, size)
    elif _chunked(headers):
        yield from _chunks(reader)
    else:
        yield from iter(lambda: reader.read(PIECE_BYTES), b"")


def _chunked(headers: Mapping[str, str]) -> bool:
    return headers.get("transfer-encoding", "").lower() == "chunked"


def _length(headers: Mapping[str, str]) -> int:
    """How long the body is; -1: it comes in chunks, or lasts as long as the connection."""
    told = headers.get("content-length")
    if told is None or _chunked(headers):
        return -1
    if not (told.isascii() and told.isdigit() and len(told) < MAX_DIGITS):
        raise BrokenAnswerError("content-length")
    return int(told)


def _chunks(reader: IO[bytes]) -> Iterator[bytes]:
    while True:
        try:
            size = int(_line(reader).partition(";")[0], 16)
        except ValueError as error:
            raise BrokenAnswerError("chunk") from error
        if size < 0:
            raise BrokenAnswerError("chunk")
        if size == 0:
            _headers(reader)  # what may follow the last chunk
            return
        yield from _exactly(reader, size)
        _line(reader)


def _exactly(reader: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        found = _piece(reader, min(size, PIECE_BYTES))
        size -= len(found)
        yield found


def _piece(reader: IO[bytes], size: int) -> bytes:
    found = reader.read(size)
    if len(found) < size:
        raise BrokenAnswerError("the answer is cut short")
    return found


def _line(reader: IO[bytes]) -> str:
    line = reader.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        raise BrokenAnswerError("a line is cut short or too long")
    return line.rstrip(b"\r\n").decode("latin-1")
