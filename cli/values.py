"""Values that operators type or paste for `connect`: what cannot be one is refused."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import DecodeError, convert, json
from msgspec import ValidationError as WrongShapeError

from cli.problems import CommandError

ADDRESSES = {"api", "endpoint", "url", "push_url"}
"""Values that are a URL."""
LINES = ("{", "-----BEGIN")
"""How values of many lines begin: a service account, a key."""


def read(text: bytes) -> dict[str, str]:
    """The values of a JSON object, as machines and password stores give them."""
    try:
        found: Any = json.decode(text)
        return clean(convert(found, dict[str, str]))
    except (DecodeError, WrongShapeError, UnicodeDecodeError):
        raise CommandError(
            'the input is no JSON object of names and texts, as {"token": "…"}'
        ) from None


def pairs(words: list[str]) -> dict[str, str]:
    """The values of words `name=value`."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name.strip() and equals):
            raise CommandError(
                "write values as name=value, or - to read them as JSON from the input"
            )
        if name in found:
            raise CommandError(f"{name} is given twice")
        found[name] = value
    return clean(found)


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """The values without blanks around them. Raises CommandError, never with a value."""
    found = {name.strip(): value.strip() for name, value in values.items()}
    for name, value in found.items():
        many = value.startswith(LINES)
        if not "".join(value.split() if many else [value]).isprintable():
            raise CommandError(f"{name} has a line break or another invisible sign: copy it again")
        if name in ADDRESSES and value:
            address(value, name)
    return found


def address(url: str, name: str) -> str:
    """An address without a slash at its end. Raises CommandError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        good = None
    if not good or " " in url:
        raise CommandError(f"{name} is no address: write it as https://example.com")
    return url.rstrip("/")
