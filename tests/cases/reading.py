"""The form of a case: a line of the file. What is not known here is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import json

REQUEST = {"method", "path", "json", "strings"}
ANSWER = {"method", "path", "status", "body", "headers", "times"}
LISTS = {
    "messages": {"text", "sender", "conversation", "plan"},
    "files": {"name", "text", "packed", "rows", "fits", "drawn"},
    "requested": REQUEST,
    "not_requested": REQUEST,
}
"""What can be expected of each in a list."""
EVERY = {"name", "kind", "expect", "why", "source", "file", "text", "now", "timezone"}
CALLED, ANSWERED = {"operation", "arguments"}, {"text", "content", "refused"}
KINDS = {
    "command": (set(), {"plan"}),
    "channel": ({"channel", "as", "account", "we"}, {"messages", "refused"}),
    "render": ({"channel"}, {"text"}),
    "push": ({"channel", "call"}, {"outcome", "requested", "not_requested"}),
    "calendar": ({"calendars", *CALLED}, {"stored", *ANSWERED}),
    "document": ({"built", *CALLED}, {"files", *ANSWERED}),
    "github": (CALLED, {"requested", "not_requested", *ANSWERED}),
}
"""The keys of each kind, and what can be expected of it."""


@dataclass
class Case:
    told: Mapping[str, Any]
    folder: Path
    """Where the file of cases is, and its inputs beside it."""
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        told = str(self.told.get("now", datetime.now(UTC)))
        self.at = datetime.fromisoformat(told).astimezone(UTC)

    def __getitem__(self, key: str) -> Any:
        return self.told[key]

    def get(self, key: str, otherwise: Any) -> Any:
        return self.told.get(key, otherwise)

    @property
    def has_input(self) -> bool:
        return bool(self.told.keys() & {"file", "text"})

    def input(self) -> bytes:
        if "file" in self.told:
            return self.beside(self["file"])
        return str(self["text"]).encode()

    def beside(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def call(self) -> "Case":
        """The call whose answer is pushed."""
        outer = {key: self[key] for key in ("now", "timezone") if key in self.told}
        return Case({**outer, **self["call"]}, self.folder)


def name_of(line: bytes) -> str:
    """Even of a line that is no case."""
    try:
        return str(json.decode(line)["name"])
    except (ValueError, LookupError, TypeError):
        return line[:60].decode(errors="replace")


def read(line: bytes, folder: Path) -> Case:
    """Raises ValueError that says what is wrong with the line."""
    case = Case(json.decode(line, type=dict), folder)
    own, expected = KINDS[case["kind"]]
    refuse(case.told, own | EVERY)
    each = case["expect"].get("any_of", [case["expect"]])
    if not each or not all(each):
        raise ValueError("nothing is expected")
    for one in each:
        refuse(one, expected)
        for key in one.keys() & LISTS.keys():
            for entry in one[key]:
                refuse(entry, LISTS[key])
    return case


def refuse(given: Iterable[str], known: set[str]) -> None:
    if unknown := set(given) - known:
        raise ValueError(f"nobody knows {sorted(unknown)}")
