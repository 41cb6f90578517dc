"""QQ bots: signed events, the validation request, passive answers. Source: bot.q.qq.com."""

import time
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from msgspec import json

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
)
from switchboard.channels.qq import api as qq_api
from switchboard.channels.qq.event import GROUP, PERSON, attachments_of, said_in, validation_in
from switchboard.errors import BadRequestError, BadSignatureError, ClosedWindowError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

SIGNED = ("x-signature-ed25519", "x-signature-timestamp")
SKEW_SECONDS = 3600
"""The vendor names no window, nor whether a retry is signed anew."""
MAX_VALIDATION = 1024
WINDOWS = {GROUP: 300, PERSON: 3600}
"""Seconds in which a message may be answered."""
FILE_HOSTS = (".nt.qq.com.cn", ".c2c.qq.com", ".ftn.qq.com", ".qpic.cn")
FILE_TYPES = {"image/png": 1, "image/jpeg": 1, "video/mp4": 2, "audio/silk": 3, "audio/amr": 3}
ANY_FILE = 4
LINK_SECONDS = 3600


class Qq:
    methods = ("POST",)
    inbound = ("bot_secret",)
    outbound = ("app_id", "bot_secret")
    content_types = ("application/json",)
    limits = Limits(text=4_000, window=3600, answers=5, file_bytes=20 * 2**20)
    takes_files = True
    takes_buttons = False
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = qq_api.Api(account, values)

    def verify(self, webhook: Webhook) -> None:
        """The signature; only the validation request, which we sign, may come without one."""
        from switchboard.channels.kit import ed25519  # noqa: PLC0415  a library that few channels need

        if not any(name in webhook.headers for name in SIGNED):
            _only_validation(webhook)
            return
        signature, stamp = (header(webhook, name) for name in SIGNED)
        fresh(stamp, webhook.received_at, SKEW_SECONDS)
        publics = [ed25519.public_of(seed_of(one)) for one in current(self._values, "bot_secret")]
        if not ed25519.holds(publics, signature, stamp.encode() + webhook.body):
            raise BadSignatureError("signature")

    def handshake(self, webhook: Webhook) -> Response | None:
        """The validation's token, signed: that the address is ours."""
        from switchboard.channels.kit import ed25519  # noqa: PLC0415  a library that few channels need

        asked = validation_in(read_json(webhook.body))
        if asked is None:
            return None
        stamp, token = asked
        signature = ed25519.sign(seed_of(self._values["bot_secret"]), f"{stamp}{token}".encode())
        answer = {"plain_token": token, "signature": signature}
        return Response(200, json.encode(answer).decode())

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """Messages to the bot: of one person, or of a group where it is mentioned."""
        found = read_json(webhook.body)
        kind = found.get("t")
        if found.get("op") != 0 or kind not in (GROUP, PERSON):
            return []
        said = said_in(found)
        text = said.content.strip()
        sender = said.author.member_openid if kind == GROUP else said.author.user_openid
        openid = said.group_openid if kind == GROUP else sender
        if not (said.id and openid and sender):
            raise BadRequestError("a message without its ids")
        if said.author.bot or not (text or said.attachments):
            return []
        chat = f"{'groups' if kind == GROUP else 'users'}/{openid}"
        made = envelope_id("qq", self._account, chat, said.id)
        until = str(int(webhook.received_at) + WINDOWS[kind])
        return [
            Envelope(
                id=made,
                channel="qq",
                account=self._account,
                conversation=chat,
                sender=Sender(sender),
                text=text,
                attachments=attachments_of(said, made),
                reply_to={"chat": chat, "message": said.id, "until": until},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, '{"op":12,"d":0}')

    def render(self, markdown: str) -> str:
        from switchboard.channels.kit import plain  # noqa: PLC0415  ingest renders nothing

        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The text, then each file; QQ fetches the files first, which nobody sees."""
        if time.time() > float(reply_to["until"]):
            raise ClosedWindowError("the message may not be answered any more")
        chat = reply_to["chat"]
        messages: list[dict[str, Any]] = [{"msg_type": 0, "content": part.text}]
        messages += [self._uploaded(chat, file) for file in part.files]
        for number, message in enumerate(messages, _sequence(part.key)):
            answering = {"msg_id": reply_to["message"], "msg_seq": number}
            self._api.post(f"{chat}/messages", {**message, **answering})

    def download(self, source: Mapping[str, str]) -> Download:
        places = (*FILE_HOSTS, self._api.base)
        return http.stream(source["url"], hosts=places, limit=self.limits.file_bytes)

    def _uploaded(self, chat: str, file: StoredFile) -> dict[str, Any]:
        """The message that shows the file, which QQ fetches from a link."""
        from switchboard import storage  # noqa: PLC0415  few answers have files

        kind = FILE_TYPES.get(file.media_type, ANY_FILE)
        asked = {"file_type": kind, "url": storage.link(file, LINK_SECONDS), "srv_send_msg": False}
        made = self._api.post(f"{chat}/files", asked).file_info
        return {"msg_type": 7, "content": " ", "media": {"file_info": made}}


def _only_validation(webhook: Webhook) -> None:
    try:
        small = len(webhook.body) <= MAX_VALIDATION
        if small and validation_in(read_json(webhook.body)) is not None:
            return
    except BadRequestError as error:
        raise BadSignatureError("unsigned") from error
    raise BadSignatureError("unsigned")


def seed_of(secret: str) -> bytes:
    """The seed of the key with which QQ signs, and we sign validations (sign.md)."""
    return (secret.encode() * 32)[:32]


def _sequence(key: str) -> int:
    """The `msg_seq` of a part: the same on every try, higher for each part of an answer.

    One message may have several answers, which only have to differ (send.md).
    """
    answer, _, index = key.rpartition("-")
    number = int(index) if index.isdecimal() else 0
    return 1 + (crc32(answer.encode()) & 0xFFFFF) * 1024 + number * 16


WHOLE = Qq
