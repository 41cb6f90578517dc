"""A double of Feishu's tenant tokens, replies and files. Source: open.feishu.cn, im-v1."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.doubles import forms
from tests.doubles.server import Answer, Double, Message, Request

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
MESSAGES = "/open-apis/im/v1/messages/"
IMAGES, FILES = "/open-apis/im/v1/images", "/open-apis/im/v1/files"
MAX_IMAGE_BYTES, MAX_FILE_BYTES = 10 * 2**20, 30 * 2**20
MAX_TEXT_BYTES = 150 * 1024
MAX_CARD_BYTES = 30 * 1024
MAX_UUID = 50
TOKEN_SECONDS = 7200
NEW_TOKEN_SECONDS = 1800
"""A new token is only issued when less than this is left of the old one; both are then valid."""
REMEMBER_SECONDS = 3600
"""How long one uuid makes at most one reply."""

BAD_APP, BAD_FIELD = 10014, 99992402
NO_TOKEN, BAD_TOKEN, TOO_FAST = 99991661, 99991663, 99991400
BAD_PARAMETER, NOT_IN_CHAT, CHAT_TOO_FAST, TOO_LONG = 230001, 230002, 230020, 230025
BAD_CARD = 230099
EMPTY_FILE, NO_FILE_TYPE, FILE_TOO_BIG = 234010, 234001, 234006


class FeishuDouble(Double):
    """One tenant with one app whose bot is in some chats."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.app_id = "cli_double"
        self.app_secret = secrets.token_hex(16)
        self.tokens: list[tuple[str, float]] = []
        """Issued tokens and when each ends, the newest last."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """What the bot has uploaded, name and content, by key."""
        self._hosted: dict[str, bytes] = {}
        self._clock = clock
        self._chats: dict[str, str] = {}
        self._replies: dict[str, tuple[float, Answer]] = {}

    def write(self, chat: str, message: str = "") -> str:
        """Somebody writes in a chat; the message's id."""
        message = message or f"om_{uuid4().hex}"
        with self.lock:
            self._chats[message] = chat
        return message

    def host(self, chat: str, content: bytes, message: str = "") -> tuple[str, str]:
        """Somebody writes with a file; the message's id and the file's key."""
        message, key = self.write(chat, message), f"file_{uuid4().hex}"
        self._hosted[f"{MESSAGES}{message}/resources/{key}"] = content
        return message, key

    def is_send(self, request: Request) -> bool:
        return request.path.endswith("/reply")

    def respond(self, request: Request) -> Answer:
        payload = request.json()
        if request.path == TOKEN_PATH:
            return self._token(payload)
        path, _, query = request.path.partition("?")
        sending = path.startswith(MESSAGES) and path.endswith("/reply")
        if not (sending or path in {IMAGES, FILES} or path in self._hosted):
            return Answer({"code": 404, "msg": "404 page not found"}, 404)
        ends = dict(self.tokens).get(request.bearer)
        if ends is None or ends <= self._clock():
            code = BAD_TOKEN if request.bearer else NO_TOKEN
            return _error(code, "Invalid access token for authorization. Please make a test.")
        if path in self._hosted:
            typed = query in {"type=file", "type=image"}
            return Answer(self._hosted[path]) if typed else _error(NO_FILE_TYPE, "no type")
        if not sending:
            return self._upload(path, forms.read(request))
        message = request.path.removeprefix(MESSAGES).removesuffix("/reply")
        with self.lock:
            return self._wrong(message, payload) or self._reply(message, payload, request)

    def _upload(self, path: str, form: forms.Form) -> Answer:
        kind = "image" if path == IMAGES else "file"
        file = form.files.get(kind)
        named = kind == "image" or form.fields.get("file_name")
        if file is None or not named or not form.fields.get(f"{kind}_type"):
            return _error(NO_FILE_TYPE, "Invalid request param.")
        if not file.content:
            return _error(EMPTY_FILE, "File's size can't be 0.")
        if len(file.content) > (MAX_IMAGE_BYTES if kind == "image" else MAX_FILE_BYTES):
            return _error(FILE_TOO_BIG, "The file size exceed the max value.")
        with self.lock:
            key = f"{kind}_{uuid4().hex}"
            self.files[key] = (form.fields.get("file_name", file.name), file.content)
        return Answer({"code": 0, "msg": "success", "data": {f"{kind}_key": key}})

    def limited(self) -> Answer:
        body = {"code": TOO_FAST, "msg": "request trigger frequency limit"}
        headers = {"x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": str(self.retry_after)}
        return Answer(body, 429, headers)

    def _token(self, payload: dict[str, Any]) -> Answer:
        if payload != {"app_id": self.app_id, "app_secret": self.app_secret}:
            return Answer({"code": BAD_APP, "msg": "app secret invalid"})
        now = self._clock()
        with self.lock:
            if not self.tokens or self.tokens[-1][1] - now < NEW_TOKEN_SECONDS:
                self.tokens.append((f"t-{secrets.token_hex(16)}", now + TOKEN_SECONDS))
            token, ends = self.tokens[-1]
        expire = int(ends - now)
        return Answer({"code": 0, "msg": "ok", "tenant_access_token": token, "expire": expire})

    def _wrong(self, message: str, payload: dict[str, Any]) -> Answer | None:
        chat, content = self._chats.get(message), payload.get("content")
        if len(str(payload.get("uuid", ""))) > MAX_UUID:
            return _error(BAD_FIELD, "field validation failed")
        if chat is None:
            return _error(BAD_PARAMETER, "invalid request parameter, ext=invalid message_id")
        if chat in self.left:
            return _error(NOT_IN_CHAT, "The bot can not be outside the group.")
        kind = payload.get("msg_type")
        if kind in {"image", "file"}:
            known = self._file_of(kind, content) is not None
            return None if known else _error(BAD_PARAMETER, "invalid request parameter, ext=key")
        if kind not in {"text", "interactive"} or not isinstance(content, str):
            return _error(BAD_PARAMETER, "invalid request parameter, ext=invalid content")
        if len(content.encode()) > (MAX_TEXT_BYTES if kind == "text" else MAX_CARD_BYTES):
            return _error(TOO_LONG, "The length of the message content reaches its limit.")
        if _shown(kind, content) is None:
            code = BAD_PARAMETER if kind == "text" else BAD_CARD
            return _error(code, "Failed to create card content, ext=parse card json err")
        return None

    def _file_of(self, kind: str, content: Any) -> str | None:
        """The name of the file that a message shows."""
        try:
            return self.files[json.loads(content)[f"{kind}_key"]][0]
        except (ValueError, TypeError, KeyError):
            return None

    def _reply(self, message: str, payload: dict[str, Any], request: Request) -> Answer:
        key, now = str(payload.get("uuid", "")), self._clock()
        before = self._replies.get(key)
        if key and before is not None and now - before[0] < REMEMBER_SECONDS:
            return before[1]
        chat, made = self._chats[message], f"om_{uuid4().hex}"
        kind, content = payload["msg_type"], payload["content"]
        file = self._file_of(kind, content) if kind in {"image", "file"} else None
        text = "" if file else _shown(kind, content) or ""
        self._chats[made] = chat
        files = (file,) if file else ()
        self.post(Message(chat, message, text, request.at, id=made, key=key, files=files))
        answer = Answer({"code": 0, "msg": "success", "data": {"message_id": made}})
        self._replies[key] = (now, answer)
        return answer


def _shown(kind: str, content: str) -> str | None:
    """The words that people see; None when the content is not what `kind` needs."""
    try:
        found = json.loads(content)
        if kind == "text":
            return str(found["text"])
        elements = found["body"]["elements"]
        if found["schema"] != "2.0" or any(one["tag"] != "markdown" for one in elements):
            return None
        return "\n".join(one["content"] for one in elements) or None
    except (ValueError, TypeError, KeyError):
        return None


def _error(code: int, message: str) -> Answer:
    return Answer({"code": code, "msg": message}, 400)
