"""A signer's event as its channel gets it, and as somebody hostile may change it."""

import copy
from base64 import b64decode
from urllib.parse import parse_qsl

from msgspec import structs

from switchboard.channels.base import Webhook
from switchboard.errors import BadRequestError
from tests.unit.webhooks import NOW

OTHERS = (None, 0, -1, 1.5, True, "", "x", "\ud800", [], ["x"], {}, {"x": 1})


def arrived(event, now=NOW):
    return Webhook(
        event["requestContext"]["http"]["method"],
        event["headers"],
        dict(parse_qsl(event["rawQueryString"], keep_blank_values=True)),
        b64decode(event["body"]),
        now,
    )


def changed(webhook, **fields):
    """The webhook with other fields; `headers` are merged, None takes one away."""
    merged = {**webhook.headers, **fields.pop("headers", {})}
    headers = {name: value for name, value in merged.items() if value is not None}
    return structs.replace(webhook, headers=headers, **fields)


def variants(found):
    """The body with each field missing, and with each of another kind."""
    for path in _paths(found):
        copied = copy.deepcopy(found)
        *before, last = path
        inner = copied
        for step in before:
            inner = inner[step]
        del inner[last]
        yield copied
        for other in OTHERS:
            replaced = copy.deepcopy(found)
            inner = replaced
            for step in before:
                inner = inner[step]
            inner[last] = other
            yield replaced


def understood(channel, webhook):
    """What the channel makes of a verified webhook; None where it says that it is malformed."""
    try:
        if channel.handshake(webhook):
            return []
        found = channel.parse(webhook)
        channel.acknowledge(webhook)
    except BadRequestError:
        return None
    assert all(one.sender.id and one.conversation and one.id for one in found)
    return found


def _paths(found, before=()):
    steps = found if isinstance(found, dict) else range(len(found))
    for step in steps:
        yield (*before, step)
        if isinstance(found[step], dict | list):
            yield from _paths(found[step], (*before, step))
