"""What every double of a chat platform has: an address, what arrived, and trouble on request."""

import itertools
import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.kit.servers import end


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a bot has posted."""

    chat: str
    target: str
    """The thread or the message that it answers; empty when it stands alone."""
    text: str
    at: float
    """When its request was read, by `time.perf_counter`."""
    id: str = ""
    key: str = ""
    files: tuple[str, ...] = ()
    """The names of its files."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; `path` has its query."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    method: str = "POST"

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    body: Mapping[str, Any] | bytes
    """JSON, or a file as it is."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> tuple[bytes, str]:
        """What is sent, and its media type."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        text = json.dumps(self.body, ensure_ascii=False)
        return text.encode(), "application/json; charset=utf-8"


class Trouble(StrEnum):
    """What can go wrong with one message on its way in."""

    LIMITED = "limited"
    BROKEN = "broken"
    DROPPED = "dropped"
    """The connection breaks before anything has happened."""
    DROPPED_AFTER = "dropped after"
    """The message is posted, then the connection breaks."""
    SLOW = "slow"


class Double:
    """A chat platform's send API on a free local port; `with` it, or `start` and `stop`."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.requests: list[Request] = []
        self.left: set[str] = set()
        """Chats that the bot is not in any more, or people who are not there."""
        self.retry_after = 1
        self.slow_seconds = 0.3
        self._ids = itertools.count(1)
        self._troubles: deque[Trouble | Answer] = deque()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api(self) -> str:
        """What the account's `api` is set to."""
        return self.url

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        end(self._server)
        self._server.server_close()
        self._thread.join()

    def trouble(self, what: Trouble | Answer, times: int = 1) -> None:
        """Let the next messages meet this trouble, or this answer, instead of the usual."""
        self._troubles.extend([what] * times)

    def wait_until(self, done: Callable[[], Any], seconds: float = 10) -> None:
        """Wait for something that an arriving message makes true."""
        with self._changed:
            if not self._changed.wait_for(done, seconds):
                raise TimeoutError(f"{self.url} waited {seconds} s in vain")

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request, with the trouble that is due; None breaks the connection."""
        self.requests.append(request)
        if not self.is_send(request):
            return self.respond(request)
        trouble = self._troubles.popleft() if self._troubles else None
        if isinstance(trouble, Answer):
            return trouble
        if trouble is Trouble.LIMITED:
            return self.limited()
        if trouble is Trouble.BROKEN:
            return Answer({}, 500)
        if trouble is Trouble.DROPPED:
            return None
        if trouble is Trouble.SLOW:
            self._stopping.wait(self.slow_seconds)
        found = self.respond(request)
        return None if trouble is Trouble.DROPPED_AFTER else found

    def is_send(self, request: Request) -> bool:
        """Whether this request posts a message, which is what meets trouble."""
        return True

    def respond(self, request: Request) -> Answer:
        """What the platform answers to this request."""
        raise NotImplementedError

    def limited(self) -> Answer:
        """What the platform answers to somebody who is too fast."""
        raise NotImplementedError

    @property
    def wait(self) -> dict[str, str]:
        """The header that says how long somebody who is too fast has to wait."""
        return {"retry-after": str(self.retry_after)}

    def post(self, message: Message) -> None:
        """Take a message in."""
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    @property
    def lock(self) -> threading.Condition:
        """Guards what the double remembers; many requests come at once."""
        return self._changed


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed break their connections: nothing to show."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in tuple(self._open):  # kept alive by its client
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()


def _handler_of(double: Double) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            now = time.perf_counter()
            found = double.answer(Request(self.path, headers, body, now, self.command))
            if found is None:
                self.close_connection = True
                return
            answer, kind = found.content
            self.send_response(found.status)
            for name, value in {"content-type": kind, **found.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PUT = do_POST  # noqa: N815  the base class's names

        def log_message(self, *_: object) -> None:
            pass

    return Handler
