"""The other side: answers that a case lists, and what was asked."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from msgspec import json

from tests.cases.matching import strings
from tests.cases.reading import ANSWER, refuse
from tests.doubles import forms
from tests.doubles.server import Answer, Request
from tests.kit.servers import Asked, Server, Told


class Answers:
    """A list of answers, given by the first that fits and is not used up."""

    def __init__(self, found: list[dict[str, Any]], server: str) -> None:
        text = json.encode(found).decode().replace("{server}", server)
        self._left: list[dict[str, Any]] = json.decode(text)
        for one in self._left:
            refuse(one, ANSWER)
        self.requests: list[dict[str, Any]] = []

    def to(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Told | None:
        """What is answered to a request; None: nothing is listed for it."""
        self.requests.append(_seen(method, path, headers, body))
        for one in self._left:
            fits = path.partition("?")[0].endswith(one["path"])
            if fits and method == one["method"] and one.get("times", 1) > 0:
                if "times" in one:
                    one["times"] -= 1
                return _told(one)
        return None


class Github(Server):
    """Answers as the list says, and else with 404."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        super().__init__()
        self.answers = Answers(found, self.url)

    def answer(self, asked: Asked) -> Told:
        told = self.answers.to(asked.method, asked.path, asked.headers, asked.body)
        return told or _told({"status": 404, "body": {"message": "Not Found"}})


def overlaid(double: Any, found: list[dict[str, Any]]) -> Answers:
    """Let a platform's double answer as the list says, and else as on success in any chat."""
    answers, usual = Answers(found, double.url), double.answer

    def answer(request: Request) -> Answer | None:
        told = answers.to(request.method, request.path, request.headers, request.body)
        if told:
            return Answer(told.body, told.status, told.headers)
        chat = request.json().get("chat_id")
        if isinstance(chat, int):  # Telegram's: the only platform that moves a chat to another id
            double.write(chat)
        return usual(request)

    double.answer = answer
    return answers


def _told(one: Mapping[str, Any]) -> Told:
    body = one.get("body", "")
    text, kind = (body, "text/html") if isinstance(body, str) else (None, "application/json")
    content = text.encode() if text is not None else json.encode(body)
    return Told(one["status"], content, {"content-type": kind, **one.get("headers", {})})


def _seen(method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    try:
        found = json.decode(body) if body else {}
    except ValueError:
        form = forms.read(Request(path, headers, body, 0.0)).fields
        found = form or dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    # Asked for with and without its query, a path is the same.
    return {
        "method": method,
        "path": [path, path.partition("?")[0]],
        "json": found,
        "strings": "\n".join(strings(found)),
    }
