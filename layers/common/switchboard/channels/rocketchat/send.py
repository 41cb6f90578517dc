"""What Rocket.Chat is sent: messages, and files beside them. Source: developer.rocket.chat."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download


class RocketchatSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values["api"].rstrip("/")
        self._keys = {"x-user-id": values["user_id"], "x-auth-token": values["auth_token"]}

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        for file in part.files:
            self._post_file(reply_to, file)
        if part.text:
            payload = {"roomId": reply_to["room"], "text": part.text, "tmid": reply_to["thread"]}
            self._call("chat.postMessage", payload)

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._api}/file-upload/{quote(source['file'], '')}/{quote(source['name'], '')}"
        limit = self.can.limits.file_bytes
        return http.stream(url, self._keys, hosts=(self._api,), limit=limit)

    def _post_file(self, reply_to: ReplyTo, file: StoredFile) -> None:
        """Upload, then confirm, which posts it."""
        room = quote(reply_to["room"], "")
        told = (file.name, file.media_type, storage.content(file))
        content_type, body = http.multipart({}, {"file": told})
        url = f"{self._api}/api/v1/rooms.media/{room}"
        reply = http.upload("POST", url, body, {**self._keys, "content-type": content_type})
        _check(reply)
        made = reply.body.get("file")
        if not isinstance(made, dict) or not made.get("_id"):
            raise UnavailableError("an upload without its id")
        path = f"rooms.mediaConfirm/{room}/{quote(str(made['_id']), '')}"
        self._call(path, {"tmid": reply_to["thread"]})

    def _call(self, path: str, payload: Any) -> None:
        _check(http.post(f"{self._api}/api/v1/{path}", payload, self._keys))


def _check(reply: http.HttpResponse) -> None:
    if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
        raise UnavailableError("token refused")
    if reply.body.get("success") is not True:  # the bot is not in the room, or it is gone
        raise RejectedError(f"rocket.chat answered {reply.status}")
