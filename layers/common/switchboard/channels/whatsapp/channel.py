"""WhatsApp: the Cloud API's signed events, answers, media. Source: developers.facebook.com."""

import hmac
import time
from collections.abc import Mapping
from typing import Any
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
from switchboard.channels.whatsapp import answer
from switchboard.channels.whatsapp.event import Message, attachments_of, messages_in, text_of
from switchboard.errors import BadRequestError, BadSignatureError, ClosedWindowError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

MARKS = {"b": "*", "i": "_", "s": "~", "code": "`", "pre": "```"}
WINDOW_SECONDS = 24 * 3600
FILE_HOSTS = ("lookaside.fbsbx.com",)
AGENT = {"user-agent": "switchboard"}
"""Without one the host of the media answers with a page for browsers."""
MAX_IMAGE = 5 * 2**20
MAX_BODY = 1_024
"""Characters of a text that has buttons."""
IMAGES = {"image/jpeg", "image/png"}
SOUNDS = {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
FILMS = {"video/mp4", "video/3gpp"}


class Whatsapp:
    methods = ("GET", "POST")
    inbound = ("app_secret", "verify_token")
    outbound = ("access_token",)
    content_types = ("application/json",)
    limits = Limits(text=4_096, every=6.0, window=WINDOW_SECONDS, file_bytes=16 * 2**20)
    takes_files = True
    takes_buttons = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "https://graph.facebook.com/v23.0")
        self._bearer = {"authorization": f"Bearer {values.get('access_token', '')}", **AGENT}

    def verify(self, webhook: Webhook) -> None:
        """The signature; the set-up request, a GET, carries the token that we chose instead."""
        if webhook.method == "GET":
            asked = webhook.query.get("hub.mode", "") == "subscribe"
            # A blank may come as the plus of a form; elsewhere a plus is what base64 needs.
            tokens = [one.replace("+", " ") for one in current(self._values, "verify_token")]
            given = webhook.query.get("hub.verify_token", "").replace("+", " ")
            if not (any_same(given, tokens) and asked):
                raise BadSignatureError("verify token")
            return
        expected = [
            "sha256=" + hmac.digest(secret.encode(), webhook.body, "sha256").hex()
            for secret in current(self._values, "app_secret")
        ]
        if not any_same(header(webhook, "x-hub-signature-256"), expected):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        if webhook.method != "GET":
            return None
        return Response(200, webhook.query.get("hub.challenge", "")[:1000], "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """Every message in it: one webhook may carry many, of several people."""
        found = messages_in(read_json(webhook.body))
        return [
            made
            for phone, message in found
            for made in self._envelopes(phone, message, webhook.received_at)
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200)

    def render(self, markdown: str) -> str:
        from switchboard.channels.kit import plain  # noqa: PLC0415  ingest renders nothing

        return plain.to_plain(markdown, MARKS)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The text, then each file; the files are uploaded first, which nobody sees."""
        if time.time() > float(reply_to["until"]):
            raise ClosedWindowError("the last message is a day old")
        messages = [_words(part)]
        messages += [self._uploaded(reply_to["phone"], file) for file in part.files]
        for message in messages:
            payload = {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": reply_to["to"],
                "context": {"message_id": reply_to["message"]},
                **message,
            }
            answer.check(http.post(self._url(reply_to["phone"], "messages"), payload, self._bearer))

    def download(self, source: Mapping[str, str]) -> Download:
        """Its address, which holds for five minutes, and then the file."""
        reply = http.call("GET", self._url(source["media"]), None, self._bearer)
        answer.check(reply)
        url, places = str(reply.body.get("url", "")), (*FILE_HOSTS, self._api)
        return http.stream(url, self._bearer, hosts=places, limit=self.limits.file_bytes)

    def _envelopes(self, phone: str, message: Message, now: float) -> list[Envelope]:
        text = text_of(message)
        if not (phone and message.id and message.sender):
            raise BadRequestError("a message without its ids")
        conversation = f"{phone}:{message.sender}"
        made = envelope_id("whatsapp", self._account, conversation, message.id)
        attachments = attachments_of(message, made)
        if not (text or attachments):
            return []
        return [
            Envelope(
                id=made,
                channel="whatsapp",
                account=self._account,
                conversation=conversation,
                sender=Sender(message.sender),
                text=text,
                attachments=attachments,
                reply_to={
                    "phone": phone,
                    "to": message.sender,
                    "message": message.id,
                    "until": str(message.written(now) + WINDOW_SECONDS),
                },
                received_at=now,
            )
        ]

    def _uploaded(self, phone: str, file: StoredFile) -> dict[str, Any]:
        """The message that shows the file."""
        from switchboard import storage  # noqa: PLC0415  few answers have files

        content = (file.name, file.media_type, storage.content(file))
        fields = {"messaging_product": "whatsapp", "type": file.media_type}
        kind, body = http.multipart(fields, {"file": content})
        reply = http.upload(
            "POST", self._url(phone, "media"), body, {**self._bearer, "content-type": kind}
        )
        answer.check(reply)
        shown = _kind_of(file)
        named = {"filename": file.name} if shown == "document" else {}
        return {"type": shown, shown: {"id": str(reply.body.get("id", "")), **named}}

    def _url(self, *path: str) -> str:
        return "/".join([self._api, *(quote(one, "") for one in path)])


def _kind_of(file: StoredFile) -> str:
    if file.media_type in IMAGES and file.size <= MAX_IMAGE:
        return "image"
    return (
        "audio"
        if file.media_type in SOUNDS
        else "video"
        if file.media_type in FILMS
        else "document"
    )


def _words(part: Part) -> dict[str, Any]:
    """The text, with its buttons where it is not too long for them."""
    if not part.buttons or len(part.text) > MAX_BODY:
        return {"type": "text", "text": {"body": part.text, "preview_url": False}}
    buttons = [
        {"type": "reply", "reply": {"id": one.says, "title": one.label}} for one in part.buttons
    ]
    shown = {"type": "button", "body": {"text": part.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": shown}


WHOLE = Whatsapp
