"""Mattermost: webhooks and slash commands in, posts out. Source: developers.mattermost.com."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from msgspec import Struct

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
from switchboard.channels.kit.files import MOST, Sent, attachments
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

FORM = "application/x-www-form-urlencoded"
OWN_COMMANDS = {"/switchboard", "/sb"}
NOT_A_ROOT = "api.post.create_post.root_id.app_error"
MAX_FIELDS = 50
MAX_FILE_BYTES = 50 * 2**20
"""Of the 100 MB that a server takes unless it is told otherwise."""


class _Said(Struct):
    """An outgoing webhook has a post, a slash command has a trigger."""

    channel_id: str = ""
    user_id: str = ""
    user_name: str = ""
    post_id: str = ""
    trigger_id: str = ""
    text: str = ""
    trigger_word: str = ""
    command: str = ""
    file_ids: str = ""


class Mattermost:
    methods = ("POST",)
    inbound = ("token", "bot_user_id")
    outbound = ("api", "bot_token")
    content_types = (FORM, "application/json")
    limits = Limits(text=16_000, file_bytes=MAX_FILE_BYTES)  # of 16,383
    takes_files = True
    takes_buttons = False
    sends_once = False  # `pending_post_id` is remembered for 30 s only

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        # Every webhook and every command has its own token; all are told, with blanks between.
        self._tokens = [one for some in current(values, "token") for one in some.split()]
        self._bot = values.get("bot_user_id", "")
        self._api = values.get("api", "").rstrip("/")
        self._bearer = {"authorization": f"Bearer {values.get('bot_token', '')}"}

    def verify(self, webhook: Webhook) -> None:
        """The token is in the body, so this much must be read of it first."""
        try:
            given = _fields(webhook).get("token")
        except BadRequestError as error:
            raise BadSignatureError("no token") from error
        if not (isinstance(given, str) and given and any_same(given, self._tokens)):
            raise BadSignatureError("token")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        said = shape(_fields(webhook), _Said)
        if said.user_id == self._bot:
            return []
        message = said.post_id or said.trigger_id
        if not (said.channel_id and said.user_id and message):
            raise BadRequestError("a message without its ids")
        made = envelope_id("mattermost", self._account, said.channel_id, message)
        text, files = _words(said), attachments(made, _files(said))
        if not text and not files:
            return []
        return [
            Envelope(
                id=made,
                channel="mattermost",
                account=self._account,
                conversation=said.channel_id,
                sender=Sender(said.user_id, name=said.user_name),
                text=text,
                attachments=files,
                reply_to={"channel": said.channel_id, "post": said.post_id},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown

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
            reply = self._call(
                "POST", "posts", {**payload, "root_id": str(found.get("root_id", ""))}
            )
        _sort(reply)

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._api}/api/v4/files/{quote(source['file'], '')}"
        return http.stream(url, self._bearer, hosts=(self._api,), limit=MAX_FILE_BYTES)

    def _call(self, method: str, path: str, payload: Any = None) -> http.Reply:
        return http.call(method, f"{self._api}/api/v4/{path}", payload, self._bearer)

    def _uploaded(self, channel: str, file: StoredFile) -> str:
        """The id of a file that a post can name."""
        from switchboard import storage  # noqa: PLC0415  ingest stores nothing

        query = urlencode({"channel_id": channel, "filename": file.name})
        sent = {**self._bearer, "content-type": file.media_type}
        url = f"{self._api}/api/v4/files?{query}"
        reply = http.upload("POST", url, storage.content(file), sent)
        _sort(reply)
        infos = reply.body.get("file_infos")
        if not (isinstance(infos, list) and infos and isinstance(infos[0], dict)):
            raise UnavailableError("an upload without its id")
        return str(infos[0].get("id", ""))


def _sort(reply: http.Reply) -> None:
    if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
        raise UnavailableError("token refused")
    if reply.status >= 300:  # noqa: PLR2004  the bot is not in the channel, or it is gone
        raise RejectedError(f"mattermost answered {reply.status}")


def _fields(webhook: Webhook) -> dict[str, Any]:
    """What is said, in either form. Raises BadRequestError."""
    media_type = webhook.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM:
        return read_json(webhook.body)
    try:
        found = parse_qs(
            webhook.body.decode(), strict_parsing=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise BadRequestError("broken form") from error
    if any(len(values) > 1 for values in found.values()):
        raise BadRequestError("a field twice")
    return {name: values[0] for name, values in found.items()}


def _words(said: _Said) -> str:
    """What was written, without the word that called us; commands of our own are undone."""
    if said.command and said.command not in OWN_COMMANDS:
        return f"{said.command} {said.text}".strip()
    text = said.text.strip()
    if said.command:
        return text if text.startswith("/") else f"/{text or 'help'}"
    return text.removeprefix(said.trigger_word).strip()


def _files(said: _Said) -> list[Sent]:
    """Files by their ids, which is all that is told."""
    return [Sent({"file": one.strip()}) for one in said.file_ids.split(",") if one.strip()]


WHOLE = Mattermost
