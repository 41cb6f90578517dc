"""Matrix: an application service, whose homeserver pushes events to it in transactions.

Source: spec.matrix.org, application service API and client-server API, v1.11.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
)
from switchboard.channels.matrix.event import (
    MXC,
    Event,
    events_of,
    file_content,
    file_of,
    is_for,
    text_content,
    words_of,
)
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Attachment, Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

PING = "_matrix/app/v1/ping"
GREETING = "/help"
"""What an invitation counts as: we come into the room to answer it."""
NOT_OURS = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_UNRECOGNIZED"}
"""Errors that an operator can mend: the token, or where the homeserver is."""
MAX_ID = 255
FILE_BYTES = 20 * 2**20


class Matrix:
    methods = ("PUT", "POST")
    inbound = ("hs_token", "user_id")
    outbound = ("as_token", "api")
    content_types = ("application/json",)
    # The text is sent as Markdown, in which escaping at most sextuples, and as HTML if that fits.
    limits = Limits(text=9_000, units="bytes", file_bytes=FILE_BYTES)
    takes_files = True
    takes_buttons = False
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._us = values.get("user_id", "")
        self._api = values.get("api", "").rstrip("/")
        self._bearer = {"authorization": f"Bearer {values.get('as_token', '')}"}

    def verify(self, webhook: Webhook) -> None:
        """By the token in the header; the legacy one in the query must be right if it is there."""
        tokens = current(self._values, "hs_token")
        scheme, _, given = header(webhook, "authorization").partition(" ")
        legacy = webhook.query.get("access_token", given)
        if not all([scheme == "Bearer", any_same(given, tokens), any_same(legacy, tokens)]):
            raise BadSignatureError("hs_token")

    def handshake(self, webhook: Webhook) -> Response | None:
        if (webhook.method, webhook.rest) != ("POST", PING):
            return None
        read_json(webhook.body)
        return Response(200, "{}")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """The messages in a transaction. What is wrong in one event is no reason to refuse it."""
        events = events_of(webhook.body)
        return [envelope for event in events for envelope in self._read(event, webhook)]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown  # is shown where HTML is not

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The text, then its files; each has a transaction id of its own, and so happens once."""
        if reply_to.get("join"):
            room = quote(reply_to["room"], safe="")
            _told(http.post(f"{self._api}/_matrix/client/v3/join/{room}", {}, self._bearer))
        self._say(reply_to, part.key, text_content(part.text))
        for index, file in enumerate(part.files):
            self._say(reply_to, f"{part.key}-{index}", self._uploaded(file))

    def download(self, source: Mapping[str, str]) -> Download:
        found = MXC.fullmatch(source["url"])
        if found is None:
            raise RejectedError("no mxc address", say="attachment_gone")
        url = f"{self._api}/_matrix/client/v1/media/download/{found[1]}/{found[2]}"
        return http.stream(url, self._bearer, hosts=(self._api,), limit=FILE_BYTES)

    def _read(self, event: Event, webhook: Webhook) -> Iterator[Envelope]:
        """The message in an event, if it is one for us."""
        ids, content = (event.event_id, event.room_id, event.sender), event.content
        if not all(0 < len(one) <= MAX_ID for one in ids) or event.sender == self._us:
            return
        if event.type == "m.room.encrypted":
            # Nobody knows which of its messages are for us: said once to everybody in a room.
            once = f"encrypted {event.sender}"
            yield self._envelope(event, webhook, once, kind="unreadable")
        elif event.type == "m.room.member" and event.state_key == self._us:
            if content.membership == "invite":
                yield self._envelope(event, webhook, event.event_id, text=GREETING)
        elif event.type == "m.room.message" and content.said and is_for(content, self._us):
            found = self._envelope(event, webhook, event.event_id, text=words_of(content, self._us))
            if found.text or found.attachments:
                yield found

    def _envelope(
        self,
        event: Event,
        webhook: Webhook,
        message: str,
        *,
        kind: Literal["message", "unreadable"] = "message",
        text: str = "",
    ) -> Envelope:
        made = envelope_id("matrix", self._account, event.room_id, message)
        invited = event.content.membership
        file = file_of(event.content)
        return Envelope(
            id=made,
            kind=kind,
            channel="matrix",
            account=self._account,
            conversation=event.room_id,
            sender=Sender(event.sender),
            text=text,
            attachments=(Attachment(f"uploads/{made}/0", *file),) if file else (),
            reply_to={
                "room": event.room_id,
                "event": "" if invited else event.event_id,
                "thread": event.content.thread,
                "join": "yes" if invited else "",
            },
            received_at=webhook.received_at,
        )

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
        from switchboard import storage  # noqa: PLC0415  few answers have files

        url = f"{self._api}/_matrix/media/v3/upload?filename={quote(file.name, safe='')}"
        headers = {**self._bearer, "content-type": file.media_type}
        reply = _told(http.upload("POST", url, storage.content(file), headers))
        return file_content(file, str(reply.body.get("content_uri", "")))


def _told(reply: http.Reply) -> http.Reply:
    """The homeserver's answer. Raises UnavailableError or RejectedError when it is a refusal."""
    if reply.status < 300:  # noqa: PLR2004  HTTP
        return reply
    code = str(reply.body.get("errcode", ""))
    if not code or code in NOT_OURS:
        raise UnavailableError(f"the homeserver answered {reply.status} {code}")
    raise RejectedError(code)


WHOLE = Matrix
