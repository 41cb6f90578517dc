"""A proxy in front of the calendar server: it measures, and kills whoever has just written."""

import os
import signal
import sys
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

METHODS = ("GET", "PUT", "DELETE", "OPTIONS", "PROPFIND", "REPORT")
CREATED = 201
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Vendor:
    """Everything that tools ask of the calendar server passes here; `with` it."""

    def __init__(self, upstream: str) -> None:
        self.calls: list[tuple[str, float, float]] = []
        """Method, and when the request came and its answer was sent, by `time.perf_counter`."""
        self.killed: list[int] = []
        self.created: list[str] = []
        """Paths of what is new, in the order in which it was made."""
        self._upstream = urlsplit(upstream).netloc
        self._deadly = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def kill_after_put(self, times: int = 1) -> None:
        """Whoever makes the next PUTs dies when they have taken effect, before the answer.

        With 0 nobody does any more.
        """
        with self._lock:
            self._deadly = self._deadly + times if times else 0

    def seconds_between(self, start: float, end: float) -> float:
        """How long tools waited for the vendor between two moments."""
        return sum(min(e, end) - max(b, start) for _, b, e in self.calls if b < end and e > start)

    def is_deadly(self, method: str) -> bool:
        with self._lock:
            if method != "PUT" or not self._deadly:
                return False
            self._deadly -= 1
            return True

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = HTTPConnection(self._upstream, timeout=10)
        try:
            upstream.request(method, path, body, headers)
            response = upstream.getresponse()
            if (method, response.status) == ("PUT", CREATED):
                self.created.append(path)
            return response.status, response.getheaders(), response.read()
        finally:
            upstream.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed break their connections: nothing to show."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def kill_peer(port: int, own: int) -> int:
    """Kill -9 the process that has a connection from local `port` to our port `own`; its id."""
    for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = row.split()
        if _port(fields[1]) == port and _port(fields[2]) == own:
            pid = _holder(f"socket:[{fields[9]}]")
            os.kill(pid, signal.SIGKILL)
            return pid
    raise LookupError(f"nobody is connected from port {port}")


def _holder(name: str) -> int:
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) == name:
                return int(link.parts[2])
        except OSError:  # the process or the file is gone meanwhile
            continue
    raise LookupError(f"nobody holds {name}")


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def _handler_of(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _pass(self) -> None:
            began = time.perf_counter()
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
            status, answered, answer = vendor.forward(self.command, self.path, headers, body)
            if vendor.is_deadly(self.command):
                vendor.killed.append(kill_peer(self.client_address[1], self.server.server_port))
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in answered:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            vendor.calls.append((self.command, began, time.perf_counter()))

        def log_message(self, *_: object) -> None:
            pass

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler._pass)
    return Handler
