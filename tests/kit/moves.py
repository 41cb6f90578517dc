"""One write of one row in DynamoDB, read from its request and not yet done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec import json

from switchboard.cloud.aws import AwsError
from tests.kit import updates
from tests.kit.expressions import (
    Attribute,
    Comparison,
    Condition,
    Item,
    Reader,
    UnsupportedError,
    Values,
)

Key = tuple[str, str]
Payload = Mapping[str, Any]

MAX_NUMBER = 1e125
MAX_ITEM_BYTES = 400 * 1024
MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES = 2048, 1024
MAX_EXPRESSION_BYTES = 4096
_EXPRESSIONS = {
    "TableName",
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
KNOWN = {
    "Put": _EXPRESSIONS | {"Item"},
    "Update": _EXPRESSIONS | {"Key", "UpdateExpression"},
    "Delete": _EXPRESSIONS | {"Key"},
    "ConditionCheck": _EXPRESSIONS | {"Key"},
}
"""The parameters of each kind of write."""


def invalid(message: str) -> AwsError:
    error = AwsError("ValidationException", 400, {})
    error.add_note(message)
    return error


@dataclass(slots=True)
class Move:
    """`kind` is Put, Update, Delete or ConditionCheck; `before` is the row as it is."""

    kind: str
    key: Key
    before: Item | None
    given: Item
    """What is put, or the key."""
    expressions: "Expressions"
    values: Values

    def holds(self) -> bool:
        condition = self.expressions.condition
        return condition is None or condition(self.before or {}, self.values)

    def after(self) -> Item | None:
        """The row as it will be, if there will be one; a row is replaced, never changed."""
        if self.kind == "Put":
            row = self.given
        elif self.kind == "Update":
            row = self._updated()
        else:
            return None if self.kind == "Delete" else self.before
        if exceeds([row], MAX_ITEM_BYTES):
            raise invalid("an item is too big")
        return row

    def _updated(self) -> Item:
        assert self.expressions.change is not None
        try:
            row = self.expressions.change(self.before or self.given, self.values)
        except updates.InvalidUpdateError as error:
            raise invalid(str(error)) from error
        if not self.expressions.touched.isdisjoint(self.given):
            raise invalid("keys cannot be changed")
        return row


def exceeds(rows: Sequence[Item], limit: int) -> bool:
    """Whether the rows are bigger than that; as JSON, which is quickly made, they are bigger."""
    return len(json.encode(rows)) > limit and sum(map(size, rows)) > limit


def size(row: Item) -> int:
    """Bytes, as DynamoDB counts them (Developer Guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _size(value) for name, value in row.items())


def _size(value: Attribute) -> int:
    ((kind, body),) = value.items()
    if kind == "L":
        return 3 + sum(1 + _size(entry) for entry in body)
    if kind == "N":  # two digits a byte
        return (len(body.strip("-0").replace(".", "")) + 1) // 2 + 1 + body.startswith("-")
    return len(body.encode())


class Expressions:
    """What one request says, whatever the values are; read once."""

    def __init__(
        self,
        condition: str | None,
        change: str | None,
        names: Mapping[str, str],
        values: tuple[str, ...],
    ) -> None:
        self.condition: Condition | None = None
        self.change: Callable[[Item, Values], Item] | None = None
        self.touched: frozenset[str] = frozenset()
        self.compared: list[Comparison] = []
        used: set[str] = set()
        if condition is not None:
            reader = Reader(condition, names, values)
            self.condition, self.compared = reader.condition(), reader.compared
            used |= reader.used
        if change is not None:
            reader = Reader(change, names, values)
            self.change = updates.read(reader)
            self.touched = reader.touched
            used |= reader.used
        if max(map(len, (condition or "", change or ""))) > MAX_EXPRESSION_BYTES:
            raise invalid("an expression is too long")
        if used != {*names, *values}:
            raise invalid(f"given but not used: {sorted({*names, *values} - used)}")


@cache
def _read(
    condition: str | None,
    change: str | None,
    names: tuple[tuple[str, str], ...],
    values: tuple[str, ...],
) -> Expressions:
    return Expressions(condition, change, dict(names), values)


def expressions(payload: Payload, condition: str = "ConditionExpression") -> Expressions:
    names = payload.get("ExpressionAttributeNames")
    if names == {} or payload.get("ExpressionAttributeValues") == {}:
        raise invalid("names or values that are none")
    return _read(
        payload.get(condition),
        payload.get("UpdateExpression"),
        tuple(names.items()) if names else (),
        tuple(payload.get("ExpressionAttributeValues", ())),
    )


def move_of(kind: str, payload: Payload, keys: Key, rows: Mapping[Key, Item]) -> Move:
    """The write that `payload` asks for. Raises AwsError where AWS refuses even to look at it."""
    values = payload.get("ExpressionAttributeValues", {})
    _check(values)
    if kind == "Put":
        given = payload["Item"]
        _check(given)
        key = _key(given, keys)
    else:
        given = payload["Key"]
        key = key_of(given, keys)
    if kind == "Update" and "UpdateExpression" not in payload:
        raise UnsupportedError("an update that changes nothing")
    return Move(kind, key, rows.get(key), given, expressions(payload), values)


def key_of(given: Mapping[str, Attribute], keys: Key) -> Key:
    if len(given) != len(keys):
        raise invalid("the key does not fit the table")
    return _key(given, keys)


def _key(given: Mapping[str, Attribute], keys: Key) -> Key:
    first, second = keys
    if first not in given or second not in given:
        raise invalid("the key does not fit the table")
    pk, sk = given[first].get("S"), given[second].get("S")
    if not (isinstance(pk, str) and isinstance(sk, str) and pk and sk):
        raise invalid("an empty key")
    if len(pk.encode()) > MAX_PARTITION_KEY_BYTES or len(sk.encode()) > MAX_SORT_KEY_BYTES:
        raise invalid("a key is too long")
    return pk, sk


def _check(values: Values) -> None:
    for value in values.values():
        string, number = value.get("S"), value.get("N")
        if len(value) != 1 or not (
            type(string) is str or (type(number) is str and _is_finite(number))
        ):
            check(value)


def check(value: Attribute) -> None:
    """Refuse what is no attribute, or one of a type that our code does not use."""
    ((kind, body),) = value.items()
    if kind == "N":
        if not (isinstance(body, str) and _is_finite(body)):
            raise invalid(f"not a number: {body!r}")
    elif kind == "S" and isinstance(body, str):
        return
    elif kind == "L":
        for entry in body:
            check(entry)
    else:
        raise UnsupportedError(f"attribute {kind}")


def _is_finite(number: str) -> bool:
    try:
        return abs(float(number)) <= MAX_NUMBER
    except ValueError:
        return False
