"""Rocket.Chat: outgoing integrations in, messages out. Source: docs and developer.rocket.chat."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, field

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.files import Sent, attachments
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

MAX_FILE_BYTES = 50 * 2**20
"""Of the 100 MB that a server takes unless it is told otherwise."""


class _File(Struct, frozen=True):
    id: str = field(name="_id", default="")
    name: str = ""
    type: str = ""
    size: int = 0


class _Message(Struct, frozen=True):
    """The whole message, which comes with an uploaded file."""

    file: _File | None = None
    files: tuple[_File, ...] = ()
    msg: str = ""
    tmid: str = ""


class _Said(Struct, frozen=True, rename={"is_edited": "isEdited"}):
    channel_id: str = ""
    user_id: str = ""
    user_name: str = ""
    message_id: str = ""
    tmid: str = ""
    text: str | None = None
    trigger_word: str | None = None
    bot: Any = None
    """False, true, or what made a bot's message."""
    is_edited: bool = False
    message: _Message | None = None


class RocketChat:
    methods = ("POST",)
    inbound = ("token", "user_id")
    outbound = ("api", "user_id", "auth_token")
    content_types = ("application/json",)
    limits = Limits(text=5_000, file_bytes=MAX_FILE_BYTES)  # what a server is set to at first
    takes_files = True
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        # Every integration has its own token; all are told, with blanks between.
        self._tokens = [one for some in current(values, "token") for one in some.split()]
        self._user = values.get("user_id", "")
        self._api = values.get("api", "").rstrip("/")
        self._keys = {"x-user-id": self._user, "x-auth-token": values.get("auth_token", "")}

    def verify(self, webhook: Webhook) -> None:
        """The token is in the body, so this much must be read of it first; an empty one is none."""
        try:
            given = read_json(webhook.body).get("token")
        except BadRequestError as error:
            raise BadSignatureError("no token") from error
        if not (isinstance(given, str) and given and any_same(given, self._tokens)):
            raise BadSignatureError("token")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """New messages of people: not ours, not a bot's, not an edited one."""
        said = shape(read_json(webhook.body), _Said)
        if said.bot or said.is_edited or said.user_id == self._user:
            return []
        if not (said.channel_id and said.user_id and said.message_id):
            raise BadRequestError("a message without its ids")
        made = envelope_id("rocketchat", self._account, said.channel_id, said.message_id)
        text, files = _words(said), attachments(made, _files(said))
        if not text and not files:
            return []
        inside = said.message.tmid if said.message else ""
        return [
            Envelope(
                id=made,
                channel="rocketchat",
                account=self._account,
                conversation=said.channel_id,
                sender=Sender(said.user_id, name=said.user_name),
                text=text,
                attachments=files,
                reply_to={
                    "room": said.channel_id,
                    "thread": said.tmid or inside or said.message_id,
                },
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        for file in part.files:
            self._post_file(reply_to, file)
        if part.text:
            payload = {"roomId": reply_to["room"], "text": part.text, "tmid": reply_to["thread"]}
            _sort(self._call("chat.postMessage", payload))

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._api}/file-upload/{quote(source['file'], '')}/{quote(source['name'], '')}"
        return http.stream(url, self._keys, hosts=(self._api,), limit=MAX_FILE_BYTES)

    def _post_file(self, reply_to: ReplyTo, file: StoredFile) -> None:
        """Upload, then confirm, which posts it."""
        from switchboard import storage  # noqa: PLC0415  ingest stores nothing

        room = quote(reply_to["room"], "")
        told = (file.name, file.media_type, storage.content(file))
        content_type, body = http.multipart({}, {"file": told})
        url = f"{self._api}/api/v1/rooms.media/{room}"
        reply = http.upload("POST", url, body, {**self._keys, "content-type": content_type})
        _sort(reply)
        made = reply.body.get("file")
        if not isinstance(made, dict) or not made.get("_id"):
            raise UnavailableError("an upload without its id")
        path = f"rooms.mediaConfirm/{room}/{quote(str(made['_id']), '')}"
        _sort(self._call(path, {"tmid": reply_to["thread"]}))

    def _call(self, path: str, payload: Any) -> http.Reply:
        return http.post(f"{self._api}/api/v1/{path}", payload, self._keys)


def _sort(reply: http.Reply) -> None:
    if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
        raise UnavailableError("token refused")
    if reply.body.get("success") is not True:  # the bot is not in the room, or it is gone
        raise RejectedError(f"rocket.chat answered {reply.status}")


def _words(said: _Said) -> str:
    """What was written, without the word that called us."""
    inside = said.message.msg if said.message else ""
    text = (said.text or inside).strip()
    return text.removeprefix(said.trigger_word or "").strip()


def _files(said: _Said) -> list[Sent]:
    """The files of an upload: a server tells them twice, and previews that it made of them."""
    message = said.message or _Message()
    told = [file for file in message.files if not file.name.startswith("thumb-")]
    found = {file.id: file for file in (message.file or _File(), *told) if file.id}
    return [
        Sent({"file": file.id, "name": file.name or file.id}, file.name, file.type, file.size)
        for file in found.values()
    ]


WHOLE = RocketChat
