"""What our own page sends to sign in, the cookies that it keeps, and what it is answered with."""

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import MsgspecError, Struct, json

from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.pages import Request

T = TypeVar("T")

MAX_BYTES = 10_000
NEAR = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that browsers trust without TLS."""
COOKIE = "switchboard"


def form(request: Request, kind: type[T]) -> T:
    """The body, which our own page has sent as JSON.

    Raises NotAllowedError when another site's page has, and BadRequestError when it does not fit.
    Another site can send no JSON: the browser asks first, and nobody says yes.
    """
    require_own(request)
    if len(request.body) > MAX_BYTES:
        raise BadRequestError("too long")
    try:
        return json.decode(request.body, type=kind)
    except MsgspecError:
        raise BadRequestError("fields") from None


def require_own(request: Request) -> None:
    """Raises NotAllowedError when it is no JSON that a page of ours sends (Fetch Metadata)."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    site = request.headers.get("sec-fetch-site", "same-origin")
    if told != "application/json" or site != "same-origin":
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


def cookie(request: Request, name: str, value: str, seconds: float, same_site: str) -> str:
    """A header that lets the browser keep a value, for our pages below this path alone.

    Without `Path`, that is the folder of the request (RFC 6265, 5.1.4): `/signin`, or what it is
    called where the API is not at the root. No script reads it, and only TLS carries it.
    """
    kept = f"{_cookie_name(request, name)}={value}; Max-Age={max(int(seconds), 0)}; HttpOnly"
    return f"{kept}; SameSite={same_site}" + ("; Secure" if _is_secure(request) else "")


def cookie_of(request: Request, name: str) -> str:
    return request.cookies.get(_cookie_name(request, name), "")


def _cookie_name(request: Request, name: str) -> str:
    """By the prefix browsers know that it was set by TLS (RFC 6265bis, 4.1.3)."""
    return f"__Secure-{name}" if _is_secure(request) else name


def _is_secure(request: Request) -> bool:
    """Whether it came by TLS: all did that came to AWS."""
    return request.host.rpartition(":")[0] not in NEAR and request.host not in NEAR
