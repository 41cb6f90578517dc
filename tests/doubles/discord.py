"""A double of Discord's follow-ups to interactions. Source: discord.com/developers."""

import json
import re
from typing import Any
from urllib.parse import quote

from tests.doubles import forms
from tests.doubles.server import Answer, Double, Message, Request

PATH = re.compile(r"/webhooks/([^/?]+)/([^/?]+)(/messages/@original)?(?:\?.*)?")
MAX_TEXT = 2_000
MAX_FILE = 10 * 2**20
AGENT = re.compile(r"DiscordBot \(\S+, \S+\)")


class DiscordDouble(Double):
    """One app whose commands some people have used."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        """What the app has shared, by name."""
        self._hosted: dict[str, bytes] = {}
        self._open: dict[str, bool] = {}
        """By token: whether "thinking…" is still shown."""

    def defer(self, token: str) -> str:
        """An interaction has been answered with type 5."""
        self._open[token] = True
        return token

    def expire(self, token: str) -> None:
        """Its fifteen minutes are over."""
        del self._open[token]

    def host(self, name: str, content: bytes) -> str:
        """Somebody attaches a file; its `url`."""
        path = f"/files/{quote(name)}"
        self._hosted[path] = content
        return f"{self.url}{path}"

    def is_send(self, request: Request) -> bool:
        return request.method != "GET"

    def respond(self, request: Request) -> Answer:
        if request.method == "GET":
            hosted = self._hosted.get(request.path)
            return _error(404, 0, "404: Not Found") if hosted is None else Answer(hosted)
        if not AGENT.fullmatch(request.headers.get("user-agent", "")):
            return _error(403, 40333, "internal network error")
        found = PATH.fullmatch(request.path)
        if found is None:
            return _error(404, 0, "404: Not Found")
        if found[2] not in self._open:
            return _error(401, 50027, "Invalid Webhook Token")
        if request.method != ("PATCH" if found[3] else "POST"):
            return _error(405, 0, "405: Method Not Allowed")
        return self._post(found[2], request)

    def limited(self) -> Answer:
        body = {"message": "You are being rate limited.", "retry_after": self.retry_after + 0.25}
        return Answer({**body, "global": False}, 429, self.wait)

    def _post(self, token: str, request: Request) -> Answer:
        form = forms.read(request)
        files = tuple(form.files.values())
        told = form.fields.get("payload_json")
        given: dict[str, Any] = json.loads(told) if told else request.json()
        text = str(given.get("content", ""))
        if not (text.strip() or files):
            return _error(400, 50006, "Cannot send an empty message")
        if len(text) > MAX_TEXT:
            return _error(400, 50035, "Invalid Form Body")
        if any(len(file.content) > MAX_FILE for file in files):
            return _error(413, 40005, "Request entity too large")
        with self.lock:
            first, self._open[token] = self._open[token], False
            self.files.update({file.name: file.content for file in files})
            made = str(next(self._ids))
        target = "@original" if first else ""
        names = tuple(file.name for file in files)
        self.post(Message(token, target, text, request.at, id=made, files=names))
        return Answer({"id": made, "content": text, "flags": given.get("flags", 0)})


def _error(status: int, code: int, message: str) -> Answer:
    return Answer({"message": message, "code": code}, status)
