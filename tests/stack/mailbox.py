"""What the chat page shows: the letters that the web channel has left for one session."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from tests.stack.chats import Api, Webhook
from tests.stack.rows import wait_until


@dataclass(frozen=True, slots=True)
class Letter:
    text: str
    error: bool
    files: dict[str, str]
    """Names to links."""
    at: float
    """When it was left, by `time.perf_counter`."""
    target: str
    """The message that it answers."""

    def download(self, name: str) -> bytes:
        with urlopen(self.files[name], timeout=30) as answer:
            return bytes(answer.read())


class Mailbox:
    """Letters as the page asks for them: those after the last one, for each session."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._cursors: dict[str, str] = {}
        self._letters: dict[str, Letter] = {}
        self._since = time.time() - time.perf_counter()

    def letter(self, webhook: Webhook) -> Letter:
        """The answer to a message of the web channel, which has been pushed or soon is."""
        return wait_until(lambda: self._find(webhook), f"for a letter to {webhook.chat}")

    def everything(self, webhook: Webhook) -> list[Letter]:
        """All letters to the session of a webhook; one that was left twice is shown once."""
        found: dict[str, Letter] = {}
        cursor = ""
        while True:
            page = self._page(webhook, cursor)
            found |= {one["id"]: self._letter(one) for one in page["messages"]}
            if page["cursor"] == cursor:
                return list(found.values())
            cursor = page["cursor"]

    def forget(self) -> None:
        """Be a page that is opened anew."""
        self._cursors.clear()
        self._letters.clear()

    def _find(self, webhook: Webhook) -> Letter | None:
        if webhook.target not in self._letters:
            self._fetch(webhook)
        return self._letters.get(webhook.target)

    def _fetch(self, webhook: Webhook) -> None:
        page = self._page(webhook, self._cursors.get(webhook.chat, ""))
        self._cursors[webhook.chat] = page["cursor"]
        for one in page["messages"]:
            self._letters[one["in_reply_to"]] = self._letter(one)

    def _page(self, webhook: Webhook, after: str) -> dict[str, Any]:
        path = f"/chat/api/messages?after={after}"
        status, answer = self._api.request("GET", path, headers=webhook.headers)
        assert status == 200, answer
        found: dict[str, Any] = json.loads(answer)
        return found

    def _letter(self, one: dict[str, Any]) -> Letter:
        files = {file["name"]: file["url"] for file in one["files"]}
        return Letter(one["text"], one["error"], files, one["at"] - self._since, one["in_reply_to"])
