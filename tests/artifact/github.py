"""Just enough of GitHub for the events: one repository with one issue, and one more on request."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

REPOSITORY = "/repos/octocat/Hello-World"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == REPOSITORY:
            self._answer(200, self._repository())
        elif path == f"{REPOSITORY}/issues":
            self._answer(200, [self._issue(1347, "Found a bug")])
        else:
            self._answer(404, {"message": "Not Found"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(201, self._issue(1348, asked["title"]))

    def _answer(self, status: int, found: Any) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _repository(self) -> dict[str, Any]:
        return {
            "id": 1296269,
            "name": "Hello-World",
            "full_name": "octocat/Hello-World",
            "url": f"http://{self.headers['host']}{REPOSITORY}",
            "html_url": "https://github.com/octocat/Hello-World",
            "description": "This your first repo!",
            "default_branch": "master",
            "private": False,
            "archived": False,
            "stargazers_count": 80,
            "open_issues_count": 1,
        }

    def _issue(self, number: int, title: str) -> dict[str, Any]:
        return {
            "number": number,
            "title": title,
            "state": "open",
            "comments": 0,
            "url": f"http://{self.headers['host']}{REPOSITORY}/issues/{number}",
            "html_url": f"https://github.com/octocat/Hello-World/issues/{number}",
            "user": {"login": "octocat"},
            "labels": [{"name": "bug"}],
            "created_at": "2026-09-21T13:33:20Z",
        }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Nothing is logged."""


@contextmanager
def github() -> Iterator[str]:
    """Its address, while it runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
