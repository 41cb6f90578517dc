"""A double of Slack's `chat.postMessage`. Source: docs.slack.dev/reference/methods."""

import itertools
import re
import time
from typing import Any

from tests.doubles.server import Answer, Double, Message, Request

MAX_TEXT = 40_000
MAX_BLOCKS = 50
MAX_SECTION = 3_000
MAX_MARKDOWN = 12_000
MAX_ALL_BLOCKS = 13_200
"""Undocumented; seen in slackapi/bolt-js#2509."""
STAMP = re.compile(r"\d{10}\.\d{6}")


class SlackDouble(Double):
    """One workspace with one bot in some channels."""

    def __init__(self, bot_token: str = "xoxb-1-double") -> None:
        super().__init__()
        self.bot_token = bot_token
        self._threads: dict[str, set[str]] = {}
        self._stamps = itertools.count(time.time_ns() // 1000)

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return f"{self.url}/api"

    def write(self, channel: str) -> str:
        """Somebody writes in a channel, which the bot is in; the message's timestamp."""
        with self.lock:
            stamp = self._stamp()
            self._threads.setdefault(channel, set()).add(stamp)
        return stamp

    def respond(self, request: Request) -> Answer:
        if request.path != "/api/chat.postMessage":
            return _error("unknown_method")
        token = request.bearer
        if token != self.bot_token:
            return _error("invalid_auth" if token else "not_authed")
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _error("invalid_post_type")
        payload = request.json()
        if not payload:
            return _error("invalid_json")
        return self._misplaced(payload) or _unfit(payload) or self._post(payload, request)

    def limited(self) -> Answer:
        wait = {"retry-after": str(self.retry_after)}
        return Answer({"ok": False, "error": "ratelimited"}, 429, wait)

    def _misplaced(self, payload: dict[str, Any]) -> Answer | None:
        channel, thread = payload.get("channel"), payload.get("thread_ts")
        if not channel:
            return _error("invalid_arguments", "missing required field: channel")
        if channel not in self._threads:
            return _error("channel_not_found")
        if thread is not None and not STAMP.fullmatch(str(thread)):
            return _error("invalid_thread_ts", f"{thread} is not a valid thread_ts")
        if thread is not None and thread not in self._threads[channel]:
            return _error("thread_not_found")
        return None

    def _post(self, payload: dict[str, Any], request: Request) -> Answer:
        channel, thread = payload["channel"], payload.get("thread_ts", "")
        shown = "\n".join(_text(block) for block in payload.get("blocks", []))
        with self.lock:
            stamp = self._stamp()
            self._threads[channel].add(stamp)
        text = shown or payload["text"]
        self.post(Message(channel, thread, text, request.at, id=stamp))
        return Answer({"ok": True, "channel": channel, "ts": stamp, "message": {"text": text}})

    def _stamp(self) -> str:
        digits = str(next(self._stamps))
        return f"{digits[:10]}.{digits[10:]}"


def _unfit(payload: dict[str, Any]) -> Answer | None:
    text, blocks = payload.get("text", ""), payload.get("blocks", [])
    if not text and not blocks:
        return _error("no_text")
    if len(text) > MAX_TEXT:
        return _error("msg_too_long")
    problem = _problem_of(blocks)
    if problem:
        return _error("invalid_blocks", problem)
    if sum(map(_length, blocks)) > MAX_ALL_BLOCKS:
        return _error("msg_blocks_too_long")
    return None


def _problem_of(blocks: Any) -> str:
    if not isinstance(blocks, list):
        return "must be an array [json-pointer:/blocks]"
    if len(blocks) > MAX_BLOCKS:
        return f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]"
    markdown = 0
    for index, block in enumerate(blocks):
        where = f"[json-pointer:/blocks/{index}/text]"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in {"markdown", "section", "divider"}:
            return f"unsupported type: {kind} [json-pointer:/blocks/{index}/type]"
        if kind != "divider" and not _length(block):
            return f"must be more than 0 characters {where}"
        if kind == "section" and _length(block) > MAX_SECTION:
            return f"must be less than {MAX_SECTION + 1} characters {where}"
        markdown += _length(block) if kind == "markdown" else 0
    if markdown > MAX_MARKDOWN:
        return f"must be less than {MAX_MARKDOWN + 1} characters [json-pointer:/blocks]"
    return ""


def _text(block: dict[str, Any]) -> str:
    text = block.get("text", "")
    return str(text.get("text", "")) if isinstance(text, dict) else str(text)


def _length(block: dict[str, Any]) -> int:
    return len(_text(block))


def _error(code: str, message: str = "") -> Answer:
    body: dict[str, Any] = {"ok": False, "error": code}
    if message:
        body["response_metadata"] = {"messages": [f"[ERROR] {message}"]}
    return Answer(body)
