"""DynamoDB's update expressions: SET, REMOVE and ADD, all read from the item as it was.

An attribute in a row is never changed, only replaced: rows may share them.
"""

from collections.abc import Callable
from decimal import Decimal

from tests.kit.expressions import Attribute, Item, Operand, Path, Reader, UnsupportedError, Values

Change = Callable[[Item, Item, Values], None]
"""Changes the second item by what the first, the item as it was, says."""


class InvalidUpdateError(Exception):
    """The update does not fit the item; AWS calls it a ValidationException."""


def read(reader: Reader) -> Callable[[Item, Values], Item]:
    """The update as a function from the item before it to the item after it."""
    changes: list[Change] = []
    touched: list[Path] = []
    seen: set[str] = set()
    while reader.peek():
        clause = reader.take().upper()
        if clause not in _CLAUSES or clause in seen:
            raise UnsupportedError(f"a new clause expected, not {clause!r}")
        seen.add(clause)
        while True:
            path, change = _CLAUSES[clause](reader)
            touched.append(path)
            changes.append(change)
            if reader.peek() != ",":
                break
            reader.take(",")
    reader.touched = frozenset(path.name for path in touched)
    if not changes or len(reader.touched) < len(touched):
        raise UnsupportedError("an update must touch something, and each attribute once")

    def apply(before: Item, values: Values) -> Item:
        after = dict(before)
        for change in changes:
            change(before, after, values)
        return after

    return apply


def _set(reader: Reader) -> tuple[Path, Change]:
    path = reader.path()
    reader.take("=")
    value: Operand = reader.operand()

    def change(before: Item, after: Item, values: Values) -> None:
        found = value(before, values)
        if found is None:
            raise InvalidUpdateError(f"SET {path.name}: an attribute it needs is missing")
        if path.index is not None:
            entries = before.get(path.name, {}).get("L")
            if entries is None:
                raise InvalidUpdateError(f"SET {path.name}[{path.index}]: not a list")
            found = {"L": [*entries[: path.index], found, *entries[path.index + 1 :]]}
        after[path.name] = found

    return path, change


def _remove(reader: Reader) -> tuple[Path, Change]:
    path = reader.path()

    def change(before: Item, after: Item, values: Values) -> None:
        if path.index is None:
            after.pop(path.name, None)
            return
        entries = before.get(path.name, {}).get("L")
        if entries is None:
            raise InvalidUpdateError(f"REMOVE {path.name}[{path.index}]: not a list")
        after[path.name] = {"L": [*entries[: path.index], *entries[path.index + 1 :]]}

    return path, change


def _add(reader: Reader) -> tuple[Path, Change]:
    path = reader.path()
    value = reader.operand()

    def change(before: Item, after: Item, values: Values) -> None:
        added: Attribute | None = value(before, values)
        found = path.of(before) or {"N": "0"}
        if added is None or set(added) != {"N"} or set(found) != {"N"}:
            raise InvalidUpdateError(f"ADD {path.name}: not a number")
        after[path.name] = {"N": str(Decimal(found["N"]) + Decimal(added["N"]))}

    return path, change


_CLAUSES: dict[str, Callable[[Reader], tuple[Path, Change]]] = {
    "SET": _set,
    "REMOVE": _remove,
    "ADD": _add,
}
