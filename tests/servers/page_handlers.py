"""How the double of the page's server answers at all, and the bucket beside it."""

import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.servers.page_backend import Backend

CHUNK = 64 * 1024


class Handler(BaseHTTPRequestHandler):
    backend: "Backend"

    def log_message(self, *_: object) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def send(self, status: int, body: bytes, media_type: str, **headers: str) -> None:
        # The browser may have gone by now, as when a test has seen enough.
        with suppress(ConnectionError):
            self.send_response(status)
            usual = {"Content_Type": media_type, "Content_Length": len(body)}
            for name, value in ({"Cache_Control": "no-store"} | usual | headers).items():
                self.send_header(name.replace("_", "-"), str(value))
            self.end_headers()
            self.wfile.write(body)

    def send_json(self, status: int, content: Any, **headers: str) -> None:
        self.send(status, json.dumps(content).encode(), "application/json", **headers)

    def guarded_signin(self, path: str, body: str) -> None:
        """What a test lets answer, with the cookies that the browser keeps for it."""
        trouble = self.backend.trouble["signin"]
        if trouble and trouble.popleft().lost:
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = {
            "rawPath": path,
            "headers": headers,
            "requestContext": {"http": {"method": self.command, "sourceIp": "127.0.0.1"}},
            "body": body,
        }
        answer = self.backend.signin(event)
        with suppress(ConnectionError):
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            for cookie in answer["cookies"]:
                self.send_header("set-cookie", cookie)
            text = answer["body"].encode()
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)


class Storage(Handler):
    """Another origin, as a bucket is: the browser asks first whether the page may upload."""

    def do_OPTIONS(self) -> None:
        self.send(
            200,
            b"",
            "text/plain",
            Access_Control_Allow_Origin="*",
            Access_Control_Allow_Methods="PUT",
            Access_Control_Allow_Headers="content-type,x-amz-meta-subject",
        )

    def do_PUT(self) -> None:
        missing = int(self.headers["Content-Length"])
        body = bytearray()
        while missing:
            # A closed gate keeps the upload half done for as long as a test looks at it.
            if body:
                self.backend.storage_gate.wait()
            chunk = self.rfile.read(min(CHUNK, missing))
            if not chunk:
                return
            body += chunk
            missing -= len(chunk)
        key = urlsplit(self.path).path.removeprefix("/")
        self.backend.stored[key] = (bytes(body), dict(self.headers))
        self.send(self.backend.storage_status, b"", "text/plain", Access_Control_Allow_Origin="*")
