"""Requests as the HTTP API hands them over (payload 2.0), and what they are answered with."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from msgspec import MsgspecError, Struct, json

from switchboard.errors import BadRequestError, NotAllowedError

T = TypeVar("T")

MAX_BYTES = 10_000
NEAR = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that browsers trust without TLS."""
COOKIE = "switchboard"


class Request(Struct, frozen=True, kw_only=True):
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    source: str
    """The address that it came from."""

    @property
    def secure(self) -> bool:
        """Whether it came by TLS: all did that came to AWS."""
        return self.host.rpartition(":")[0] not in NEAR and self.host not in NEAR

    @property
    def host(self) -> str:
        return self.headers.get("host", "")

    def form(self, kind: type[T]) -> T:
        """The body, which our own page has sent as JSON.

        Raises NotAllowedError when another site's page has, and BadRequestError when it does not
        fit. Another site can send no JSON: the browser asks first, and nobody says yes.
        """
        self.require_own("application/json")
        try:
            return json.decode(self.body, type=kind)
        except MsgspecError:
            raise BadRequestError("fields") from None

    def require_own(self, media_type: str) -> None:
        """Raises NotAllowedError when it is sent by a page that is not ours (Fetch Metadata)."""
        told = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if told != media_type or self.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise NotAllowedError("another site's")


class Served(Struct, frozen=True):
    status: int
    body: str = ""
    content_type: str = "application/json"
    cookies: tuple[str, ...] = ()
    headers: Mapping[str, str] = {}

    def built(self) -> dict[str, Any]:
        """As the HTTP API takes it."""
        usual = {
            "content-type": self.content_type,
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            **self.headers,
        }
        told = {"statusCode": self.status, "headers": usual, "body": self.body}
        return told | {"cookies": [*self.cookies]}


def read(event: Mapping[str, Any]) -> Request:
    """Raises BadRequestError when the body cannot be read or is too long."""
    context = event["requestContext"]
    stage = context.get("stage", "$default")
    headers = {name.lower(): str(value) for name, value in event.get("headers", {}).items()}
    # The HTTP API takes cookies out of the headers, the local one leaves them.
    cookies = [*event.get("cookies", ()), *headers.pop("cookie", "").split(";")]
    pairs = [one.strip().partition("=") for one in cookies]
    return Request(
        method=str(context["http"]["method"]),
        path=str(event.get("rawPath", "")).removeprefix(f"/{stage}"),
        headers=headers,
        query=dict(parse_qsl(str(event.get("rawQueryString", "")), keep_blank_values=True)),
        cookies={name: value for name, _, value in pairs if name},
        body=_body(event),
        source=str(context["http"].get("sourceIp", "")),
    )


def cookie(request: Request, name: str, value: str, seconds: float, same_site: str) -> str:
    """A header that lets the browser keep a value, for our pages below this path alone.

    Without `Path`, that is the folder of the request (RFC 6265, 5.1.4): `/signin`, or what it is
    called where the API is not at the root. No script reads it, and only TLS carries it.
    """
    kept = f"{_cookie_name(request, name)}={value}; Max-Age={max(int(seconds), 0)}; HttpOnly"
    return f"{kept}; SameSite={same_site}" + ("; Secure" if request.secure else "")


def cookie_of(request: Request, name: str) -> str:
    return request.cookies.get(_cookie_name(request, name), "")


def _cookie_name(request: Request, name: str) -> str:
    """By the prefix browsers know that it was set by TLS (RFC 6265bis, 4.1.3)."""
    return f"__Secure-{name}" if request.secure else name


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if len(text) > MAX_BYTES * 2:
        raise BadRequestError("too long")
    try:
        raw = b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        raise BadRequestError("encoding") from None
    if len(raw) > MAX_BYTES:
        raise BadRequestError("too long")
    return raw
