"""A double of Feishu's tenant tokens and replies. Source: open.feishu.cn, server-docs/im-v1."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.doubles.server import Answer, Double, Message, Request

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
MESSAGES = "/open-apis/im/v1/messages/"
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


class FeishuDouble(Double):
    """One tenant with one app whose bot is in some chats."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.app_id = "cli_double"
        self.app_secret = secrets.token_hex(16)
        self.tokens: list[tuple[str, float]] = []
        """Issued tokens and when each ends, the newest last."""
        self.left: set[str] = set()
        """Chats that the bot is not in any more."""
        self._clock = clock
        self._chats: dict[str, str] = {}
        self._replies: dict[str, tuple[float, Answer]] = {}

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return self.url

    def write(self, chat: str) -> str:
        """Somebody writes in a chat; the message's id."""
        message = f"om_{uuid4().hex}"
        with self.lock:
            self._chats[message] = chat
        return message

    def is_send(self, request: Request) -> bool:
        return request.path != TOKEN_PATH

    def respond(self, request: Request) -> Answer:
        payload = request.json()
        if request.path == TOKEN_PATH:
            return self._token(payload)
        if not (request.path.startswith(MESSAGES) and request.path.endswith("/reply")):
            return Answer({"code": 404, "msg": "404 page not found"}, 404)
        ends = dict(self.tokens).get(request.bearer)
        if ends is None or ends <= self._clock():
            code = BAD_TOKEN if request.bearer else NO_TOKEN
            return _error(code, "Invalid access token for authorization. Please make a test.")
        message = request.path.removeprefix(MESSAGES).removesuffix("/reply")
        with self.lock:
            return self._wrong(message, payload) or self._reply(message, payload, request)

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
        if kind not in {"text", "interactive"} or not isinstance(content, str):
            return _error(BAD_PARAMETER, "invalid request parameter, ext=invalid content")
        if len(content.encode()) > (MAX_TEXT_BYTES if kind == "text" else MAX_CARD_BYTES):
            return _error(TOO_LONG, "The length of the message content reaches its limit.")
        if _shown(kind, content) is None:
            code = BAD_PARAMETER if kind == "text" else BAD_CARD
            return _error(code, "Failed to create card content, ext=parse card json err")
        return None

    def _reply(self, message: str, payload: dict[str, Any], request: Request) -> Answer:
        key, now = str(payload.get("uuid", "")), self._clock()
        before = self._replies.get(key)
        if key and before is not None and now - before[0] < REMEMBER_SECONDS:
            return before[1]
        chat, made = self._chats[message], f"om_{uuid4().hex}"
        text = _shown(payload["msg_type"], payload["content"]) or ""
        self._chats[made] = chat
        self.post(Message(chat, message, text, request.at, id=made, key=key))
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
