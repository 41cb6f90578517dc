"""Whoever opens a link to our pages: a browser without scripts, as its requests come to Lambda."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

HOST = "switchboard.test"
LINK = re.compile(r"https://switchboard\.test/connect/link#([0-9a-f]{64})")
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


class Visitor:
    """Sends requests to a handler, and keeps its cookies."""

    def __init__(self, handler: Callable[[Any, Any], Any], **headers: str) -> None:
        self._handler = handler
        self.headers = {"host": HOST, "sec-fetch-site": "same-origin", **headers}
        self.cookies: dict[str, str] = {}

    def get(self, path: str, query: str = "") -> dict[str, Any]:
        return self._ask("GET", path, query, None)

    def post(self, path: str, **fields: str) -> dict[str, Any]:
        """A form, as API Gateway hands it on."""
        return self._ask("POST", path, "", urlencode(fields))

    def follow(self, url: str) -> dict[str, Any]:
        """Go to one of our addresses, as from a link of another site."""
        parts = urlsplit(url)
        return self.get(parts.path, parts.query)

    def _ask(self, method: str, path: str, query: str, body: str | None) -> dict[str, Any]:
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": self.headers,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "requestContext": {"http": {"method": method, "path": path}},
            "isBase64Encoded": body is not None,
        }
        if body is not None:
            event["body"] = b64encode(body.encode()).decode()
        answer: dict[str, Any] = self._handler(event, None)
        if cookie := answer["headers"].get("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def ticket_in(text: str) -> str:
    """The ticket of the link in an answer."""
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


def hidden(answer: Mapping[str, Any]) -> dict[str, str]:
    """What a page's forms send along."""
    return {name: unescape(value) for name, value in HIDDEN.findall(answer["body"])}
