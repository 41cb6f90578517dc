"""A double of LINE's pushes and of its messages' content. Source: developers.line.biz."""

import itertools
import re
from typing import Any
from uuid import UUID

from tests.doubles.server import Answer, Double, Message, Request

MAX_UNITS = 5_000
CONTENT = re.compile(r"/v2/bot/message/([^/]+)/content")


class LineDouble(Double):
    """One official account and those who have added it."""

    def __init__(self, channel_token: str = "example-channel-token") -> None:
        super().__init__()
        self.channel_token = channel_token
        self.webhook = ""
        """What the console was given; it is in use from then on."""
        self.exhausted = False
        """Whether the month's messages are used up."""
        self._hosted: dict[str, bytes] = {}
        self._chats: set[str] = set()
        self._keys: set[UUID] = set()
        self._ids = itertools.count(461230966842064897)

    def write(self, chat: str) -> None:
        """Somebody writes in a chat, which the account is in."""
        self._chats.add(chat)

    def host(self, message: str, content: bytes) -> str:
        """Somebody sends a file, as this message; its id."""
        self._hosted[message] = content
        return message

    def is_send(self, request: Request) -> bool:
        return request.method == "POST"

    def respond(self, request: Request) -> Answer:
        if request.bearer != self.channel_token:
            return _error(401, "Authentication failed. Confirm that the access token is valid.")
        if request.path == "/v2/bot/info":
            return Answer({"userId": "U8e742f61d673b39c7fff3cecb7536ef0"})
        if request.path == "/v2/bot/channel/webhook/endpoint":
            return Answer({"endpoint": self.webhook, "active": bool(self.webhook)})
        content = CONTENT.fullmatch(request.path)
        if request.method == "GET" and content:
            hosted = self._hosted.get(content[1])
            return _error(404, "Not found") if hosted is None else Answer(hosted)
        if request.method != "POST" or request.path != "/v2/bot/message/push":
            return _error(404, "Not found")
        return self._push(request)

    def limited(self) -> Answer:
        return _error(429, "The API rate limit has been exceeded. Try again later.")

    def _push(self, request: Request) -> Answer:
        given = request.json()
        try:
            key = UUID(request.headers.get("x-line-retry-key", ""))
        except ValueError:
            return _error(400, "Invalid retry key")
        if _unfit(given.get("messages")) or given.get("to") not in self._chats:
            return _error(400, "The request body has 1 error(s)")
        if self.exhausted:
            return _error(429, "You have reached your monthly limit.")
        with self.lock:
            if key in self._keys:
                return _error(409, "The retry key is already accepted")
            self._keys.add(key)
            made = str(next(self._ids))
        (said,) = given["messages"]
        target = str(said.get("quoteToken", ""))
        self.post(Message(given["to"], target, said["text"], request.at, id=made, key=str(key)))
        return Answer({"sentMessages": [{"id": made}]})


def _unfit(messages: Any) -> bool:
    if not isinstance(messages, list) or len(messages) != 1 or messages[0].get("type") != "text":
        return True
    text = str(messages[0].get("text", ""))
    return not text or len(text.encode("utf-16-le")) // 2 > MAX_UNITS


def _error(status: int, message: str) -> Answer:
    return Answer({"message": message}, status)
