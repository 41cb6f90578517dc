"""A double of Telegram's `sendMessage`. Source: core.telegram.org/bots/api."""

import itertools
import re
import time
from typing import Any

from tests.doubles.entities import EntityError, plain
from tests.doubles.server import Answer, Double, Message, Request

MAX_UNITS = 4096
"""UTF-16 code units of a message, after its entities are parsed."""
PATH = re.compile(r"/bot([^/]*)/(\w+)")
TOKEN = re.compile(r"\d+:[\w-]{35}")


class TelegramDouble(Double):
    """One bot in some chats."""

    def __init__(self, bot_token: str = "4242:" + "A" * 35) -> None:
        super().__init__()
        self.bot_token = bot_token
        self.blocked: set[int] = set()
        """Chats whose person has blocked the bot."""
        self.topics: dict[int, set[int]] = {}
        """Message threads by chat."""
        self._chats: dict[int, set[int]] = {}
        self._ids = itertools.count(int(time.time() * 10))

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return self.url

    def write(self, chat: int) -> int:
        """Somebody writes in a chat; the message's id."""
        with self.lock:
            message = next(self._ids)
            self._chats.setdefault(chat, set()).add(message)
        return message

    def respond(self, request: Request) -> Answer:
        found = PATH.fullmatch(request.path)
        token, method = found.groups() if found else ("", "")
        if token != self.bot_token:
            return _error(401, "Unauthorized") if TOKEN.fullmatch(token) else _error(404)
        if method.lower() != "sendmessage":
            return _error(404)
        payload = request.json()
        wrong = self._wrong(payload)
        if wrong:
            return wrong
        try:
            text = (
                plain(payload["text"]) if payload.get("parse_mode") == "HTML" else payload["text"]
            )
        except EntityError as error:
            return _error(400, f"Bad Request: can't parse entities: {error}")
        if not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MAX_UNITS:
            return _error(400, "Bad Request: message is too long")
        return self._send(payload, text, request)

    def limited(self) -> Answer:
        answer = _error(429, f"Too Many Requests: retry after {self.retry_after}")
        return Answer({**answer.body, "parameters": {"retry_after": self.retry_after}}, 429)

    def _wrong(self, payload: dict[str, Any]) -> Answer | None:
        chat = payload.get("chat_id")
        if chat is None:
            return _error(400, "Bad Request: chat_id is empty")
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if chat not in self._chats:
            return _error(400, "Bad Request: chat not found")
        if payload.get("parse_mode", "HTML") != "HTML":
            return _error(400, "Bad Request: unsupported parse_mode")
        if not isinstance(payload.get("text", ""), str) or not payload.get("text"):
            return _error(400, "Bad Request: message text is empty")
        topic = payload.get("message_thread_id")
        if topic is not None and topic not in self.topics.get(chat, ()):
            return _error(400, "Bad Request: message thread not found")
        reply = payload.get("reply_parameters", {})
        known = reply.get("message_id") in self._chats[chat]
        if reply and not known and not reply.get("allow_sending_without_reply"):
            return _error(400, "Bad Request: message to be replied not found")
        return None

    def _send(self, payload: dict[str, Any], text: str, request: Request) -> Answer:
        chat = payload["chat_id"]
        answered = payload.get("reply_parameters", {}).get("message_id")
        target = str(answered) if answered in self._chats[chat] else ""
        made = self.write(chat)
        self.post(Message(str(chat), target, text, request.at, id=str(made)))
        result = {"message_id": made, "chat": {"id": chat}, "text": text}
        return Answer({"ok": True, "result": result})


def _error(status: int, description: str = "Not Found") -> Answer:
    return Answer({"ok": False, "error_code": status, "description": description}, status)
