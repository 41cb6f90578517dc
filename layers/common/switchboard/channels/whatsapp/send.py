"""What WhatsApp is sent: texts, buttons, media. Source: developers.facebook.com, Cloud API."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender, shape
from switchboard.channels.kit import plain
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

MARKS = {"b": "*", "i": "_", "s": "~", "code": "`", "pre": "```"}
FILE_HOSTS = ("lookaside.fbsbx.com",)
AGENT = {"user-agent": "switchboard"}
"""Without one the host of the media answers with a page for browsers."""
MAX_IMAGE = 5 * 2**20
MAX_BODY = 1_024
"""Characters of a text that has buttons."""
SHOWN = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
}
"""What is shown as something else than a document."""
TOO_FAST = {4, 80007, 130429, 131048, 131056}
LATER = {1, 2, 131000, 131016, 131057, 133004}
NOT_OURS = {0, 3, 10, 190, 131005, 131031, 131042, *range(200, 300)}
"""The token, its permissions or the account: an operator can mend that."""
CLOSED = 131047


class _Error(Struct):
    code: int = -1


class _Answer(Struct):
    error: _Error | None = None


class WhatsappSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://graph.facebook.com/v23.0")
        self._bearer = {"authorization": f"Bearer {values['access_token']}", **AGENT}

    def flavoured(self, markdown: str) -> str:
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
                **_recipient(reply_to["to"]),
                **({} if part.plain else {"context": {"message_id": reply_to["message"]}}),
                **message,
            }
            _check(http.post(self._url(reply_to["phone"], "messages"), payload, self._bearer))

    def download(self, source: Mapping[str, str]) -> Download:
        """Its address, which holds for five minutes, and then the file."""
        reply = http.call("GET", self._url(source["media"]), None, self._bearer)
        _check(reply)
        url, hosts = str(reply.body.get("url", "")), (*FILE_HOSTS, self._api)
        return http.stream(url, self._bearer, hosts=hosts, limit=self.can.limits.file_bytes)

    def _uploaded(self, phone: str, file: StoredFile) -> dict[str, Any]:
        """The message that shows the file."""
        content = (file.name, file.media_type, storage.content(file))
        fields = {"messaging_product": "whatsapp", "type": file.media_type}
        kind, body = http.multipart(fields, {"file": content})
        sent = {**self._bearer, "content-type": kind}
        reply = http.upload("POST", self._url(phone, "media"), body, sent)
        _check(reply)
        shown = _kind_of(file)
        named = {"filename": file.name} if shown == "document" else {}
        return {"type": shown, shown: {"id": str(reply.body.get("id", "")), **named}}

    def _url(self, *path: str) -> str:
        return "/".join([self._api, *(quote(one, "") for one in path)])


def _kind_of(file: StoredFile) -> str:
    shown = SHOWN.get(file.media_type, "document")
    return "document" if shown == "image" and file.size > MAX_IMAGE else shown


def _recipient(to: str) -> dict[str, str]:
    """A number, or the id of somebody who hides it: under `to` Meta would take that for a number,
    answer that all is well, and send nothing (business-scoped user ids, which begin with a country
    and a dot).
    """
    return {"recipient" if "." in to else "to": to}


def _words(part: Part) -> dict[str, Any]:
    """The text, with its buttons where it is not too long for them."""
    if not part.buttons or len(part.text) > MAX_BODY:
        return {"type": "text", "text": {"body": part.text, "preview_url": False}}
    buttons = [
        {"type": "reply", "reply": {"id": one.says, "title": one.label}} for one in part.buttons
    ]
    shown = {"type": "button", "body": {"text": part.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": shown}


def _check(reply: http.HttpResponse) -> None:
    """Raises as `send` does, by the platform's error codes."""
    error = shape(reply.body, _Answer).error
    if error is None and reply.status < 400:  # noqa: PLR2004  HTTP
        return
    code = error.code if error else -1
    told = f"{reply.status} {code}"
    if code == CLOSED:
        raise ClosedWindowError(told)
    if code in TOO_FAST:
        raise RateLimitedError(told, retry_after=http.retry_after(reply))
    if code in LATER or code in NOT_OURS:
        raise UnavailableError(told)
    raise RejectedError(told)
