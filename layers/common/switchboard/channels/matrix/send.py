"""What a homeserver is sent. Source: spec.matrix.org, client-server API, v1.11."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import markup
from switchboard.channels.matrix.message import FILES, MXC
from switchboard.errors import GoneError, RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

NOT_OURS = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_UNRECOGNIZED"}
"""Errors that an operator can mend: the token, or where the homeserver is."""
GONE = {"M_FORBIDDEN", "M_NOT_FOUND"}
MAX_CONTENT = 60_000
"""Bytes of what we say: with what the homeserver adds, an event has up to 65,536."""


class MatrixSender(Sender):
    """Nothing is rendered: Markdown is shown where HTML is not."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values["api"].rstrip("/")
        self._bearer = {"authorization": f"Bearer {values['as_token']}"}

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The text, then its files; each has a transaction id of its own, and so happens once."""
        if reply_to.get("join"):
            room = quote(reply_to["room"], safe="")
            _told(http.post(f"{self._api}/_matrix/client/v3/join/{room}", {}, self._bearer))
        self._say(reply_to, part.key, _text(part))
        for index, file in enumerate(part.files):
            self._say(reply_to, f"{part.key}-{index}", self._uploaded(file))

    def download(self, source: Mapping[str, str]) -> Download:
        found = MXC.fullmatch(source["url"])
        if found is None:
            raise RejectedError("no mxc address", say="attachment_gone")
        url = f"{self._api}/_matrix/client/v1/media/download/{found[1]}/{found[2]}"
        limit = self.can.limits.file_bytes
        return http.stream(url, self._bearer, hosts=(self._api,), limit=limit)

    def _say(self, reply_to: ReplyTo, key: str, content: dict[str, Any]) -> None:
        relation: dict[str, Any] = {}
        if reply_to.get("event"):
            relation = {"m.in_reply_to": {"event_id": reply_to["event"]}}
        if reply_to.get("thread"):
            relation |= {"rel_type": "m.thread", "event_id": reply_to["thread"]}
            relation |= {"is_falling_back": True}
        if relation:
            content = {**content, "m.relates_to": relation}
        room = quote(reply_to["room"], safe="")
        path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{quote(key, safe='')}"
        _told(http.call("PUT", f"{self._api}{path}", content, self._bearer))

    def _uploaded(self, file: StoredFile) -> dict[str, Any]:
        """The message that shows a file, once the homeserver has it."""
        url = f"{self._api}/_matrix/media/v3/upload?filename={quote(file.name, safe='')}"
        headers = {**self._bearer, "content-type": file.media_type}
        reply = _told(http.upload("POST", url, storage.content(file), headers))
        return _shown(file, str(reply.body.get("content_uri", "")))


def _text(part: Part) -> dict[str, Any]:
    """A message as Markdown, and as HTML unless that makes it too big. It says that it calls nobody

    (`m.mentions`), or homeservers would look for names, and for the room, in its words.
    """
    plain: dict[str, Any] = {"msgtype": "m.text", "body": part.text, "m.mentions": {}}
    if part.plain:
        return plain
    html = {"format": "org.matrix.custom.html", "formatted_body": markup.to_rich_html(part.text)}
    both = {**plain, **html}
    return plain if len(json.dumps(both, ensure_ascii=False).encode()) > MAX_CONTENT else both


def _shown(file: StoredFile, url: str) -> dict[str, Any]:
    """A message that shows the file at an mxc address."""
    kind = f"m.{file.media_type.partition('/')[0]}"
    return {
        "msgtype": kind if kind in FILES else "m.file",
        "body": file.name,
        "filename": file.name,
        "url": url,
        "info": {"mimetype": file.media_type, "size": file.size},
    }


def _told(reply: http.HttpResponse) -> http.HttpResponse:
    """The homeserver's answer. Raises UnavailableError or RejectedError when it is a refusal."""
    if reply.status < 300:  # noqa: PLR2004  HTTP
        return reply
    code = str(reply.body.get("errcode", ""))
    if not code or code in NOT_OURS:
        raise UnavailableError(f"the homeserver answered {reply.status} {code}")
    raise GoneError(code) if code in GONE else RejectedError(code)
