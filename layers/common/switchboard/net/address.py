"""Addresses that came inside payloads: which of them may be called, and where."""

from collections.abc import Collection
from urllib.parse import urlsplit

from switchboard.errors import RejectedError


def allowed(url: str, hosts: Collection[str], api: str = "") -> str:
    """`url`, when it is https at one of `hosts`; below the configured `api`, when there is one.

    `.example.com` stands for all hosts below it. Raises RejectedError: a payload is no place to
    name a host that we then call.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RejectedError("an address that is none") from error
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if api and (parts.scheme, parts.netloc) == urlsplit(api)[:2]:
        return url
    named = host in hosts or any(host.endswith(one) for one in hosts if one.startswith("."))
    if parts.scheme != "https" or "@" in parts.netloc or port not in {None, 443} or not named:
        raise RejectedError("an address that is not the platform's")
    return f"{api}{target}" if api else url
