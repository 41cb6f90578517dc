"""DingTalk's server API for robots: its token, messages to people and groups, files both ways.

Source: open.dingtalk.com, robot messages (batchSend, groupMessages/send, messageFiles/download).
"""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from msgspec import Struct, json

from switchboard import storage
from switchboard.channels.base import Part, shape
from switchboard.channels.kit.links import link
from switchboard.credentials import tokens
from switchboard.errors import (
    BadRequestError,
    GoneError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import StoredFile
from switchboard.net import http
from switchboard.net.address import allowed
from switchboard.net.http import Download

API, OLD_API = "https://api.dingtalk.com", "https://oapi.dingtalk.com"
FILE_HOSTS = (".dingtalk.com", ".aliyuncs.com")
FILE_TYPES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}
"""What `sampleFile` takes."""
TOKEN_REFUSED = {88, 40001, 40014, 42001}
IMAGE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/bmp"}
TITLE = 64
"""Characters of a message that stand in the list of chats."""

T = TypeVar("T")
Message = tuple[str, Mapping[str, str]]
"""What a robot says: `msgKey` and `msgParam`."""


class _Token(Struct, rename="camel"):
    access_token: str = ""
    expire_in: int = 0


class _Old(Struct):
    """What the older half of the API answers."""

    errcode: int = -1
    media_id: str = ""


class Robot:
    """One robot. `name` is what its token is kept under; files have up to `limit` bytes."""

    def __init__(self, name: str, values: Mapping[str, str], limit: int) -> None:
        self._name = name
        self._values = values
        self._limit = limit
        self.api = values.get("api", "")
        self._base, self._old = self.api or API, self.api or OLD_API
        self._code = values["robot_code"]

    def shown(self, file: StoredFile) -> Message:
        """A message with the file, or with a link to one that DingTalk does not take.

        Uploads it; raises as `send` does.
        """
        try:
            media = self._upload(file) if self._takes(file) else ""
        except RejectedError:
            media = ""
        if not media:
            return markdown(link(file))
        if file.media_type in IMAGE_TYPES:
            return "sampleImageMsg", {"photoURL": media}
        return "sampleFile", {"mediaId": media, "fileName": file.name, "fileType": _suffix(file)}

    def send(self, to: Mapping[str, str], message: Message) -> None:
        """To the `group`, else the `user`, that `to` names. Raises as a channel's `send` does."""
        kind, param = message
        said = {"robotCode": self._code, "msgKey": kind, "msgParam": json.encode(param).decode()}
        if to.get("group"):
            whom = {"openConversationId": to["group"]}
            self._post("/v1.0/robot/groupMessages/send", {**said, **whom})
            return
        found = self._post("/v1.0/robot/oToMessages/batchSend", {**said, "userIds": [to["user"]]})
        if found.get("flowControlledStaffIdList"):
            raise RateLimitedError("one person", retry_after=60.0)
        if found.get("invalidStaffIdList"):
            raise GoneError("the person is not there")

    def download(self, code: str) -> Download:
        """A file that came with a message. Raises as `send` does."""
        asked = {"downloadCode": code, "robotCode": self._code}
        url = str(self._post("/v1.0/robot/messageFiles/download", asked).get("downloadUrl", ""))
        hosts = (*FILE_HOSTS, self.api)
        return http.stream(allowed(url, FILE_HOSTS, self.api), hosts=hosts, limit=self._limit)

    def _takes(self, file: StoredFile) -> bool:
        known = file.media_type in IMAGE_TYPES or _suffix(file) in FILE_TYPES
        return known and 0 < file.size <= self._limit

    def _post(self, path: str, payload: Any) -> dict[str, Any]:
        token = {"x-acs-dingtalk-access-token": self._token()}
        reply = http.post(f"{self._base}{path}", payload, token)
        if reply.status == 401 or reply.body.get("code") == "InvalidAuthentication":  # noqa: PLR2004
            tokens.forget(self._name)
            raise UnavailableError("token refused")
        if "Throttling" in str(reply.body.get("code", "")):
            raise RateLimitedError("throttled", retry_after=http.retry_after(reply))
        if reply.status == 403:  # noqa: PLR2004  a permission that an operator can give
            raise UnavailableError("not permitted")
        if reply.status >= 300:  # noqa: PLR2004
            raise RejectedError(f"answered {reply.status}")
        return reply.body

    def _upload(self, file: StoredFile) -> str:
        kind = "image" if file.media_type in IMAGE_TYPES else "file"
        form = {"media": (file.name, file.media_type, storage.content(file))}
        media_type, body = http.multipart({"type": kind}, form)
        url = f"{self._old}/media/upload?access_token={self._token()}&type={kind}"
        reply = http.upload("POST", url, body, {"content-type": media_type})
        found = _shape(reply.body, _Old)
        if found.errcode in TOKEN_REFUSED:
            tokens.forget(self._name)
        if found.errcode in {-1, *TOKEN_REFUSED}:
            raise UnavailableError(f"no upload: {found.errcode}")
        if found.errcode or not found.media_id:
            raise RejectedError(f"no upload: {found.errcode}")
        return found.media_id

    def _token(self) -> str:
        return tokens.held(self._name, self._new_token)

    def _new_token(self) -> tuple[str, float]:
        app = {"appKey": self._values["app_key"], "appSecret": self._values["app_secret"]}
        reply = http.post(f"{self._base}/v1.0/oauth2/accessToken", app)
        found = _shape(reply.body, _Token)
        if not found.access_token:
            raise UnavailableError(f"no token: {reply.status}")
        return found.access_token, float(found.expire_in)


def markdown(text: str) -> Message:
    return "sampleMarkdown", {"title": title_of(text), "text": text}


def said(part: Part) -> Message:
    """The words of a message."""
    return ("sampleText", {"content": part.text}) if part.plain else markdown(part.text)


def title_of(text: str) -> str:
    """What a message is called in the list of chats: its first words."""
    return re.sub(r"[#*>`]", "", text).strip().partition("\n")[0][:TITLE] or "…"


def _suffix(file: StoredFile) -> str:
    return PurePath(file.name).suffix[1:].lower()


def _shape(body: dict[str, Any], kind: type[T]) -> T:
    try:
        return shape(body, kind)
    except BadRequestError as error:
        raise UnavailableError("not the platform's answer") from error
