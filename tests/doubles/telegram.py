"""A double of Telegram's messages and files. Source: core.telegram.org/bots/api."""

import itertools
import json
import re
import time
from typing import Any

from tests.doubles import forms
from tests.doubles.entities import EntityError, plain
from tests.doubles.server import Answer, Double, Message, Request

MAX_UNITS = 4096
"""UTF-16 code units of a message, after its entities are parsed."""
MAX_CAPTION = 1024
METHODS = {"sendmessage": "text", "sendphoto": "photo", "senddocument": "document"}
"""Methods that post something, and what each must have."""
FILE = re.compile(r"/file/bot([^/]*)/(.+)")
PATH = re.compile(r"/bot([^/]*)/(\w+)")
TOKEN = re.compile(r"\d+:[\w-]{35}")


class TelegramDouble(Double):
    """One bot in some chats."""

    def __init__(self, bot_token: str = "4242:" + "A" * 35) -> None:
        super().__init__()
        self.bot_token = bot_token
        self.webhook = ""
        """What setWebhook was told."""
        self.files: dict[str, bytes] = {}
        """What the bot has sent, by name."""
        self._hosted: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        """Chats whose person has blocked the bot."""
        self.topics: dict[int, set[int]] = {}
        """Message threads by chat."""
        self._chats: dict[int, set[int]] = {}
        self._ids = itertools.count(int(time.time() * 10))

    def write(self, chat: int, message: int = 0) -> int:
        """Somebody writes in a chat; the message's id."""
        with self.lock:
            message = message or next(self._ids)
            self._chats.setdefault(chat, set()).add(message)
        return message

    def host(self, content: bytes) -> str:
        """Somebody sends a file; its `file_id`."""
        id_ = f"BQAC{len(self._hosted)}"
        self._hosted[f"documents/file_{id_}"] = content
        return id_

    def is_send(self, request: Request) -> bool:
        return "/file/" not in request.path and not request.path.endswith("getFile")

    def respond(self, request: Request) -> Answer:
        hosted = FILE.fullmatch(request.path)
        if hosted:
            known = hosted[1] == self.bot_token and hosted[2] in self._hosted
            return Answer(self._hosted[hosted[2]]) if known else _error(404)
        found = PATH.fullmatch(request.path)
        token, method = found.groups() if found else ("", "")
        if token != self.bot_token:
            return _error(401, "Unauthorized") if TOKEN.fullmatch(token) else _error(404)
        if method in {"getMe", "getWebhookInfo"}:
            return Answer({"ok": True, "result": {"id": 4242, "url": self.webhook}})
        if method == "getFile":
            return self._path(request.json().get("file_id"))
        if method.lower() not in METHODS:
            return _error(404)
        return self._posted(METHODS[method.lower()], request)

    def _path(self, id_: Any) -> Answer:
        path = f"documents/file_{id_}"
        if path not in self._hosted:
            return _error(400, "Bad Request: invalid file_id")
        return Answer({"ok": True, "result": {"file_id": id_, "file_path": path}})

    def _posted(self, what: str, request: Request) -> Answer:
        form = forms.read(request)
        payload = request.json() or _typed(form.fields)
        field = "text" if what == "text" else "caption"
        wrong = self._wrong(payload, needs_text=what == "text")
        if wrong:
            return wrong
        text = payload.get(field, "")
        try:
            text = plain(text) if payload.get("parse_mode") == "HTML" else text
        except EntityError as error:
            return _error(400, f"Bad Request: can't parse entities: {error}")
        if what == "text" and not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > (MAX_UNITS if what == "text" else MAX_CAPTION):
            return _error(400, "Bad Request: message is too long")
        file = form.files.get(what)
        if what != "text" and (file is None or not file.content):
            return _error(400, f"Bad Request: there is no {what} in the request")
        if file is not None:
            self.files[file.name] = file.content
        return self._send(payload, text, request, (file.name,) if file else ())

    def limited(self) -> Answer:
        answer = _error(429, f"Too Many Requests: retry after {self.retry_after}")
        return Answer({**answer.body, "parameters": {"retry_after": self.retry_after}}, 429)

    def _wrong(self, payload: dict[str, Any], *, needs_text: bool) -> Answer | None:
        chat = payload.get("chat_id")
        if chat is None:
            return _error(400, "Bad Request: chat_id is empty")
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if chat not in self._chats:
            return _error(400, "Bad Request: chat not found")
        if payload.get("parse_mode", "HTML") != "HTML":
            return _error(400, "Bad Request: unsupported parse_mode")
        text = payload.get("text", "")
        if not isinstance(text, str) or (needs_text and not text):
            return _error(400, "Bad Request: message text is empty")
        topic = payload.get("message_thread_id")
        if topic is not None and topic not in self.topics.get(chat, ()):
            return _error(400, "Bad Request: message thread not found")
        reply = payload.get("reply_parameters", {})
        known = reply.get("message_id") in self._chats[chat]
        if reply and not known and not reply.get("allow_sending_without_reply"):
            return _error(400, "Bad Request: message to be replied not found")
        return None

    def _send(
        self, payload: dict[str, Any], text: str, request: Request, files: tuple[str, ...]
    ) -> Answer:
        chat = payload["chat_id"]
        answered = payload.get("reply_parameters", {}).get("message_id")
        target = str(answered) if answered in self._chats[chat] else ""
        made = self.write(chat)
        self.post(Message(str(chat), target, text, request.at, id=str(made), files=files))
        result = {"message_id": made, "chat": {"id": chat}, "text": text}
        return Answer({"ok": True, "result": result})


def _typed(fields: dict[str, str]) -> dict[str, Any]:
    """The fields of a form as the types that they have in JSON."""
    texts = {"caption", "parse_mode"}
    return {name: one if name in texts else json.loads(one) for name, one in fields.items()}


def _error(status: int, description: str = "Not Found") -> Answer:
    return Answer({"ok": False, "error_code": status, "description": description}, status)
