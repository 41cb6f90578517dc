"""Rows that other releases wrote: read tolerantly, and never robbed of what only they know."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import MsgspecError, json

from switchboard import observe
from switchboard.errors import UnreadableError

T = TypeVar("T")
Row = dict[str, Any]

SCHEMA = 1
"""Of the rows that this release writes. Rows of 0.1.0 have none, which is 0."""
UPCASTS: tuple[Mapping[str, Callable[[Row], Row]], ...] = (
    {"run": lambda row: {"hop": 0, "steps": 500, **row}},  # looks had numbers from 500 on
)
"""Entry n brings rows of schema n to n + 1: by kind, what that takes, if anything."""


def upcast(row: Row) -> Row:
    """The row in the shape of this release. One of a later release keeps its own."""
    schema = row.get("schema", 0)
    if isinstance(schema, int | float):
        for kinds in UPCASTS[max(0, int(schema)) :]:
            change = kinds.get(kind_of(row))
            row = change(row) if change else row
    return row


def kind_of(row: Row) -> str:
    """What the row is about: `run`, `op` and `answer` of a run, else the start of its partition."""
    pk, sk = str(row.get("pk", "")).partition("#")[0], str(row.get("sk", "")).partition("#")[0]
    return sk if pk == "run" else pk


def read(row: Row, decode: Callable[[Row], T]) -> T:
    """What `decode` makes of the row. Raises UnreadableError when it cannot make anything of it."""
    try:
        return decode(row)
    except (MsgspecError, LookupError, TypeError, ValueError, AttributeError) as error:
        where = f"{row.get('pk')} {row.get('sk')}"
        raise UnreadableError(f"{where}: {type(error).__name__}") from error


def read_or_report(row: Row, decode: Callable[[Row], T]) -> T | None:
    """What `decode` makes of the row; None when it cannot be read, which is counted."""
    try:
        return read(row, decode)
    except UnreadableError as error:
        report(error)
        return None


def readable(rows: Sequence[Row], decode: Callable[[Row], T]) -> list[T]:
    """What `decode` makes of those rows that can be read."""
    found = (read_or_report(row, decode) for row in rows)
    return [one for one in found if one is not None]


def report(error: UnreadableError) -> None:
    """Count a row that cannot be read, for the alarm."""
    observe.count("row unreadable", {"unreadable": 1}, detail=error.detail)


def patched(text: str, **changes: Any) -> str:
    """The JSON object with these fields changed, and all others as they are, known or not."""
    return json.encode(json.decode(text) | changes).decode()
