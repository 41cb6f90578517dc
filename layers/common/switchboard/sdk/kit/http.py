"""REST vendors: JSON below one address, and the errors that their statuses come to."""

from collections.abc import Iterator, Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any
from urllib.parse import urlencode, urljoin

from msgspec import DecodeError, json

from switchboard.errors import (
    AppError,
    BadRequestError,
    NotAllowedError,
    RateLimitedError,
    UnavailableError,
)
from switchboard.net import http

MAX_PAGES = 5
WAIT_SECONDS = 60.0
"""What to wait when the vendor does not say."""
SAYS = {401: "vendor_login", 403: "vendor_forbids", 404: "vendor_lacks"}
"""The phrases of refusals; any other is `vendor_refuses`."""
NOT_LET_IN = {401, 403}
MOVED, REFUSED, TOO_MANY, BROKEN = 300, 400, 429, 500


class Session:
    """One vendor for one call. Its requests end after ten seconds and follow no redirect.

    All methods return what the vendor answered, decoded; None when it answered nothing. They raise
    as `error_for` says, and UnavailableError when there is no answer or one that is no JSON.
    """

    def __init__(self, endpoint: str, headers: Mapping[str, str]) -> None:
        self._endpoint = endpoint.rstrip("/") + "/"
        self._headers = {"accept": "application/json", **headers}

    def get(self, path: str, **query: str | int) -> Any:
        return self._decoded(self._asked("GET", self._url(path, query)))

    def send(self, method: str, path: str, payload: Any = None) -> Any:
        """POST, PUT, PATCH or DELETE with a JSON body, or without one."""
        return self._decoded(self._asked(method, self._url(path, {}), payload))

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """The items of a list, page after page as they are asked for, of MAX_PAGES at most."""
        url = self._url(path, query)
        for _ in range(MAX_PAGES):
            reply = self._asked("GET", url)
            yield from self._decoded(reply) or ()
            following = _following(reply.headers.get("link", ""))
            url = urljoin(url, following)
            if not following or not url.startswith(self._endpoint):
                return

    def _url(self, path: str, query: Mapping[str, str | int]) -> str:
        return self._endpoint + path.lstrip("/") + (f"?{urlencode(query)}" if query else "")

    def _asked(self, method: str, url: str, payload: Any = None) -> http.HttpResponse:
        body, headers = b"", self._headers
        if payload is not None:
            body = json.encode(payload)
            headers = {**headers, "content-type": "application/json"}
        reply = http.upload(method, url, body, headers, plain=True)
        if reply.status >= MOVED:
            raise error_for(reply.status)
        return reply

    def _decoded(self, reply: http.HttpResponse) -> Any:
        try:
            return json.decode(reply.content) if reply.content else None
        except DecodeError as error:
            raise UnavailableError("no JSON") from error


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
    if after.isdigit():
        return max(1.0, float(after))
    until = parsedate_tz(after)
    if now and (until or reset.isdigit()):
        moment = mktime_tz(until) if until else float(reset)
        return max(1.0, moment - mktime_tz(now))
    return WAIT_SECONDS


def _following(link: str) -> str:
    """The address of the next page, as the Link header of RFC 8288 names it; else nothing."""
    for part in link.split(","):
        address, _, parameters = part.strip().partition(";")
        if 'rel="next"' in parameters:
            return address.strip().removeprefix("<").removesuffix(">")
    return ""
