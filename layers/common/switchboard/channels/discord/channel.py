"""Discord: interactions, deferred answers, follow-ups. Source: discord.com/developers."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.discord.interaction import BUTTON, COMMAND, Interaction
from switchboard.errors import BadRequestError, BadSignatureError, ClosedWindowError, RejectedError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

PING = 1
DEFERRED, TAKEN = '{"type":5}', '{"type":6}'
WINDOW_SECONDS = 900
SUPPRESS_EMBEDS = 4
ROW, BUTTON_SHOWN, GREY = 1, 2, 2
"""Types of components, and a button's style."""
AGENT = {"user-agent": "DiscordBot (https://example.org/switchboard, 1.0)"}
"""Without one of this form Discord does not answer."""
FILE_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
TOO_LATE = {10008, 10015, 10062, 50027}
"""The interaction's message, its webhook, itself, or its token is not known any more."""


class _Answer(Struct):
    code: int = 0


class Discord:
    methods = ("POST",)
    inbound = ("public_key",)
    outbound = ()  # an interaction's token is all that its answer needs
    content_types = ("application/json",)
    limits = Limits(text=2_000, window=WINDOW_SECONDS, file_bytes=10 * 2**20)
    takes_files = True
    takes_buttons = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "https://discord.com/api/v10")

    def verify(self, webhook: Webhook) -> None:
        """Discord never sends a request twice, so the shortest window will do."""
        from switchboard.channels.kit import ed25519  # noqa: PLC0415  a library that few channels need

        signature = header(webhook, "x-signature-ed25519")
        stamp = fresh(header(webhook, "x-signature-timestamp"), webhook.received_at)
        publics = current(self._values, "public_key")
        if not ed25519.holds(publics, signature, stamp.encode() + webhook.body):
            raise BadSignatureError("signature")

    def handshake(self, webhook: Webhook) -> Response | None:
        ping = read_json(webhook.body).get("type") == PING
        return Response(200, '{"type":1}') if ping else None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """Commands and buttons; ordinary messages come by a socket only."""
        found = read_json(webhook.body)
        if found.get("type") not in (COMMAND, BUTTON):
            return []
        asked = shape(found, Interaction)
        ids = (asked.id, asked.application_id, asked.token, asked.channel_id)
        in_server = asked.member is not None
        if (
            asked.sender is None
            or not all((*ids, asked.sender.id))
            or in_server != bool(asked.guild_id)
        ):
            raise BadRequestError("an interaction without its ids")
        conversation = f"{asked.guild_id or 'direct'}:{asked.channel_id}"
        made = envelope_id("discord", self._account, conversation, asked.id)
        text, attachments = asked.text.strip(), asked.attachments(made)
        if asked.sender.bot or not (text or attachments):
            return []
        return [
            Envelope(
                id=made,
                channel="discord",
                account=self._account,
                conversation=conversation,
                sender=Sender(asked.sender.id, locale=asked.locale),
                text=text,
                attachments=attachments,
                reply_to={
                    "application": asked.application_id,
                    "token": asked.token,
                    "until": str(int(webhook.received_at) + WINDOW_SECONDS),
                },
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        """A notice that we think, which the first answer replaces; none where none will come."""
        return Response(200, DEFERRED if self.parse(webhook) else TAKEN)

    def render(self, markdown: str) -> str:
        return markdown  # Discord takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """A follow-up with the text and the first file, and one for each further file.

        The first after a deferred answer takes that answer's place, as if it were edited.
        """
        if time.time() > float(reply_to["until"]):
            raise ClosedWindowError("the interaction's token has expired")
        buttons = [
            {"type": BUTTON_SHOWN, "style": GREY, "label": one.label, "custom_id": one.says}
            for one in part.buttons
        ]
        first = {"components": [{"type": ROW, "components": buttons}]} if buttons else {}
        self._post(reply_to, {"content": part.text, **first}, part.files[:1])
        for file in part.files[1:]:
            self._post(reply_to, {"content": ""}, (file,))

    def download(self, source: Mapping[str, str]) -> Download:
        places = (*FILE_HOSTS, self._api)
        return http.stream(source["url"], hosts=places, limit=self.limits.file_bytes)

    def _post(
        self, reply_to: ReplyTo, shown: Mapping[str, Any], files: tuple[StoredFile, ...]
    ) -> None:
        application, token = quote(reply_to["application"], ""), quote(reply_to["token"], "")
        url = f"{self._api}/webhooks/{application}/{token}?wait=true"
        payload = {
            **shown,
            "flags": SUPPRESS_EMBEDS,
            "allowed_mentions": {"parse": []},  # what others wrote must not wake everyone
        }
        if files:
            from switchboard import storage  # noqa: PLC0415  few answers have files

            named = {
                f"files[{index}]": (file.name, file.media_type, storage.content(file))
                for index, file in enumerate(files)
            }
            kind, body = http.multipart({"payload_json": json.encode(payload).decode()}, named)
            reply = http.upload("POST", url, body, {**AGENT, "content-type": kind})
        else:
            reply = http.post(url, payload, AGENT)
        code = shape(reply.body, _Answer).code
        if code in TOO_LATE:
            raise ClosedWindowError(f"{reply.status} {code}")
        if reply.status >= 400:  # noqa: PLR2004  HTTP
            raise RejectedError(f"{reply.status} {code}")


WHOLE = Discord
