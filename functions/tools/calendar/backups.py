"""What a deletion keeps of an event: where it was, and its object before and after, to the byte."""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass

from .objects import UnreadableError, parts_of, read


@dataclass(frozen=True, slots=True)
class Backup:
    """An object that was changed; `after` is empty when it was taken away."""

    url: str
    calendar: str
    before: bytes
    after: bytes = b""

    def written(self) -> bytes:
        told = asdict(self)
        told |= {name: b64encode(told[name]).decode() for name in ("before", "after")}
        return json.dumps(told).encode()


def from_written(saved: bytes) -> Backup:
    told = json.loads(saved)
    return Backup(
        told["url"], told["calendar"], b64decode(told["before"]), b64decode(told["after"])
    )


def same(one: bytes, other: bytes) -> bool:
    """Whether both are the same events: servers write lines, and the order of them, anew."""
    if one == other:
        return True
    try:
        return _events(one) == _events(other)
    except UnreadableError:
        return False


def _events(raw: bytes) -> list[bytes]:
    return sorted(part.to_ical(sorted=True) for part in parts_of(read(raw)))
