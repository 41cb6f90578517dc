"""What Telegram is sent: HTML, photos, documents. Source: core.telegram.org/bots/api."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import json

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import markup
from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

MAX_CAPTION = 1_000
"""UTF-16 code units of 1,024."""
MAX_PHOTO_BYTES = 10 * 2**20
PHOTOS = {"image/jpeg", "image/png"}


class TelegramSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://api.telegram.org")
        self._bot = f"bot{values['bot_token']}"
        self._base = f"{self._api}/{self._bot}"

    def render(self, markdown: str) -> str:
        return markup.to_html(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """One message; a short one is the caption of its first file, the other files follow."""
        contents = [storage.content(file) for file in part.files]  # before anything is shown
        captioned = part.files and len(part.text.encode("utf-16-le")) // 2 <= MAX_CAPTION
        if not captioned:
            text = {"text": part.text, "link_preview_options": {"is_disabled": True}}
            payload = _place(reply_to) | text | {"parse_mode": "HTML"} | _buttons(part)
            _check(http.post(f"{self._base}/sendMessage", payload))
        first = {"caption": part.text, "parse_mode": "HTML"} | _buttons(part) if captioned else {}
        for file, content in zip(part.files, contents, strict=True):
            self._file(_place(reply_to) | first, file, content)
            first = {}

    def download(self, source: Mapping[str, str]) -> Download:
        """A file of up to 20 MB, which is what Telegram gives to bots."""
        reply = http.post(f"{self._base}/getFile", {"file_id": source["file"]})
        if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
            raise UnavailableError("telegram answered 401")
        result = reply.body.get("result")
        path = str(result.get("file_path", "")) if isinstance(result, dict) else ""
        if not path or path.startswith("/") or ".." in path:
            raise RejectedError(f"telegram answered {reply.status}", say="attachment_gone")
        url = f"{self._api}/file/{self._bot}/{quote(path)}"
        return http.stream(url, hosts=(self._api,), limit=self.can.limits.file_bytes)

    def _file(self, fields: Mapping[str, Any], file: StoredFile, content: bytes) -> None:
        photo = file.media_type in PHOTOS and file.size <= MAX_PHOTO_BYTES
        method, field = ("sendPhoto", "photo") if photo else ("sendDocument", "document")
        content_type, body = http.multipart(
            _form(fields), {field: (file.name, file.media_type, content)}
        )
        sent = {"content-type": content_type}
        _check(http.upload("POST", f"{self._base}/{method}", body, sent))


def _place(reply_to: ReplyTo) -> dict[str, Any]:
    """Where a message goes."""
    found: dict[str, Any] = {
        "chat_id": int(reply_to["chat"]),
        "reply_parameters": {
            "message_id": int(reply_to["message"]),
            "allow_sending_without_reply": True,
        },
    }
    if reply_to.get("thread"):
        found["message_thread_id"] = int(reply_to["thread"])
    return found


def _buttons(part: Part) -> dict[str, Any]:
    keys = [{"text": one.label, "callback_data": one.says} for one in part.buttons]
    return {"reply_markup": {"inline_keyboard": [keys]}} if keys else {}


def _form(fields: Mapping[str, Any]) -> dict[str, str]:
    """In a form objects are JSON."""
    return {
        name: value if isinstance(value, str) else json.encode(value).decode()
        for name, value in fields.items()
    }


def _check(reply: http.HttpResponse) -> None:
    if reply.body.get("ok") is True:
        return
    if reply.status in {401, 404}:  # the token is wrong: an operator can mend that
        raise UnavailableError(f"telegram answered {reply.status}")
    raise RejectedError(f"telegram answered {reply.status}")
