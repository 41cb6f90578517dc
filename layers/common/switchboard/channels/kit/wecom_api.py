"""The server API that WeCom and WeChat share: a token in the query, `errcode` in the answer."""

from collections.abc import Callable
from itertools import chain
from typing import Any, Literal
from urllib.parse import quote

from msgspec import DecodeError, Struct, json

from switchboard import storage
from switchboard.channels.base import shape
from switchboard.credentials import tokens
from switchboard.errors import (
    AppError,
    BadRequestError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import StoredFile
from switchboard.net import http
from switchboard.net.http import Download

Fetch = Callable[[], http.HttpResponse]
TOKEN_REFUSED = {40001, 40014, 41001, 42001}
TOO_FAST = {45009, 45011, 45033}
CLOSED = {45015, 45047}
NOT_OURS = {-1, 40013, 40056, 40164, 48001, 48002, 50001, 60011, 60020, 301002}
"""Busy, or what an operator can mend: addresses that may call, permissions, the app itself."""
WAIT_SECONDS = 30.0


class _Done(Struct):
    errcode: int = -1


class _Made(Struct):
    """What was asked for; only WeCom also says 0, for success."""

    errcode: int = 0
    access_token: str = ""
    expires_in: int = 0
    media_id: str = ""


class Api:
    """One account's calls. `name` is what its token is kept under; `fetch` asks for a new one."""

    def __init__(self, name: str, base: str, fetch: Fetch) -> None:
        self._name = name
        self._base = base
        self._fetch = fetch

    def post(self, path: str, payload: Any) -> dict[str, Any]:
        """The answer, when it says that all went well. Raises as a channel's `send` does."""
        body = http.post(self._url(path), payload).body
        self._require(errcode(body))
        return body

    def upload(self, file: StoredFile, kind: Literal["image", "file"]) -> str:
        """Keep a file with the platform for three days; its media id. Raises as `post` does."""
        form = {"media": (file.name, file.media_type, storage.content(file))}
        media_type, body = http.multipart({}, form)
        url = self._url(f"/cgi-bin/media/upload?type={kind}")
        found = _made(http.upload("POST", url, body, {"content-type": media_type}))
        self._require(found.errcode if found.media_id else found.errcode or -1)
        return found.media_id

    def download(self, media_id: str, limit: int) -> Download:
        """A file of up to `limit` bytes that came with a message.

        Raises as `post` does: an error is JSON, and a 200.
        """
        url = self._url(f"/cgi-bin/media/get?media_id={quote(media_id, safe='')}")
        found = http.stream(url, hosts=(self._base,), limit=limit)
        first = next(found.chunks, b"")
        self._require(_told(first))
        return Download(found.media_type, chain((first,), found.chunks))

    def _url(self, path: str) -> str:
        token = quote(tokens.held(self._name, self._new_token), safe="")
        return f"{self._base}{path}{'&' if '?' in path else '?'}access_token={token}"

    def _new_token(self) -> tuple[str, float]:
        found = _made(self._fetch())
        if found.errcode or not found.access_token:
            raise UnavailableError(f"no token: {found.errcode}")
        return found.access_token, float(found.expires_in)

    def _require(self, code: int) -> None:
        if code in TOKEN_REFUSED:
            tokens.forget(self._name)
            raise UnavailableError("token refused")
        if code:
            raise error_of(code)


def errcode(body: dict[str, Any]) -> int:
    """What an answer says, 0 for success and -1 when it is not the platform's."""
    try:
        return shape(body, _Done).errcode
    except BadRequestError:
        return -1


def error_of(code: int) -> AppError:
    """What an `errcode` means for the message that was to be sent."""
    if code in TOO_FAST:
        return RateLimitedError(str(code), retry_after=WAIT_SECONDS)
    if code in CLOSED:
        return ClosedWindowError(str(code))
    if code in NOT_OURS:
        return UnavailableError(str(code))
    return RejectedError(str(code))


def _made(reply: http.HttpResponse) -> _Made:
    try:
        return shape(reply.body, _Made)
    except BadRequestError:
        return _Made(errcode=-1)


def _told(first: bytes) -> int:
    """The error that stands where a file should; a file may be JSON, but has no `errcode`."""
    try:
        return json.decode(first, type=_Made).errcode if first.startswith(b"{") else 0
    except DecodeError:
        return 0
