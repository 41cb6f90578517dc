"""REST vendors: JSON or files below one address, and the errors that their statuses come to."""

import base64
from collections.abc import Callable, Iterator, Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from msgspec import DecodeError, json

from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RateLimitedError,
    UnavailableError,
)
from switchboard.net import exchange
from switchboard.net.exchange import HttpResponse
from switchboard.sdk.kit import words

MAX_PAGES = 5
MAX_REASON = 300
"""Characters of a vendor's own words about what is wrong with a call."""
WAIT_SECONDS = 60.0
"""What to wait when the vendor does not say."""
SAYS = {401: "vendor_login", 403: "vendor_forbids", 404: "vendor_lacks"}
"""The phrases of refusals; any other is `vendor_refuses`."""
NOT_LET_IN = {401, 403}
MOVED, REFUSED, FORBIDDEN, TOO_MANY, BROKEN = 300, 400, 403, 429, 500

Query = str | int | float | None
Reason = Callable[[Any], str | None]


class Session:
    """One vendor for one call. Its requests end after ten seconds and follow no redirect.

    All methods but `exchange` return what the vendor answered, decoded; None when it answered
    nothing. They raise as `error_for` says, and UnavailableError when there is no answer or one
    that is no JSON. `says` adds to SAYS; `reason` takes the vendor's words about what is wrong out
    of what it answered to a refused call, to be shown to who asked.
    """

    def __init__(
        self,
        endpoint: str,
        headers: Mapping[str, str],
        *,
        says: Mapping[int, str] | None = None,
        reason: Reason | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/") + "/"
        self._headers = {"accept": "application/json", **headers}
        self._says = SAYS | dict(says or {})
        self._reason = reason

    def get(self, path: str, **query: Query) -> Any:
        """What is None in a query is not asked for."""
        return _decoded(self._asked("GET", self._url(path, query)))

    def send(self, method: str, path: str, payload: Any = None) -> Any:
        """POST, PUT, PATCH or DELETE with a JSON body, or without one."""
        url = self._url(path, {})
        if payload is None:
            return _decoded(self._asked(method, url))
        headers = {"content-type": "application/json"}
        return _decoded(self._asked(method, url, json.encode(payload), headers))

    def pages(self, path: str, **query: Query) -> Iterator[Any]:
        """The items of a list, page after page as they are asked for, of MAX_PAGES at most."""
        url = self._url(path, query)
        for _ in range(MAX_PAGES):
            reply = self._asked("GET", url)
            yield from _decoded(reply) or ()
            following = _following(url, reply.headers)
            url = urljoin(url, following)
            if not following or not url.startswith(self._endpoint):
                return

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        **query: Query,
    ) -> HttpResponse:
        """Bytes to the vendor, and its answer as it came, of 1 MB at most; raises as the others."""
        return self._asked(method, self._url(path, query), body, headers)

    def _url(self, path: str, query: Mapping[str, Query]) -> str:
        told = urlencode({name: value for name, value in query.items() if value is not None})
        return self._endpoint + path.lstrip("/") + (f"?{told}" if told else "")

    def _asked(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        try:
            reply = exchange.current()(method, url, body, {**self._headers, **(headers or {})})
        except OSError as error:
            raise UnavailableError(type(error).__name__) from None
        if reply.status >= MOVED:
            raise self._error(reply)
        return reply

    def _error(self, reply: HttpResponse) -> AppError:
        status, wait = status_of(reply.status, reply.headers), wait_of(reply.headers)
        told = self._told(reply) if REFUSED <= status < BROKEN and status not in self._says else ""
        if told:
            return error_for(status, wait, {status: "vendor_says"}, words=told)
        return error_for(status, wait, self._says)

    def _told(self, reply: HttpResponse) -> str:
        """The vendor's words, without a meaning in Markdown; empty when there are none."""
        if self._reason is None:
            return ""
        try:
            found = self._reason(json.decode(reply.content))
        except (DecodeError, LookupError, TypeError, AttributeError):  # not as it is documented
            return ""
        return words.plain(found, MAX_REASON) if isinstance(found, str) else ""


def basic(username: str, password: str) -> str:
    """The Authorization header of RFC 7617, in UTF-8."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def status_of(status: int, headers: Mapping[str, str]) -> int:
    """429 for a 403 whose headers say that it is a limit and no refusal; else the status.

    As GitHub, Gitee and others answer ("Rate limits for the REST API", GitHub Docs).
    """
    limited = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return TOO_MANY if status == FORBIDDEN and limited else status


def error_for(
    status: int, wait: float = WAIT_SECONDS, says: Mapping[int, str] = SAYS, **values: object
) -> AppError:
    """Ours for an HTTP status that is not a success; `values` fill the phrase.

    429 is RateLimitedError, after which the frame waits; 5xx and what is no refusal at all is
    UnavailableError, unless `says` has a phrase for it; the rest is the asker's, or our login's.
    """
    detail = f"the vendor answered {status}"
    if status == TOO_MANY:
        return RateLimitedError(detail, retry_after=wait)
    if status not in says and not REFUSED <= status < BROKEN:
        return UnavailableError(detail)
    kind = NotAllowedError if status in NOT_LET_IN else BadRequestError
    return kind(detail, say=says.get(status, "vendor_refuses"), **values)


def wait_of(headers: Mapping[str, str]) -> float:
    """Seconds until the next try: those a vendor names, or until the time that it names.

    Names of headers are in lower case. A time is taken by the vendor's own clock.
    """
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    now = parsedate_tz(headers.get("date", ""))
    if after.isascii() and after.isdigit():
        return max(1.0, float(after))
    until = parsedate_tz(after)
    if now and (until or (reset.isascii() and reset.isdigit())):
        moment = mktime_tz(until) if until else float(reset)
        return max(1.0, moment - mktime_tz(now))
    return WAIT_SECONDS


def _decoded(reply: HttpResponse) -> Any:
    try:
        return json.decode(reply.content) if reply.content else None
    except DecodeError as error:
        raise UnavailableError("no JSON") from error


def _following(url: str, headers: Mapping[str, str]) -> str:
    """The address of the next page, as the Link header of RFC 8288 names it, or by the number of
    all pages, as Gitee has it; else nothing."""
    for part in headers.get("link", "").split(","):
        address, _, parameters = part.strip().partition(";")
        if 'rel="next"' in parameters:
            return address.strip().removeprefix("<").removesuffix(">")
    pages, parts = headers.get("total_page", ""), urlsplit(url)
    query = parse_qs(parts.query)
    page = int(query.get("page", ["1"])[0])
    if not (pages.isascii() and pages.isdigit() and page < int(pages)):
        return ""
    return parts._replace(query=urlencode(query | {"page": [str(page + 1)]}, doseq=True)).geturl()
