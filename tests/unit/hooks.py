"""A signer's event as the webhook that ingest makes of it, whole and maimed."""

import copy
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec import structs

from switchboard.channels.base import Webhook

NOW = 1_760_000_000.0
OTHERS: tuple[Any, ...] = (None, 0, -1, 1.5, True, "", "x", [], ["x"], {}, {"x": 1})


def hook(event: Any, now: float = NOW, **changes: Any) -> Webhook:
    """`changes` are fields of the webhook to be otherwise."""
    pairs = (part.partition("=") for part in event["rawQueryString"].split("&"))
    made = Webhook(
        method=event["requestContext"]["http"]["method"],
        headers=event["headers"],
        query={unquote(name): unquote(value) for name, _, value in pairs if name},
        body=b64decode(event["body"]),
        received_at=now,
        rest="/".join(event["rawPath"].split("/")[4:]),
    )
    return structs.replace(made, **changes)


def maimed(found: Any) -> Iterator[Any]:
    """The body with each of its fields missing, and with each of another kind."""
    for path in list(_paths(found)):
        for other in (..., *OTHERS):
            made = copy.deepcopy(found)
            inner = made
            for step in path[:-1]:
                inner = inner[step]
            if other is ...:
                del inner[path[-1]]
            else:
                inner[path[-1]] = other
            yield made


def _paths(found: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step in found if isinstance(found, dict) else range(len(found)):
        yield (*before, step)
        if isinstance(found[step], dict | list):
            yield from _paths(found[step], (*before, step))
