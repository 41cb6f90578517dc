"""Kinds of forgery: each makes one of a genuine webhook, with luck of its own."""

import base64
from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from switchboard.channels import registry

Event = dict[str, Any]
Forgery = Callable[[Event, Random], Event]

DAYS = 3 * 86_400
TYPES = ["text/plain", "", "multipart/form-data; boundary=a", "application/x-json", "json", "*/*"]
METHODS = ["GET", "PUT", "DELETE", "HEAD", "PATCH", ""]
GARBAGE = [
    b"",
    b"null",
    b"[" * 50_000,
    b'{"a":' * 10_000,
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b'{"type":"url_verification","challenge":"a"}',
    b'{"encrypt":"AAAA"}',
    b"payload=%7B%7D&token=a",
    b"<xml><Encrypt>AAAA</Encrypt></xml>",
    b"\xff\xfe\x00",
]
ODD = ["", " ", "é", "\x00", "a" * 9_000, "=", "v0=", "Bearer ", "Bearer a.b.c", "-1", "9" * 30]


def wrong_secret(event: Event, luck: Random) -> Event:
    """Right in all but the secret: the second account has another one."""
    return {**event, "rawPath": event["rawPath"].replace("/main", "/second")}


def stale(event: Event, luck: Random) -> Event:
    """As it was days ago; the runner signs it so."""
    return event


def unsigned(event: Event, luck: Random) -> Event:
    return _with(event, _type(event), luck.choice(GARBAGE), query="")


def garbage(event: Event, luck: Random) -> Event:
    return _with(event, event["headers"], luck.randbytes(luck.randrange(200)))


def missing(event: Event, luck: Random) -> Event:
    """Without one of the headers or the fields of the query."""
    headers, fields = dict(event["headers"]), parse_qsl(event["rawQueryString"])
    names = [name for name in headers if name != "content-type"]
    if names and (not fields or luck.random() < 1 / 2):
        del headers[luck.choice(names)]
    elif fields:
        del fields[luck.randrange(len(fields))]
    return {**event, "headers": headers, "rawQueryString": urlencode(fields, quote_via=quote)}


def odd(event: Event, luck: Random) -> Event:
    """One of the headers, or of the fields of the query, is something else."""
    value, headers = luck.choice(ODD), dict(event["headers"])
    names = [name for name in headers if name != "content-type"]
    if names:
        headers[luck.choice(names)] = value
        return {**event, "headers": headers}
    return {**event, "rawQueryString": f"signature={quote(value)}&token=%FF", "body": ""}


def twice(event: Event, luck: Random) -> Event:
    """Every header twice, as the API joins them, and every field of the query."""
    doubled = {name: f"{value},{value}" for name, value in event["headers"].items()}
    query = event["rawQueryString"]
    return {**event, "headers": doubled | _type(event), "rawQueryString": f"{query}&{query}"}


def truncated(event: Event, luck: Random) -> Event:
    raw = _raw(event)
    if not raw:
        return unsigned(event, luck)
    return _with(event, event["headers"], raw[: luck.randrange(len(raw))])


def flipped(event: Event, luck: Random) -> Event:
    """One bit of the body is another one."""
    raw = bytearray(_raw(event))
    if not raw:
        return unsigned(event, luck)
    raw[luck.randrange(len(raw))] ^= 1 << luck.randrange(8)
    return _with(event, event["headers"], bytes(raw))


def wrong_type(event: Event, luck: Random) -> Event:
    """Of a body: what has none is asked for by another method instead."""
    if not _raw(event):
        return wrong_method(event, luck)
    types = [one for one in TYPES if one.partition(";")[0] not in _asked(event).content_types]
    return {**event, "headers": event["headers"] | {"content-type": luck.choice(types)}}


def wrong_method(event: Event, luck: Random) -> Event:
    methods = [one for one in METHODS if one not in _asked(event).methods]
    return {**event, "requestContext": {"http": {"method": luck.choice(methods), "path": "/"}}}


def oversized(event: Event, luck: Random) -> Event:
    limit = _asked(event).bytes
    size = limit + luck.choice([1, 1_000, limit])
    return {**event, "body": "A" * size, "isBase64Encoded": False}


def random_path(event: Event, luck: Random) -> Event:
    name = luck.choice(["/webhook/slack/{:x}", "/webhook/{:x}/main", "/{:x}", "/webhook/{:x}"])
    return {**event, "rawPath": name.format(luck.getrandbits(64))}


def broken_base64(event: Event, luck: Random) -> Event:
    return {
        **event,
        "body": luck.choice(["!", "AAA", "密", "=A==", "A" * 1_001]),
        "isBase64Encoded": True,
    }


def no_text(event: Event, luck: Random) -> Event:
    """A body that no UTF-8 is, given as a text."""
    return {**event, "body": "\ud800" + "a" * luck.randrange(9), "isBase64Encoded": False}


KINDS: Mapping[str, Forgery] = {
    made.__name__: made
    for made in (
        wrong_secret,
        stale,
        unsigned,
        garbage,
        missing,
        odd,
        twice,
        truncated,
        flipped,
        wrong_type,
        wrong_method,
        oversized,
        random_path,
        broken_base64,
        no_text,
    )
}
MAY_BE_GENUINE = {"stale", "garbage", "missing", "odd", "twice", "truncated", "flipped"}
"""Of a platform that signs no time, no header or no body, these may be what it sent: its signer
says which, in UNSIGNED."""


def _asked(event: Event) -> registry.Inbound:
    return registry.channel(event["rawPath"].split("/")[2]).receive


def _raw(event: Event) -> bytes:
    return base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()


def _type(event: Event) -> dict[str, str]:
    return {"content-type": event["headers"].get("content-type", "application/json")}


def _with(event: Event, headers: Mapping[str, str], raw: bytes, query: str | None = None) -> Event:
    body = base64.b64encode(raw).decode()
    asked = event["rawQueryString"] if query is None else query
    changed = {"headers": dict(headers), "body": body, "isBase64Encoded": True}
    return {**event, **changed, "rawQueryString": asked}
