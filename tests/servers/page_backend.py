"""A small HTTP double of what serves the chat page: the same contract, and able to misbehave."""

import base64
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from functions.approve import messages
from functions.console.page import whole
from switchboard import control
from tests.kit import build
from tests.servers.page_handlers import Handler, Storage

PREFIX = "/_aws/execute-api/abc123"
NO_SESSION = {"statusCode": 401, "headers": {}, "cookies": [], "body": "{}"}
TOOLS = json.loads(Path(__file__).with_name("page_tools.json").read_text(encoding="utf-8"))


def token_for(subject: str = "ana", **claims: Any) -> str:
    """A token as the page sees it: the page reads the subject and leaves the verifying to us."""

    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'sub': subject, **claims})}.c2lnbmVk"


@dataclass
class Trouble:
    """What goes wrong with one request: a status, a lost connection, or nothing but a delay."""

    status: int = 0
    message: str = ""
    lost: bool = False
    handled: bool = False  # the connection is lost after the request was carried out
    gate: threading.Event | None = None  # wait for it before anything else
    headers: dict[str, str] = field(default_factory=dict)


class Backend:
    def __init__(self) -> None:
        self.token = token_for()
        self.accepts: Callable[[str], bool] = lambda token: token == self.token
        self.signin: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: NO_SESSION
        """What answers below `/signin`, as the HTTP API calls it."""
        self.received: list[dict[str, Any]] = []  # messages, each id once
        self.signins: list[str] = []  # the path of every request below /signin
        self.attempts: list[str] = []  # the id of every attempt to send
        self.uploads: list[dict[str, Any]] = []
        self.stored: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.mailbox: list[tuple[str, dict[str, Any]]] = []  # what was "said", and "messages"
        self.page_size = 50
        self.tools: dict[str, Any] = TOOLS
        self.me: dict[str, Any] = {"name": "Ana", "role": "member", "timezone": "Europe/Berlin"}
        self.me |= {"stopped": False, "everywhere": False, "calls": [], "more": 0}
        self.keeps_words = True  # as the release before this one did not
        self.polls: list[str] = []  # the cursor of every poll
        self.locales: list[str] = []
        self.trouble: defaultdict[str, deque[Trouble]] = defaultdict(deque)
        self.reply: Callable[[dict[str, Any]], str | None] = lambda message: message["text"]
        self.upload_headers: dict[str, str] | None = None  # instead of the usual ones
        self.storage_gate = threading.Event()
        self.storage_gate.set()
        self.storage_status = 200
        self._happened = threading.Condition()
        self._servers = [
            ThreadingHTTPServer(("127.0.0.1", 0), self._handler(kind)) for kind in (Page, Storage)
        ]

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.02,)) for server in self._servers
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.storage_gate.set()
        for troubles in self.trouble.values():
            for trouble in troubles:
                if trouble.gate:
                    trouble.gate.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._servers[0].server_port}{PREFIX}/chat/"

    @property
    def link(self) -> str:
        return f"{self.url}#session={self.token}"

    @property
    def storage(self) -> str:
        return f"http://127.0.0.1:{self._servers[1].server_port}"

    def fail(self, route: str, **trouble: Any) -> Trouble:
        """Let the next request of a route (messages, tools, uploads, webhook) go wrong."""
        self.trouble[route].append(Trouble(**trouble))
        return self.trouble[route][-1]

    def answer(self, text: str, to: str | None = None, **more: Any) -> dict[str, Any]:
        entry = {
            "id": str(uuid.uuid4()),
            "in_reply_to": to,
            "text": text,
            "error": False,
            "files": [],
            "at": int(time.time()),
            **more,
        }
        with self._happened:
            self.mailbox.append(("messages", entry))
        return entry

    def take(self, message: dict[str, Any]) -> None:
        """Carry a message out once, however often it arrives."""
        with self._happened:
            if any(known["id"] == message["id"] for known in self.received):
                return
            self.received.append(message)
            if self.keeps_words:
                said = {name: message[name] for name in ("id", "text", "attachments")}
                if control.is_guarded(said["text"]):
                    said["text"] = messages.read(build.envelope(said["text"]), 0).envelope.text
                self.mailbox.append(("said", said | {"at": time.time()}))
        text = self.reply(message)
        if text is not None:
            self.answer(text, to=message["id"])

    def note(self, record: list[Any], entry: Any) -> None:
        with self._happened:
            record.append(entry)
            self._happened.notify_all()

    def wait_until(self, happened: Callable[[], object]) -> None:
        """Block until a request has made this true."""
        with self._happened:
            assert self._happened.wait_for(happened, timeout=15)

    def _handler(self, kind: type[Handler]) -> type[Handler]:
        return type(kind.__name__, (kind,), {"backend": self})


