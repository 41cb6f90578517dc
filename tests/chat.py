"""The chat platforms, as `switchboard.channels.http.use` reaches them: they answer politely."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.channels.http import Reply, Stream
from tests.ports import Ports


@dataclass(frozen=True)
class Post:
    url: str
    payload: dict[str, Any]
    headers: Mapping[str, str]
    body: bytes = b""


class Chat:
    """Keeps what was posted; `replies` are given first, in order, before the polite ones."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.posts: list[Post] = []
        self.replies: list[Reply] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        """What can be fetched: media types and contents by address."""

    def __call__(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        post = Post(url, _payload(body, headers), headers, body)
        return self.ports.through("chat.post", lambda: self._answer(post))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return self.ports.through("chat.get", lambda: self._file(url))

    def _file(self, url: str) -> Stream:
        if url not in self.files:
            return Stream(404, {}, iter(()))
        media_type, content = self.files[url]
        return Stream(200, {"content-type": media_type}, iter([content]))

    def _answer(self, post: Post) -> Reply:
        if self.replies:
            return self.replies.pop(0)
        if post.url.endswith("tenant_access_token/internal"):
            return Reply(200, {}, {"code": 0, "tenant_access_token": "t-1", "expire": 7200})
        known = {one.payload.get("uuid") for one in self.posts} - {None}
        if post.payload.get("uuid") not in known:  # Feishu's own deduplication
            self.posts.append(post)
        return Reply(200, {}, {"ok": True, "code": 0})


def _payload(body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON of a request; a form with files has none."""
    return json.loads(body) if "json" in headers.get("content-type", "") else {}
