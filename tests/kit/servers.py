"""Small servers on 127.0.0.1 that answer as a test tells them and remember what they were asked."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from threading import Thread


@dataclass
class Asked:
    """A request as the server got it; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Told:
    """What to answer; `hang_up` closes the connection after it without saying so, `drop` before."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    drop: bool = False


class Server(ThreadingHTTPServer):
    """Answers with `told`, one a request, the last one for ever."""

    daemon_threads = True

    def __init__(self, *told: Told) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = list(told) or [Told()]
        self.asked: list[Asked] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, asked: Asked) -> Told:
        self.asked.append(asked)
        return self.told.pop(0) if len(self.told) > 1 else self.told[0]

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        """A client that goes away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def __getattr__(self, name):
        """One answer to every method, those of WebDAV too."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        told = self.server.answer(asked)
        if told.drop:
            self.close_connection = True
            return
        self.send_response_only(told.status)
        usual = {"date": self.date_time_string(), "content-length": str(len(told.body))}
        for name, value in {**usual, **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told.body)
        self.close_connection = told.hang_up

    def log_message(self, format, *args) -> None:  # noqa: A002  the base class's name
        """Nothing is logged."""


@contextmanager
def serving(*told: Told, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server while the block runs."""
    made = Server(*told)
    if tls is not None:
        made.socket = tls.wrap_socket(made.socket, server_side=True)
        made.url = f"https://localhost:{made.server_port}"
    with running(made):
        yield made


@contextmanager
def running(server: Server) -> Iterator[None]:
    """Let it answer while the block runs."""
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            end(server)
            thread.join()


def end(server: BaseServer) -> None:
    """Let it serve no more, at once: it looks up only when somebody comes, or once a while."""
    ending = Thread(target=server.shutdown)
    ending.start()
    with suppress(OSError), socket.create_connection(server.server_address[:2], 1):
        pass
    ending.join()
