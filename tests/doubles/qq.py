"""A double of QQ's open platform: tokens, passive answers, files. Source: bot.q.qq.com."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tests.doubles.server import Answer, Double, Message, Request

PATH = re.compile(r"/v2/((users|groups)/[^/]+)/(messages|files)")
WINDOWS = {"users": 3600, "groups": 300}
MAX_ANSWERS = 5


class QqDouble(Double):
    """One bot with some people and groups."""

    def __init__(
        self,
        app_id: str = "11111111",
        bot_secret: str = "DG5g3B4j9X2KOErG",
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.app_id, self.bot_secret = app_id, bot_secret
        self.token = "example-access-token"
        self.uploads: list[dict[str, Any]] = []
        """What the bot had fetched, to show it."""
        self.refused_types: set[int] = set()
        """Kinds of files that the bot may not send."""
        self._hosted: dict[str, bytes] = {}
        self._clock = clock
        self._written: dict[str, tuple[str, float]] = {}
        self._sequences: dict[str, set[int]] = defaultdict(set)

    def write(self, chat: str, message: str = "") -> str:
        """Somebody writes in `users/…` or `groups/…`; the message's id."""
        with self.lock:
            made = message or f"ROBOT1.0_{next(self._ids)}"
            self._written[made] = (chat, self._clock())
        return made

    def host(self, name: str, content: bytes) -> str:
        """Somebody attaches a file; its `url`."""
        path = f"/files/{quote(name)}"
        self._hosted[path] = content
        return f"{self.url}{path}"

    def is_send(self, request: Request) -> bool:
        return request.path.endswith("/messages")

    def respond(self, request: Request) -> Answer:
        if request.method == "GET":
            hosted = self._hosted.get(request.path)
            return _error(404, 404) if hosted is None else Answer(hosted)
        if request.path == "/app/getAppAccessToken":
            given = request.json()
            if (given.get("appId"), given.get("clientSecret")) != (self.app_id, self.bot_secret):
                return Answer({"code": 100016, "message": "invalid appid or secret"})
            return Answer({"access_token": self.token, "expires_in": "7200"})
        found = PATH.fullmatch(request.path)
        if found is None:
            return _error(404, 404)
        if request.headers.get("authorization") != f"QQBot {self.token}":
            return _error(401, 11243)
        if found[3] == "files":
            return self._upload(request.json())
        return self._send(found[1], found[2], request)

    def limited(self) -> Answer:
        return Answer({"code": 22009, "message": "msg limit exceed"}, 429, self.wait)

    def _upload(self, given: dict[str, Any]) -> Answer:
        if given.get("file_type") not in {1, 2, 3, 4} or given.get("srv_send_msg") is not False:
            return _error(400, 12002)
        if not str(given.get("url", "")).startswith("http"):
            return _error(400, 304021)
        if given["file_type"] in self.refused_types:
            return _error(400, 12002)
        with self.lock:
            self.uploads.append(given)
            number = len(self.uploads)
        return Answer({"file_uuid": f"u{number}", "file_info": f"info-{number}", "ttl": 3600})

    def _send(self, chat: str, kind: str, request: Request) -> Answer:
        given = request.json()
        answered, sequence = str(given.get("msg_id", "")), given.get("msg_seq", 1)
        media = given.get("media", {}).get("file_info", "")
        if not (str(given.get("content", "")).strip() or media):
            return _error(400, 50006)
        if not answered:
            return _error(400, 40034102)
        where, at = self._written.get(answered, ("", 0.0))
        with self.lock:
            used = self._sequences[answered]
            if where != chat or len(used) >= MAX_ANSWERS:
                return _error(400, 40034024)
            if self._clock() > at + WINDOWS[kind]:
                return _error(400, 304027)
            if sequence in used:
                return _error(400, 40054005)
            used.add(sequence)
            made = str(next(self._ids))
        files = (self._name_of(media),) if media else ()
        self.post(
            Message(
                chat,
                answered,
                str(given["content"]).strip(),
                request.at,
                id=made,
                key=str(sequence),
                files=files,
            )
        )
        return Answer({"id": made, "timestamp": int(self._clock())})

    def _name_of(self, media: str) -> str:
        """The last step of the path that the file was fetched from."""
        upload = self.uploads[int(media.removeprefix("info-")) - 1]
        return unquote(urlsplit(upload["url"]).path.rpartition("/")[2])


def _error(status: int, code: int) -> Answer:
    return Answer({"code": code, "err_code": code, "message": "refused", "trace_id": "t"}, status)
