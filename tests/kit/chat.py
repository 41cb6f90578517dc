"""The chat platforms, as `switchboard.net.exchange.current` reaches them: they answer politely."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.net.http import HttpResponse, Stream
from tests.doubles import forms
from tests.doubles.server import Request
from tests.kit.ports import Ports

NOT_SHOWN = ("/getFile", "/im/v1/files", "/im/v1/images", "/files.getUploadURLExternal")
"""Methods that nobody sees anything of; nor of bytes sent to an address that one of them brings."""


@dataclass(frozen=True)
class Post:
    url: str
    payload: dict[str, Any]
    headers: Mapping[str, str]
    body: bytes = b""


class Chat:
    """Keeps what was shown; `replies` are given first, in order, before the polite ones."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.posts: list[Post] = []
        self.replies: list[HttpResponse] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        """What can be fetched: media types and contents by address."""
        self.results: dict[str, dict[str, Any]] = {}
        """What methods bring besides success, by the end of their address."""
        self._uuids: set[str | None] = set()

    def __call__(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpResponse:
        post = Post(url, _payload(body, headers), headers, body)
        return self.ports.through("chat.post", lambda: self._answer(post))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return self.ports.through("chat.get", lambda: self._file(url))

    def _file(self, url: str) -> Stream:
        if url not in self.files:
            return Stream(404, {}, iter(()))
        media_type, content = self.files[url]
        return Stream(200, {"content-type": media_type}, iter([content]))

    def _answer(self, post: Post) -> HttpResponse:
        if self.replies:
            return self.replies.pop(0)
        if post.url.endswith("tenant_access_token/internal"):
            return HttpResponse(200, {}, {"code": 0, "tenant_access_token": "t-1", "expire": 7200})
        if not post.url or post.url.endswith(NOT_SHOWN):
            result = self.results.get(post.url.rpartition("/")[2], {})
            return HttpResponse(200, {}, {"ok": True, "code": 0, "result": result})
        uuid = post.payload.get("uuid")
        if uuid is None or uuid not in self._uuids:  # Feishu's own deduplication
            self.posts.append(post)
            self._uuids.add(uuid)
        return HttpResponse(200, {}, {"ok": True, "code": 0})


def _payload(body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON of a request, or the fields of a form."""
    if "json" in headers.get("content-type", ""):
        found: dict[str, Any] = json.loads(body)
        return found
    fields = forms.read(Request("", headers, body, 0.0)).fields
    return {name: _typed(value) for name, value in fields.items()}


def _typed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
