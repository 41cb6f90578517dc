"""`make start-api`: the API of the built functions on a port, for the stack of `make run`.

With Docker it is `sam local start-api`; without it, HTTP requests become events of API Gateway's
payload format 2.0 (Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for
HTTP APIs") for functions under Lambda's interface emulator.
"""

import os
import re
import signal
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from cli import problems, sessions
from cli.problems import CommandError
from local import docker
from local.process import port_is_open
from local.workbench import Workbench

PORT, FIRST, LAST = 3000, 1024, 65_535
LARGEST = 10 * 2**20
"""Bytes of a body that API Gateway takes."""
Invoke = Callable[[str, Any], Any]
"""Calls the function with that logical id."""


class Server(ThreadingHTTPServer):
    """Gives each request to the function of its route."""

    daemon_threads = True

    def __init__(self, port: int, invoke: Invoke) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.invoke = invoke


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        """One answer to every method."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True  # what follows is no request
            self._send(413, {}, b'{"message":"Request Entity Too Large"}')
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = event_of(self.command, self.path, headers, self.rfile.read(int(length)))
        answer = self.server.invoke(function_of(event["rawPath"]), event)
        if not isinstance(answer, dict) or "statusCode" not in answer:
            self._send(500, {}, b'{"message":"Internal Server Error"}')
            return
        text = answer.get("body") or ""
        body = b64decode(text) if answer.get("isBase64Encoded") else text.encode()
        cookies = answer.get("cookies") or ()
        self._send(answer["statusCode"], answer.get("headers") or {}, body, cookies)

    def _send(
        self, status: int, headers: dict[str, str], body: bytes, cookies: Sequence[str] = ()
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        for cookie in cookies:
            self.send_header("set-cookie", cookie)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002  as the base class
        """Method, path and status, as `sam local` says them; no query, which may hold a secret."""
        status = args[1] if len(args) > 1 else ""
        print(f"{self.command} {urlsplit(self.path).path} {status}", file=sys.stderr)


def function_of(path: str) -> str:
    """The logical id of the function that the template's routes lead to."""
    routes = (
        ("Ingest", r"/webhook/[^/]+/[^/]+(/.+)?"),
        ("Signin", r"/signin/.+"),
        ("Connect", r"/connect/[^/]+"),
    )
    return next((name for name, route in routes if re.fullmatch(route, path)), "Console")


def event_of(method: str, target: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The request in payload format 2.0."""
    raw, _, query = target.partition("?")
    path, now = unquote(raw), time.time()
    request = {
        "apiId": "local",
        "domainName": headers.get("host", "localhost"),
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": f"local-{time.monotonic_ns()}",
        "routeKey": "$default",
        "stage": "$default",
        "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now * 1000),
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": request,
        "isBase64Encoded": False,
    }
    if body:
        try:
            event["body"] = body.decode()
        except UnicodeDecodeError:
            event |= {"body": b64encode(body).decode(), "isBase64Encoded": True}
    return event


def main(told: str) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        port = _port(told)
        bench = Workbench()
        link = sessions.link(bench.running.name, bench.running.person, f"http://127.0.0.1:{port}")
        print(_said(port, link), flush=True)
        with tempfile.TemporaryDirectory() as folder:
            if docker.answers():
                return docker.api(bench, port, Path(folder))
            return _serve(bench, port, Path(folder))
    except KeyboardInterrupt:
        return 0
    except problems.EXPECTED as error:
        print(f"make start-api: {problems.line(error)}", file=sys.stderr)
        return 1


def _serve(bench: Workbench, port: int, folder: Path) -> int:
    with ExitStack() as stack:
        names = ("Ingest", "Console", "Signin", "Connect")
        started = {name: stack.enter_context(bench.environment(name, folder)) for name in names}
        turns = {name: Lock() for name in names}  # one environment has one call at a time

        def invoke(name: str, event: Any) -> Any:
            with turns[name]:
                return started[name].invoke(event)

        with Server(port, invoke) as server:
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                print(flush=True)
    return 0


def _port(told: str) -> int:
    if told and not (told.isascii() and told.isdigit() and FIRST <= int(told) <= LAST):
        raise CommandError(f"PORT={told} is no port: give a number from {FIRST} to {LAST}")
    port = int(told or PORT)
    if port_is_open(port):
        raise CommandError(f"port {port} is busy: make start-api PORT={port + 1}")
    return port


def _said(port: int, link: str) -> str:
    url, token = f"http://127.0.0.1:{port}", link.rpartition("session=")[2]
    message = f'{{"id":"{uuid4()}","text":"/help"}}'
    return f"""
The API of what is built answers at {url}; tools and answers are the stack's. Ctrl-C stops it.
The chat page:
  {link}
A message, as the page sends it (each has an id of its own):
  curl {url}/webhook/web/main -d '{message}' -H 'content-type: application/json' \\
    -H 'authorization: Bearer {token}'
"""


if __name__ == "__main__":
    sys.exit(main(os.environ.get("PORT", "")))
