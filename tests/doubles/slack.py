"""A double of Slack's messages and files. Source: docs.slack.dev/reference/methods."""

import itertools
import re
import time
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from tests.doubles.server import Answer, Double, Message, Request

MAX_TEXT = 40_000
MAX_BLOCKS = 50
MAX_SECTION = 3_000
MAX_MARKDOWN = 12_000
MAX_ELEMENTS, MAX_LABEL, MAX_ACTION, MAX_VALUE = 25, 75, 255, 2_000
MAX_ALL_BLOCKS = 13_200
"""Undocumented; seen in slackapi/bolt-js#2509."""
STAMP = re.compile(r"\d{10}\.\d{6}")


class SlackDouble(Double):
    """One workspace with one bot in some channels."""

    def __init__(self, bot_token: str = "xoxb-1-double") -> None:
        super().__init__()
        self.bot_token = bot_token
        self.files: dict[str, bytes] = {}
        """What the bot has shared, by name."""
        self._threads: dict[str, set[str]] = {}
        self._uploads: dict[str, tuple[str, int, bytes]] = {}
        self._hosted: dict[str, bytes] = {}
        self._stamps = itertools.count(time.time_ns() // 1000)

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return f"{self.url}/api"

    def write(self, channel: str, stamp: str = "") -> str:
        """Somebody writes in a channel, which the bot is in; the message's timestamp."""
        with self.lock:
            stamp = stamp or self._stamp()
            self._threads.setdefault(channel, set()).add(stamp)
        return stamp

    def host(self, name: str, content: bytes) -> str:
        """Somebody attaches a file; its `url_private_download`."""
        path = f"/files-pri/T1-F1/download/{name}"
        self._hosted[path] = content
        return self.url + path

    def is_send(self, request: Request) -> bool:
        return request.path in {"/api/chat.postMessage", "/api/files.completeUploadExternal"}

    def respond(self, request: Request) -> Answer:
        if request.path.startswith("/upload/v1/"):
            return self._take(request)
        if request.path in self._hosted:
            known = request.bearer == self.bot_token
            page = {"content-type": "text/html"}
            return Answer(
                self._hosted[request.path] if known else b"<html>", 200, {} if known else page
            )
        return self._method(request)

    def _method(self, request: Request) -> Answer:
        method = request.path.removeprefix("/api/")
        if method == "files.getUploadURLExternal":
            return self._refused(request) or self._room(dict(parse_qsl(request.body.decode())))
        if method == "files.completeUploadExternal":
            return self._refused(request) or self._share(request.json(), request)
        if method == "auth.test":
            return self._refused(request) or Answer({"ok": True, "user": "switchboard"})
        if method != "chat.postMessage":
            return _error("unknown_method")
        refused = self._refused(request)
        if refused:
            return refused
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _error("invalid_post_type")
        payload = request.json()
        if not payload:
            return _error("invalid_json")
        return self._misplaced(payload) or _unfit(payload) or self._post(payload, request)

    def limited(self) -> Answer:
        return Answer({"ok": False, "error": "ratelimited"}, 429, self.wait)

    def _refused(self, request: Request) -> Answer | None:
        token = request.bearer
        if token == self.bot_token:
            return None
        return _error("invalid_auth" if token else "not_authed")

    def _room(self, form: dict[str, str]) -> Answer:
        if not form.get("filename") or not form.get("length", "").isdigit():
            return _error("invalid_arguments")
        with self.lock:
            id_ = f"F{len(self._uploads) + 1}"
            self._uploads[id_] = (form["filename"], int(form["length"]), b"")
        return Answer({"ok": True, "upload_url": f"{self.url}/upload/v1/{id_}", "file_id": id_})

    def _take(self, request: Request) -> Answer:
        id_ = request.path.rpartition("/")[2]
        name, length, _ = self._uploads.get(id_, ("", -1, b""))
        if len(request.body) != length:
            return Answer(b"size mismatch", 400)
        self._uploads[id_] = (name, length, request.body)
        return Answer(f"OK - {length}".encode())

    def _share(self, payload: dict[str, Any], request: Request) -> Answer:
        place = {"channel": payload.get("channel_id"), "thread_ts": payload.get("thread_ts")}
        misplaced = self._misplaced(place)
        if misplaced:
            return misplaced
        found = [self._uploads.get(one["id"], ("", -1, b"")) for one in payload["files"]]
        if not found or any(len(content) != length for _, length, content in found):
            return _error("file_not_found")
        self.files |= {name: content for name, _, content in found}
        names = tuple(name for name, _, _ in found)
        thread = payload.get("thread_ts", "")
        self.post(Message(payload["channel_id"], thread, "", request.at, files=names))
        return Answer({"ok": True, "files": payload["files"]})

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
        text = shown or unescape(payload["text"])
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
        if kind not in {"markdown", "section", "divider", "actions"}:
            return f"unsupported type: {kind} [json-pointer:/blocks/{index}/type]"
        if not _filled(block):
            return f"must be more than 0 characters {where}"
        if kind == "section" and _length(block) > MAX_SECTION:
            return f"must be less than {MAX_SECTION + 1} characters {where}"
        markdown += _length(block) if kind == "markdown" else 0
    if markdown > MAX_MARKDOWN:
        return f"must be less than {MAX_MARKDOWN + 1} characters [json-pointer:/blocks]"
    return ""


def _filled(block: dict[str, Any]) -> bool:
    """Whether there is something in it; buttons as they may be (reference/block-kit/blocks)."""
    if block["type"] != "actions":
        return block["type"] == "divider" or bool(_length(block))
    buttons = block.get("elements", [])
    known = {one.get("action_id", "") for one in buttons}
    return 0 < len(buttons) == len(known) <= MAX_ELEMENTS and all(
        one.get("type") == "button"
        and 0 < _length(one) <= MAX_LABEL
        and len(one.get("action_id", "")) <= MAX_ACTION
        and len(one.get("value", "")) <= MAX_VALUE
        for one in buttons
    )


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
