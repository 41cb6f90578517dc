"""What Feishu is sent: a card, then images and files. Source: open.feishu.cn, server-docs/im-v1."""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct, json

from switchboard import storage
from switchboard.channels.base import Part, shape
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo, StoredFile
from switchboard.net import http

TOKEN_INVALID = {99991661, 99991663, 99991664}
TOO_FAST = {99991400, 230020, 11232}
MAX_KEY = 50
"""Characters of a reply's `uuid`."""
MAX_IMAGE_BYTES = 10 * 2**20
IMAGES = {"image/bmp", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp"}
KINDS = {
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "ppt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "doc",
}
"""What Feishu shows a preview of; the rest is `stream`."""


class TokenRefusedError(UnavailableError):
    """The tenant token is not valid any more; a new one will be."""


class _Keys(Struct):
    image_key: str = ""
    file_key: str = ""


class _Done(Struct):
    """What every answer says; 0 is success."""

    code: int = -1
    data: _Keys | None = None


class Push:
    """The message API with one tenant's token."""

    def __init__(self, api: str, token: str) -> None:
        self._api = f"{api}/open-apis/im/v1"
        self._bearer = {"authorization": f"Bearer {token}"}

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """One card, then one reply a file. They are there before anything is shown."""
        ready = [self._uploaded(file) for file in part.files]
        elements = [{"tag": "markdown", "content": part.text}, *map(_button, part.buttons)]
        card = {"schema": "2.0", "body": {"elements": elements}}
        self._reply(reply_to, "interactive", card, part.key)
        for index, (kind, content) in enumerate(ready):
            self._reply(reply_to, kind, content, f"{part.key}-{index}")

    def _reply(self, reply_to: ReplyTo, kind: str, content: Mapping[str, object], key: str) -> None:
        payload = {
            "msg_type": kind,
            "content": json.encode(content).decode(),
            "uuid": key[:MAX_KEY],
        }
        url = f"{self._api}/messages/{quote(reply_to['message_id'], safe='')}/reply"
        _checked(http.post(url, payload, self._bearer))

    def _uploaded(self, file: StoredFile) -> tuple[str, dict[str, str]]:
        """The kind and the content of the message that shows a file which is with Feishu."""
        content = storage.content(file)
        if file.media_type in IMAGES and file.size <= MAX_IMAGE_BYTES:
            fields = {"image_type": "message"}
            keys = self._put("images", fields, {"image": (file.name, file.media_type, content)})
            return "image", {"image_key": keys.image_key}
        fields = {"file_type": KINDS.get(file.media_type, "stream"), "file_name": file.name}
        keys = self._put("files", fields, {"file": (file.name, file.media_type, content)})
        return "file", {"file_key": keys.file_key}

    def _put(
        self, where: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, str, bytes]]
    ) -> _Keys:
        content_type, body = http.multipart(fields, files)
        sent = {**self._bearer, "content-type": content_type}
        reply = http.upload("POST", f"{self._api}/{where}", body, sent)
        return _checked(reply).data or _Keys()


def _button(button: Button) -> dict[str, object]:
    shown = {"tag": "plain_text", "content": button.label}
    press = {"type": "callback", "value": {"text": button.says}}
    return {"tag": "button", "text": shown, "behaviors": [press]}


def _checked(reply: http.Reply) -> _Done:
    done = shape(reply.body, _Done)
    if done.code in TOKEN_INVALID:
        raise TokenRefusedError("token refused")
    if done.code in TOO_FAST:
        raise RateLimitedError(str(done.code), retry_after=http.retry_after(reply))
    if done.code != 0:
        raise RejectedError(str(done.code))
    return done
