"""How the doubles' own tests talk to them."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.server import Double

Reply = tuple[int, dict[str, Any], dict[str, str]]
"""Status, body and headers, their names in lower case."""


def post(
    double: Double, path: str, payload: Any, token: str = "", more: Mapping[str, str] | None = None
) -> Reply:
    connection = HTTPConnection(urlsplit(double.url).netloc, timeout=10)
    headers = {"content-type": "application/json; charset=utf-8", **(more or {})}
    if token:
        headers["authorization"] = f"Bearer {token}"
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        found = json.loads(response.read())
    finally:
        connection.close()
    return response.status, found, {k.lower(): v for k, v in response.getheaders()}
