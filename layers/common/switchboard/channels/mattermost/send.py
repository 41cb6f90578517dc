"""What Mattermost is sent: posts with files. Source: developers.mattermost.com."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit.files import MOST
from switchboard.errors import GoneError, RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

NOT_A_ROOT = "api.post.create_post.root_id.app_error"


class MattermostSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values["api"].rstrip("/")
        self._bearer = {"authorization": f"Bearer {values['bot_token']}"}

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        payload: dict[str, Any] = {
            "channel_id": reply_to["channel"],
            "message": part.text,
            "root_id": reply_to.get("post", ""),
            "pending_post_id": part.key,
        }
        if part.files:
            files = part.files[:MOST]
            payload["file_ids"] = [self._uploaded(reply_to["channel"], file) for file in files]
        reply = self._call("POST", "posts", payload)
        if reply.status == 400 and reply.body.get("id") == NOT_A_ROOT:  # noqa: PLR2004
            # It was written in a thread, which the webhook does not say.
            found = self._call("GET", f"posts/{quote(reply_to['post'], '')}").body
            payload["root_id"] = str(found.get("root_id", ""))
            reply = self._call("POST", "posts", payload)
        _check(reply)

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._api}/api/v4/files/{quote(source['file'], '')}"
        limit = self.can.limits.file_bytes
        return http.stream(url, self._bearer, hosts=(self._api,), limit=limit)

    def _call(self, method: str, path: str, payload: Any = None) -> http.HttpResponse:
        return http.call(method, f"{self._api}/api/v4/{path}", payload, self._bearer)

    def _uploaded(self, channel: str, file: StoredFile) -> str:
        """The id of a file that a post can name."""
        query = urlencode({"channel_id": channel, "filename": file.name})
        sent = {**self._bearer, "content-type": file.media_type}
        url = f"{self._api}/api/v4/files?{query}"
        reply = http.upload("POST", url, storage.content(file), sent)
        _check(reply)
        infos = reply.body.get("file_infos")
        if not (isinstance(infos, list) and infos and isinstance(infos[0], dict)):
            raise UnavailableError("an upload without its id")
        return str(infos[0].get("id", ""))


def _check(reply: http.HttpResponse) -> None:
    if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
        raise UnavailableError("token refused")
    if reply.status in {403, 404}:  # we are not there, or nobody is
        raise GoneError(f"mattermost answered {reply.status}")
    if reply.status >= 300:  # noqa: PLR2004  HTTP
        raise RejectedError(f"mattermost answered {reply.status}")
