"""What is fuzzed. A target takes bytes, and raises when something is not as it must be."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import Any

from functions.dispatch.planner import arguments
from functions.dispatch.planner.base import Turn
from functions.dispatch.planner.command import CommandPlanner, split
from functions.ingest import app
from switchboard.channels import base, registry
from switchboard.channels.base import Receiver, Webhook
from switchboard.errors import BadRequestError, BadSignatureError, NotAllowedError
from switchboard.models import encode
from switchboard.net import http1
from tests import signers
from tests.fuzzing.dough import Dough
from tests.kit import clock
from tests.kit.catalogues import CATALOGUE
from tests.kit.webhooks import body_of

NOW = 1_760_000_000.0
LONGEST = 200_000
"""Bytes of an envelope: a request has at most 262,144, and its text is in it once."""


class AcceptedError(Exception):
    """A channel believed what no platform had signed."""


@cache
def receiver(name: str) -> Receiver:
    return registry.receiver(name, "main", signers.signer(name).VALUES)


def asked(name: str) -> registry.Inbound:
    return registry.channel(name).receive


@cache
def genuine(name: str) -> list[dict[str, Any]]:
    signer = signers.signer(name)
    return [signer.message("/help", number=1, now=NOW), *getattr(signer, "HANDSHAKES", [])]


def verify(data: bytes) -> None:
    """Any headers, query and body: nothing is believed, and only our own error is raised."""
    dough = Dough(data)
    name = dough.pick(registry.names())
    event = dough.pick(genuine(name))
    headers = {"content-type": dough.pick(asked(name).content_types)}
    for header, value in event["headers"].items():
        # The right time is kept in some: what comes after it is looked at only then.
        if header != "content-type" and dough.byte() % 4:
            headers[header] = value if "time" in header and dough.byte() % 2 else dough.text()
    query = {dough.text(): dough.text() for _ in range(dough.byte() % 4)}
    query |= {field: dough.text() for field in app._query(event) if dough.byte() % 4}
    webhook = Webhook(dough.pick(asked(name).methods), headers, query, dough.rest(), NOW)
    try:
        receiver(name).receive(webhook)
    except BadSignatureError:
        return
    except BadRequestError as error:
        raise AcceptedError(name) from error
    raise AcceptedError(name)


def parse(data: bytes) -> None:
    """Any body, signed."""
    dough = Dough(data)
    name = dough.pick(registry.names())
    _signed(name, dough.rest())


def fields(data: bytes) -> None:
    """Events of every kind with any of their fields replaced, encrypted as the platform does."""
    dough = Dough(data)
    name = dough.pick(registry.names())
    found = json.loads(json.dumps(dough.pick(signers.signer(name).EVENTS)))
    for _ in range(1 + dough.byte() % 3):
        _replace(found, dough)
    _signed(name, found)


def request(data: bytes) -> None:
    """Any request of the HTTP API to ingest's handler: refused, and never an error of ours."""
    dough = Dough(data)
    name = dough.pick(registry.names())
    event = {
        **dough.pick(genuine(name)),
        "rawPath": dough.pick([f"/webhook/{name}/main", f"/webhook/{name}/{dough.text()}"]),
        "rawQueryString": dough.text(),
        "isBase64Encoded": bool(dough.byte() % 2),
        "headers": {dough.text(): dough.text(), "content-type": dough.pick(_TYPES)},
        "body": dough.rest().decode("utf-8", "surrogateescape" if dough.byte() % 2 else "replace"),
    }
    if app.handler(event, None)["statusCode"] not in range(400, 500):
        raise AcceptedError(name)


def planner(data: bytes) -> None:
    """Any line that a person can write."""
    line = data.decode("utf-8", "replace")
    for locale in ("en", "zh"):
        try:
            CommandPlanner(CATALOGUE).plan(
                Turn(text=line, locale=locale, role="member", now=clock.NOW)
            )
            found = split(line)
            for tool in CATALOGUE.values():
                for operation in tool.operations.values():
                    arguments.read(found, operation.schema, locale, clock.NOW)
        except (BadRequestError, NotAllowedError):
            continue


def answer(data: bytes) -> None:
    """Any answer of a server, whole or in pieces."""
    for limit in (-1, 100):
        reader = BytesIO(data)
        try:
            status, headers = http1._head(reader)
            body = http1._body(reader, "GET", status, headers, limit)
        except OSError:
            continue
        if len(body) > len(data) or 0 <= limit < len(body):
            raise AssertionError("more than was sent, or asked for")


def strict(data: bytes) -> None:
    """JSON as we read it: an object without duplicate keys, of whole characters, or refused."""
    try:
        found = base.read_json(data)
    except BadRequestError:
        return
    json.dumps(found, ensure_ascii=False).encode()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    made.__name__: made for made in (verify, parse, fields, request, planner, answer, strict)
}
_TYPES = ("application/json", "application/x-www-form-urlencoded", "text/xml", "text/plain")


def seeds(name: str) -> list[bytes]:
    """Where a target's fuzzing begins: with what is right, where that can be written as bytes."""
    if name == "parse":
        names = registry.names()
        return [bytes([at]) + body_of(genuine(names[at])[0]) for at in range(len(names))]
    return {
        "fields": [bytes([at, 0, 0, at]) for at in range(len(registry.names()))],
        "planner": ['/todo add buy "milk" count=3 due=明天'.encode(), b"/help dice"],
        "answer": [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"],
        "strict": [b'{"a":[1,2.5,"b",null,{"c":true}]}'],
    }.get(name, [b"\0"])


def _signed(name: str, found: Any) -> None:
    """A body as its platform sends it: understood, or refused with our own error."""
    try:
        event = signers.signer(name).signed(found, now=NOW)
    except (TypeError, ValueError, AttributeError, KeyError):
        return  # not even the platform could write that down
    body = body_of(event)
    rest = "/".join(event["rawPath"].split("/")[4:])
    webhook = Webhook("POST", event["headers"], app._query(event), body, NOW, rest)
    try:
        received = receiver(name).receive(webhook)
    except (BadRequestError, BadSignatureError):
        return
    for envelope in received.envelopes:
        if len(encode(envelope)) > LONGEST + 6 * len(body):
            raise AssertionError("an envelope that has grown")


def _replace(found: Any, dough: Dough) -> None:
    """Go down, some way, and put another value there."""
    keys = list(found) if isinstance(found, dict) else list(range(len(found)))
    if not keys:
        return
    key = dough.pick(keys)
    inner = found[key]
    if isinstance(inner, dict | list) and inner and dough.byte() % 4:
        _replace(inner, dough)
    elif dough.byte() % 8 or not isinstance(found, dict):
        found[key] = dough.value()
    else:
        del found[key]
