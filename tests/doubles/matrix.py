"""A double of a homeserver's client API, as an application service uses it.

Source: spec.matrix.org, client-server API, v1.11.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.doubles.server import Answer, Double, Message, Request

SEND = re.compile(r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([^/]+)")
JOIN = re.compile(r"/_matrix/client/v3/join/([^/]+)")
UPLOAD = "/_matrix/media/v3/upload"
DOWNLOAD = re.compile(r"/_matrix/client/v1/media/download/([^/]+)/([^/]+)")
MAX_EVENT = 65_536
OVERHEAD = 1_000
"""Bytes that the server adds: ids, hashes, signatures."""
KINDS = {"m.text", "m.notice", "m.file", "m.image", "m.audio", "m.video"}


class MatrixDouble(Double):
    """One homeserver, example.org, with one bot in some rooms."""

    def __init__(self, as_token: str = "as-token-double") -> None:
        super().__init__()
        self.as_token = as_token
        self.contents: list[dict[str, Any]] = []
        """What was in the messages, in their order."""
        self.media: dict[str, tuple[str, bytes]] = {}
        """What was uploaded: media types and contents by mxc address."""
        self._events: dict[str, set[str]] = {}
        self._invited: set[str] = set()
        self._sent: dict[tuple[str, str], str] = {}

    def write(self, room: str, event: str = "") -> str:
        """Somebody writes in a room, which the bot is in; the event's id."""
        with self.lock:
            event = event or f"$event{next(self._ids)}"
            self._events.setdefault(room, set()).add(event)
        return event

    def invite(self, room: str) -> None:
        """Somebody invites the bot."""
        with self.lock:
            self._invited.add(room)

    def keep(self, media_type: str, content: bytes) -> str:
        """Somebody uploads a file; its mxc address."""
        with self.lock:
            url = f"mxc://example.org/media{next(self._ids)}"
            self.media[url] = (media_type, content)
        return url

    def is_send(self, request: Request) -> bool:
        return SEND.fullmatch(urlsplit(request.path).path) is not None

    def respond(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if request.bearer != self.as_token:
            code = "M_UNKNOWN_TOKEN" if request.bearer else "M_MISSING_TOKEN"
            return _error(401, code)
        if path == "/_matrix/client/v3/account/whoami":
            return Answer({"user_id": "@switchboard:example.org"})
        if request.method == "PUT" and (found := SEND.fullmatch(path)):
            room, transaction = map(unquote, found.groups())
            return self._wrong(room, request) or self._send(room, transaction, request)
        if request.method == "POST" and (found := JOIN.fullmatch(path)):
            return self._join(unquote(found[1]))
        if request.method == "POST" and path == UPLOAD:
            return self._upload(request)
        if request.method == "GET" and (found := DOWNLOAD.fullmatch(path)):
            return self._download(f"mxc://{found[1]}/{found[2]}")
        return _error(404, "M_UNRECOGNIZED")

    def limited(self) -> Answer:
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
        return Answer({**body, "retry_after_ms": self.retry_after * 1000}, 429)

    def _wrong(self, room: str, request: Request) -> Answer | None:
        content = request.json()
        if room not in self._events or room in self.left:
            return _error(403, "M_FORBIDDEN")
        if len(request.body) > MAX_EVENT - OVERHEAD:
            return _error(413, "M_TOO_LARGE")
        if not isinstance(content.get("body"), str) or content.get("msgtype") not in KINDS:
            return _error(400, "M_BAD_JSON")
        if content["msgtype"] not in {"m.text", "m.notice"} and content["url"] not in self.media:
            return _error(400, "M_INVALID_PARAM")
        relation = content.get("m.relates_to", {})
        answered = relation.get("m.in_reply_to", {}).get("event_id")
        if {relation.get("event_id"), answered} - {None} - self._events[room]:
            return _error(400, "M_UNKNOWN")
        return None

    def _send(self, room: str, transaction: str, request: Request) -> Answer:
        content = request.json()
        relation = content.get("m.relates_to", {})
        target = relation.get("event_id") or relation.get("m.in_reply_to", {}).get("event_id", "")
        with self.lock:
            made = self._sent.get((room, transaction))
        if made is None:
            made = self.write(room)
            self._sent[room, transaction] = made
            self.contents.append(content)
            key = {"id": made, "key": transaction}
            self.post(Message(room, target, content["body"], request.at, **key))
        return Answer({"event_id": made})

    def _join(self, room: str) -> Answer:
        with self.lock:
            if room in self._invited:
                self._events.setdefault(room, set())
            known = room in self._events and room not in self.left
        return Answer({"room_id": room}) if known else _error(403, "M_FORBIDDEN")

    def _upload(self, request: Request) -> Answer:
        query = dict(parse_qsl(urlsplit(request.path).query))
        if "filename" not in query:
            return _error(400, "M_MISSING_PARAM")
        return Answer({"content_uri": self.keep(request.headers["content-type"], request.body)})

    def _download(self, url: str) -> Answer:
        if url not in self.media:
            return _error(404, "M_NOT_FOUND")
        media_type, content = self.media[url]
        return Answer(content, headers={"content-type": media_type})


def _error(status: int, code: str) -> Answer:
    return Answer({"errcode": code, "error": "as the code says"}, status)