class Page(Handler):
    def do_GET(self) -> None:  # noqa: N802  as the base class calls it
        url = urlsplit(self.path)
        path = url.path.removeprefix(f"{PREFIX}/chat/")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if "/signin/" in url.path:
            self.guarded_signin(url.path.removeprefix(PREFIX), "")
        elif path == "api/messages":
            self.backend.note(self.backend.polls, query.get("after", ""))
            self.guarded("messages", lambda: self.messages(int(query.get("after") or 0)))
        elif path == "api/tools":
            self.backend.note(self.backend.locales, query["locale"])
            tools = self.backend.tools[query["locale"]]
            self.guarded("tools", lambda: self.send_json(200, {"tools": tools}))
        elif path == "api/me":
            self.guarded("me", lambda: self.send_json(200, self.backend.me))
        else:
            self.asset(path or "index.html")

    def do_POST(self) -> None:  # noqa: N802
        raw, path = self.body(), self.path.removeprefix(PREFIX)
        if path.startswith("/signin/"):
            self.backend.note(self.backend.signins, path)
            self.guarded_signin(path, raw.decode())
            return
        body = json.loads(raw)
        if path == "/chat/api/uploads":
            self.guarded("uploads", lambda: self.upload(body))
        elif path == "/webhook/web/main":
            self.backend.note(self.backend.attempts, body["id"])
            self.guarded("webhook", lambda: self.webhook(body))
        else:
            self.send_error(404)

    def guarded(self, route: str, act: Callable[[], None]) -> None:
        """Carry out a request, unless a test wants it to go wrong or the session is not ours."""
        trouble = (
            self.backend.trouble[route].popleft() if self.backend.trouble[route] else Trouble()
        )
        if trouble.gate:
            trouble.gate.wait()
        if trouble.lost:
            if trouble.handled:
                self.send = lambda *_, **__: None
                act()
            self.close_connection = True
        elif trouble.status:
            error = {"code": "trouble", "message": trouble.message}
            self.send_json(trouble.status, {"error": error}, **trouble.headers)
        elif not self.backend.accepts(self.headers["Authorization"].removeprefix("Bearer ")):
            self.send_json(401, {"error": {"code": "unauthenticated", "message": ""}})
        else:
            act()

    def asset(self, path: str) -> None:
        if path != "index.html":
            self.send_error(404)
            return
        found = whole()
        policy = (
            f"default-src 'none'; script-src {' '.join(found.scripts)}; "
            f"style-src {' '.join(found.styles)}; img-src 'self' blob: data:; "
            "connect-src 'self' https: http://127.0.0.1:*; form-action 'none'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        kind = "text/html; charset=utf-8"
        self.send(200, found.html.encode(), kind, Content_Security_Policy=policy)

    def messages(self, after: int) -> None:
        found = self.backend.mailbox[after : after + self.backend.page_size]
        read = after + len(found)
        page: dict[str, Any] = {"cursor": str(read or ""), "messages": [], "said": []}
        for side, entry in found:
            page[side].append(entry)
        self.send_json(200, page)

    def upload(self, wanted: dict[str, Any]) -> None:
        key = f"uploads/{uuid.uuid4()}"
        self.backend.note(self.backend.uploads, wanted)
        usual = {"Content-Type": wanted["media_type"], "x-amz-meta-subject": "ana"}
        headers = self.backend.upload_headers or usual
        url = f"{self.backend.storage}/{key}?signature=1"
        self.send_json(200, {"key": key, "url": url, "headers": headers})

    def webhook(self, message: dict[str, Any]) -> None:
        self.backend.take(message)
        self.send_json(200, {"ok": True})
