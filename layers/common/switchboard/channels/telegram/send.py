"""What Telegram is sent: HTML, photos, documents. Source: core.telegram.org/bots/api."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import json

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import markup
from switchboard.errors import GoneError, RejectedError, UnavailableError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download
from switchboard.runtime import kept

MAX_CAPTION = 1_000
"""UTF-16 code units of 1,024."""
MAX_PHOTO_BYTES = 10 * 2**20
PHOTOS = {"image/jpeg", "image/png"}
NO_TOPIC = ("thread not found", "TOPIC_CLOSED", "TOPIC_DELETED")
"""What is said of a topic that takes nothing: whoever asked there still waits."""
HTML = {"parse_mode": "HTML"}


class TelegramSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://api.telegram.org")
        self._bot = f"bot{values['bot_token']}"
        self._base = f"{self._api}/{self._bot}"

    def flavoured(self, markdown: str) -> str:
        return markup.to_html(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """One message; a short one is the caption of its first file, the other files follow."""
        contents = [storage.content(file) for file in part.files]  # before anything is shown
        captioned = part.files and len(part.text.encode("utf-16-le")) // 2 <= MAX_CAPTION
        if not captioned:
            text = {"text": part.text, "link_preview_options": {"is_disabled": True}}
            self._message(reply_to, text | ({} if part.plain else HTML) | _buttons(part))
        first = {"caption": part.text, **HTML, **_buttons(part)} if captioned else {}
        for file, content in zip(part.files, contents, strict=True):
            self._file(reply_to, first, file, content)
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

    def _message(self, reply_to: ReplyTo, fields: Mapping[str, Any]) -> None:
        url = f"{self._base}/sendMessage"
        self._placed(reply_to, lambda place: http.post(url, {**place, **fields}))

    def _file(
        self, reply_to: ReplyTo, fields: Mapping[str, Any], file: StoredFile, content: bytes
    ) -> None:
        photo = file.media_type in PHOTOS and file.size <= MAX_PHOTO_BYTES
        method, field = ("sendPhoto", "photo") if photo else ("sendDocument", "document")
        shown = {field: (file.name, file.media_type, content)}

        def send(place: Mapping[str, Any]) -> http.HttpResponse:
            content_type, body = http.multipart(_form({**place, **fields}), shown)
            sent = {"content-type": content_type}
            return http.upload("POST", f"{self._base}/{method}", body, sent)

        self._placed(reply_to, send)

    def _placed(
        self, reply_to: ReplyTo, send: Callable[[Mapping[str, Any]], http.HttpResponse]
    ) -> None:
        """To where the chat is now: a group that became a supergroup has another id for good, and a
        topic that is no more was part of it."""
        chat = _moved().get(reply_to["chat"], reply_to["chat"])
        reply = send(_place(reply_to, chat))
        told = reply.body.get("parameters")
        moved = told.get("migrate_to_chat_id") if isinstance(told, dict) else None
        if isinstance(moved, int) and str(moved) != chat:
            _moved()[reply_to["chat"]] = str(moved)
            chat = str(moved)
            reply = send(_place(reply_to, chat))
        if any(one in str(reply.body.get("description")) for one in NO_TOPIC):
            reply = send(_place({**reply_to, "thread": ""}, chat))
        _check(reply)


@kept
def _moved() -> dict[str, str]:
    """Where groups are that have become supergroups, by the ids that they had."""
    return {}


def _place(reply_to: ReplyTo, chat: str) -> dict[str, Any]:
    """Where a message goes. A supergroup counts its messages anew."""
    found: dict[str, Any] = {
        "chat_id": int(chat),
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
    told = str(reply.body.get("description", ""))
    if reply.status == 403 or "chat not found" in told:  # noqa: PLR2004  blocked, or put out
        raise GoneError(f"telegram answered {reply.status}")
    raise RejectedError(f"telegram answered {reply.status}")
