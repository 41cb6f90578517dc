"""A small GitHub that remembers, and misbehaves as the real one does when it is told to.

All it is asked and all it answers is checked against GitHub's own description.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.kit import servers
from tests.kit.servers import Server, Told, running
from tests.servers.github_contract import Asked, Contract
from tests.servers.github_memory import NOT_FOUND, OWN, ROUTES, Memory

Json = dict[str, Any]
OLD = "/repos/octocat/old-name"
"""What the repository was called before it was renamed."""
ID = "/repositories/1296269"
ELSEWHERE = "/repositories/999"
"""Where issues are transferred to."""


@dataclass(frozen=True)
class Fault:
    """A reply instead of the right one, before or after the effect; or none at all."""

    status: int = 502
    body: Json | str = "<html>Bad gateway</html>"
    headers: Mapping[str, str] = field(default_factory=dict)
    effect: bool = False
    drop: bool = False


def told(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Told:
    text = body if isinstance(body, str) else json.dumps(body)
    return Told(status, text.encode(), dict(headers or {}))


class Double:
    def __init__(self, url: str, description: Json) -> None:
        self.url = url
        self.token = ""
        """The only token that is let in; without one, everybody is."""
        self.asked: list[Asked] = []
        self.transferred: set[str] = set()
        """Numbers of issues that are in another repository now, where they have the same."""
        self.contract = Contract(description)
        self.memory = Memory(url, description["components"]["examples"])
        self._faults: list[tuple[str, Fault]] = []

    def break_next(self, method: str, fault: Fault) -> None:
        """This comes of the next request with the method, once."""
        self._faults.append((method, fault))

    def answer(self, asked: Asked) -> Told:
        self.asked.append(asked)
        waiting = next((one for one in self._faults if one[0] == asked.method), None)
        if waiting is None:
            return self._right_answer(asked)
        self._faults.remove(waiting)
        fault = waiting[1]
        if fault.effect:
            self._right_answer(asked)
        return replace(told(fault.status, fault.body, fault.headers), drop=fault.drop)

    def _right_answer(self, asked: Asked) -> Told:
        shown = asked.headers.get("authorization", "")
        if self.token and shown != f"token {self.token}":
            message = "Bad credentials" if shown else "Requires authentication"
            return told(401, {"message": message})
        if asked.path.startswith(OLD):
            return self._sent_on(asked, asked.path.replace(OLD, ID))
        if asked.path.rpartition("/")[2] in self.transferred and asked.path.startswith(OWN):
            return self._sent_on(asked, asked.path.replace(OWN, ELSEWHERE))
        path = asked.path.replace(ID, OWN, 1).replace(ELSEWHERE, OWN, 1)
        for (method, template), answer in ROUTES.items():
            found = re.fullmatch(_pattern(template), path)
            if method == asked.method and found:
                request = replace(asked, found=found.groups())
                self.contract.check_request(template, request)
                status, body = answer(self.memory, request)
                self.contract.check_reply(template, request, status, body)
                if asked.path.startswith(ELSEWHERE):
                    body = json.loads(json.dumps(body).replace("Hello-World", "Another"))
                return self._page(asked, body) if "per_page" in asked.query else told(status, body)
        return told(*NOT_FOUND)

    def _sent_on(self, asked: Asked, path: str) -> Told:
        """A write is sent on with 307, and PyGithub takes that for success."""
        query = f"?{urlencode(asked.query)}" if asked.query else ""
        place = self.url + path + query
        status = 301 if asked.method == "GET" else 307
        return told(status, {"message": "Moved Permanently", "url": place}, {"location": place})

    def _page(self, asked: Asked, body: Any) -> Told:
        if not isinstance(body, list):
            return told(200, body)
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        following = urlencode({**asked.query, "page": page + 1})
        link = {"link": f'<{self.url}{asked.path}?{following}>; rel="next"'}
        more = len(body) > size * page
        return told(200, body[size * (page - 1) : size * page], link if more else {})


def _pattern(template: str) -> str:
    """A path may have slashes in it; the names of the repository are always the same."""
    own = template.replace("/repos/{owner}/{repo}", OWN).replace("{path}", "(.*)")
    return re.sub(r"\{\w+\}", r"(\\d+)", own)


class _Github(Server):
    def __init__(self, description: Json) -> None:
        super().__init__()
        self.double = Double(self.url, description)

    def answer(self, asked: servers.Asked) -> Told:
        parts = urlsplit(asked.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = json.loads(asked.body) if asked.body else None
        request = Asked(asked.method, unquote(parts.path), query, body, asked.headers)
        return self.double.answer(request)


@contextmanager
def serving(description: Json) -> Iterator[Double]:
    """A double on a free local port until the end of the block."""
    server = _Github(description)
    with running(server):
        yield server.double
