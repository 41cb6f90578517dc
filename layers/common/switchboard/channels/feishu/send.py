"""What Feishu is sent: a card, then images and files. Source: open.feishu.cn, server-docs/im-v1."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct, json

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender, shape
from switchboard.credentials import tokens
from switchboard.errors import GoneError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

TOKEN_INVALID = {99991661, 99991663, 99991664}
GONE = {230002, 230013}
"""The bot is not in the chat, or the person not within its reach."""
TOO_FAST = {99991400, 230020, 11232}
REFRESH_SECONDS = 1800
"""The vendor issues a new token only when less than this is left of the old one."""
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


_TAG = re.compile(r"<(?=/?[A-Za-z][\w-]*[\s>/=])")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(<?([^\s)>]*)[^)]*\)")


class _Token(Struct):
    code: int = -1
    """0 is success, here and in `_Done`."""
    tenant_access_token: str = ""
    expire: int = 0


class _Keys(Struct):
    image_key: str = ""
    file_key: str = ""


class _Done(Struct):
    """What every answer says."""

    code: int = -1
    data: _Keys | None = None


class FeishuSender(Sender):
    """A card of schema 2.0 takes Markdown, in which others' words may make no tag and no image."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://open.feishu.cn")
        self._messages = f"{self._api}/open-apis/im/v1"

    def flavoured(self, markdown: str) -> str:
        """Feishu refuses a card with an image that it does not have, or a tag that it cannot read.

        In code nothing is an image or a tag.
        """
        pieces = re.split(r"(^```.*?^```|`[^`\n]+`)", markdown, flags=re.DOTALL | re.MULTILINE)
        pieces[::2] = [_IMAGE.sub(_linked, _TAG.sub("<\u200b", one)) for one in pieces[::2]]
        return "".join(pieces)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """One card, then one reply a file. They are there before anything is shown."""
        if part.plain:
            self._reply(reply_to, "text", {"text": part.text}, part.key)
            return
        ready = [self._uploaded(file) for file in part.files]
        elements = [{"tag": "markdown", "content": part.text}, *map(_button, part.buttons)]
        card = {"schema": "2.0", "body": {"elements": elements}}
        self._reply(reply_to, "interactive", card, part.key)
        for index, (kind, content) in enumerate(ready):
            self._reply(reply_to, kind, content, f"{part.key}-{index}")

    def download(self, source: Mapping[str, str]) -> Download:
        message, key = quote(source["message"], safe=""), quote(source["key"], safe="")
        url = f"{self._messages}/messages/{message}/resources/{key}?type={source['type']}"
        limit = self.can.limits.file_bytes
        return http.stream(url, self._bearer(), hosts=(self._api,), limit=limit)

    def _reply(self, reply_to: ReplyTo, kind: str, content: Mapping[str, object], key: str) -> None:
        payload = {
            "msg_type": kind,
            "content": json.encode(content).decode(),
            "uuid": key[:MAX_KEY],
        }
        url = f"{self._messages}/messages/{quote(reply_to['message_id'], safe='')}/reply"
        self._checked(http.post(url, payload, self._bearer()))

    def _uploaded(self, file: StoredFile) -> tuple[str, dict[str, str]]:
        """The kind and the content of the message that shows a file which is with Feishu."""
        found = (file.name, file.media_type, storage.content(file))
        if file.media_type in IMAGES and file.size <= MAX_IMAGE_BYTES:
            keys = self._put("images", {"image_type": "message"}, {"image": found})
            return "image", {"image_key": keys.image_key}
        fields = {"file_type": KINDS.get(file.media_type, "stream"), "file_name": file.name}
        keys = self._put("files", fields, {"file": found})
        return "file", {"file_key": keys.file_key}

    def _put(
        self, where: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, str, bytes]]
    ) -> _Keys:
        content_type, body = http.multipart(fields, files)
        sent = {**self._bearer(), "content-type": content_type}
        reply = http.upload("POST", f"{self._messages}/{where}", body, sent)
        return self._checked(reply).data or _Keys()

    def _checked(self, reply: http.HttpResponse) -> _Done:
        """What an answer says. A token that is refused is forgotten: a new one will be valid."""
        done = shape(reply.body, _Done)
        if done.code in TOKEN_INVALID:
            tokens.forget(f"feishu/{self.account}")
            raise UnavailableError("token refused")
        if done.code in TOO_FAST:
            raise RateLimitedError(str(done.code), retry_after=http.retry_after(reply))
        if done.code in GONE:
            raise GoneError(str(done.code))
        if done.code != 0:
            raise RejectedError(str(done.code))
        return done

    def _bearer(self) -> dict[str, str]:
        token = tokens.held(f"feishu/{self.account}", self._new_token)
        return {"authorization": f"Bearer {token}"}

    def _new_token(self) -> tuple[str, float]:
        payload = {name: self.values[name] for name in ("app_id", "app_secret")}
        url = f"{self._api}/open-apis/auth/v3/tenant_access_token/internal"
        found = shape(http.post(url, payload).body, _Token)
        if found.code != 0 or not found.tenant_access_token:
            raise UnavailableError(f"no tenant token: {found.code}")
        return found.tenant_access_token, found.expire - REFRESH_SECONDS


def _linked(image: re.Match[str]) -> str:
    return f"[{image[1] or image[2]}]({image[2]})"


def _button(button: Button) -> dict[str, object]:
    shown = {"tag": "plain_text", "content": button.label}
    press = {"type": "callback", "value": {"text": button.says}}
    return {"tag": "button", "text": shown, "behaviors": [press]}
