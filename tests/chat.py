"""The chat platforms, as `switchboard.channels.http.use` reaches them: they answer politely."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.channels.http import Reply
from tests.ports import Ports


@dataclass(frozen=True)
class Post:
    url: str
    payload: dict[str, Any]
    headers: Mapping[str, str]


class Chat:
    """Keeps what was posted; `replies` are given first, in order, before the polite ones."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.posts: list[Post] = []
        self.replies: list[Reply] = []
        self._uuids: set[str | None] = set()

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        post = Post(url, json.loads(body), headers)
        return self.ports.through("chat.post", lambda: self._answer(post))

    def _answer(self, post: Post) -> Reply:
        if self.replies:
            return self.replies.pop(0)
        if post.url.endswith("tenant_access_token/internal"):
            return Reply(200, {}, {"code": 0, "tenant_access_token": "t-1", "expire": 7200})
        uuid = post.payload.get("uuid")
        if uuid is None or uuid not in self._uuids:  # Feishu's own deduplication
            self.posts.append(post)
            self._uuids.add(uuid)
        return Reply(200, {}, {"ok": True, "code": 0})
