"""A double of WhatsApp's Cloud API: messages and media. Source: developers.facebook.com."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from tests.doubles import forms
from tests.doubles.forms import File
from tests.doubles.server import Answer, Double, Message, Request

MAX_TEXT = 4_096
DAY = 24 * 3600
SENDING = re.compile(r"/(\d+)/messages")
UPLOADING = re.compile(r"/(\d+)/media")
KINDS = {"image", "audio", "video", "document"}


class WhatsappDouble(Double):
    """One business number and those who have written to it."""

    def __init__(
        self, access_token: str = "example-access-token", clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self.access_token = access_token
        self.files: dict[str, bytes] = {}
        """What the number has shared, by name."""
        self.url_of_media = ""
        """Where all media are said to be, when it is not here."""
        self._media: dict[str, File] = {}
        """By id: what people have sent, and what has been uploaded."""
        self._clock = clock
        self._written: dict[str, float] = {}

    def write(self, person: str) -> str:
        """Somebody writes to the number; the message's id."""
        with self.lock:
            self._written[person] = self._clock()
            return f"wamid.{next(self._ids)}"

    def host(self, name: str, media_type: str, content: bytes) -> str:
        """Somebody sends a file; its media id, which is its name."""
        self._media[name] = File(name, media_type, content)
        return name

    def is_send(self, request: Request) -> bool:
        return bool(SENDING.fullmatch(request.path))

    def respond(self, request: Request) -> Answer:
        if request.bearer != self.access_token:
            return _error(401, 190)
        if request.method == "GET":
            return self._fetched(request.path)
        if UPLOADING.fullmatch(request.path):
            return self._upload(request)
        number = SENDING.fullmatch(request.path)
        return self._send(number[1], request) if number else _error(400, 100)

    def limited(self) -> Answer:
        return _error(400, 131056)

    def _fetched(self, path: str) -> Answer:
        if path == "/me?fields=id":
            return Answer({"id": "102290129340398"})
        name = unquote(path.rpartition("/")[2])
        file = self._media.get(name)
        if file is None:
            return _error(404, 100)
        if path.startswith("/media/"):
            return Answer(file.content, headers={"content-type": file.media_type})
        size = len(file.content)
        about = {"id": name, "mime_type": file.media_type, "file_size": size}
        return Answer({**about, "url": self.url_of_media or f"{self.url}/media/{quote(name)}"})

    def _upload(self, request: Request) -> Answer:
        form = forms.read(request)
        file, told = form.files.get("file"), form.fields
        if not (file and told.get("type") and told.get("messaging_product") == "whatsapp"):
            return _error(400, 100)
        with self.lock:
            made = str(9000 + next(self._ids))
            self._media[made] = file
        return Answer({"id": made})

    def _send(self, number: str, request: Request) -> Answer:
        given = request.json()
        to, text, file = (
            str(given.get("to") or given.get("recipient", "")),
            _text(given),
            self._file(given),
        )
        if given.get("messaging_product") != "whatsapp" or not (text or file):
            return _error(400, 100)
        if len(text) > MAX_TEXT:
            return _error(400, 100)
        if self._clock() > self._written.get(to, 0.0) + DAY:
            return _error(400, 131047)
        made = f"wamid.{next(self._ids)}"
        target = str(given.get("context", {}).get("message_id", ""))
        files = (file.name,) if file else ()
        if file:
            self.files[file.name] = file.content
        self.post(Message(f"{number}:{to}", target, text, request.at, id=made, files=files))
        return Answer({"messaging_product": "whatsapp", "messages": [{"id": made}]})

    def _file(self, given: dict[str, Any]) -> File | None:
        kind = given.get("type")
        return self._media.get(given.get(kind, {}).get("id", "")) if kind in KINDS else None


def _text(given: dict[str, Any]) -> str:
    return str(given.get("text", {}).get("body", "")) if given.get("type") == "text" else ""


def _error(status: int, code: int) -> Answer:
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code}
    return Answer({"error": {**error, "fbtrace_id": "t"}}, status)
