"""A double of WhatsApp's Cloud API: messages and media. Source: developers.facebook.com."""

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from tests.doubles.files import File, fields_of
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
        self.files: dict[str, File] = {}
        """Media by id: what people have sent, and what has been uploaded."""
        self.uploads: list[File] = []
        self.url_of_media = ""
        """Where all media are said to be, when it is not here."""
        self._clock = clock
        self._written: dict[str, float] = {}
        self._ids = itertools.count(1)

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return self.url

    def write(self, person: str) -> str:
        """Somebody writes to the number; the message's id."""
        with self.lock:
            self._written[person] = self._clock()
            return f"wamid.{next(self._ids)}"

    def is_send(self, request: Request) -> bool:
        return bool(SENDING.fullmatch(request.path))

    def respond(self, request: Request) -> Answer:
        if request.bearer != self.access_token:
            return _error(401, 190)
        if request.method == "GET":
            return self._media(request.path)
        if UPLOADING.fullmatch(request.path):
            return self._upload(request)
        number = SENDING.fullmatch(request.path)
        return self._send(number[1], request) if number else _error(400, 100)

    def limited(self) -> Answer:
        return _error(400, 131056)

    def _media(self, path: str) -> Answer:
        name = path.rpartition("/")[2]
        file = self.files.get(name)
        if file is None:
            return _error(404, 100)
        if path.startswith("/media/"):
            return file.answer
        size = len(file.content)
        about = {"id": name, "mime_type": file.media_type, "file_size": size}
        return Answer({**about, "url": self.url_of_media or f"{self.url}/media/{name}"})

    def _upload(self, request: Request) -> Answer:
        fields = fields_of(request)
        file, kind = fields.get("file"), fields.get("type")
        product = fields.get("messaging_product")
        if not (file and kind and product and product.content == b"whatsapp"):
            return _error(400, 100)
        with self.lock:
            self.uploads.append(file)
            made = str(9000 + next(self._ids))
            self.files[made] = file
        return Answer({"id": made})

    def _send(self, number: str, request: Request) -> Answer:
        given = request.json()
        to, text = str(given.get("to", "")), self._shown(given)
        if given.get("messaging_product") != "whatsapp" or not text or len(text) > MAX_TEXT:
            return _error(400, 100)
        if self._clock() > self._written.get(to, 0.0) + DAY:
            return _error(400, 131047)
        made = f"wamid.{next(self._ids)}"
        target = str(given.get("context", {}).get("message_id", ""))
        self.post(Message(f"{number}:{to}", target, text, request.at, id=made))
        return Answer({"messaging_product": "whatsapp", "messages": [{"id": made}]})

    def _shown(self, given: dict[str, Any]) -> str:
        """The words of a text, the name of a file; empty when there is neither."""
        kind = given.get("type")
        if kind == "text":
            return str(given.get("text", {}).get("body", ""))
        file = self.files.get(given.get(kind, {}).get("id", "")) if kind in KINDS else None
        return file.name if file else ""


def _error(status: int, code: int) -> Answer:
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code}
    return Answer({"error": {**error, "fbtrace_id": "t"}}, status)
