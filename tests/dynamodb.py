"""DynamoDB in memory: one table, conditions that count, transactions, a secondary index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from switchboard.aws import AwsError
from tests import updates
from tests.expressions import Attribute, Item, Reader, UnsupportedError

Key = tuple[str, str]
Payload = Mapping[str, Any]
Values = Mapping[str, Attribute]

MAX_ITEM_BYTES = 400 * 1024
MAX_TRANSACTION = 100
_GET = {"TableName", "Key", "ConsistentRead"}
_UPDATE = {
    "TableName",
    "Key",
    "UpdateExpression",
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
_QUERY = {
    "TableName",
    "IndexName",
    "ConsistentRead",
    "KeyConditionExpression",
    "ExpressionAttributeValues",
    "Limit",
}


def invalid(message: str) -> AwsError:
    error = AwsError("ValidationException", 400, {})
    error.add_note(message)
    return error


@dataclass
class Table:
    """Rows by (pk, sk). The index `due` holds the rows that have both of its keys."""

    name: str
    keys: Key = ("pk", "sk")
    indexes: dict[str, Key] = field(default_factory=lambda: {"due": ("due", "due_at")})
    rows: dict[Key, Item] = field(default_factory=dict)

    def call(self, operation: str, payload: Payload) -> dict[str, Any]:
        known: dict[str, Callable[[Payload], dict[str, Any]]] = {
            "GetItem": self._get,
            "UpdateItem": self._update,
            "TransactWriteItems": self._transact,
            "Query": self._query,
        }
        if operation not in known:
            raise UnsupportedError(f"dynamodb.{operation}")
        return known[operation](payload)

    def plain(self, pk: str, sk: str) -> dict[str, Any] | None:
        """A row as plain values, for tests to look at."""
        row = self.rows.get((pk, sk))
        return None if row is None else {name: _plain(value) for name, value in row.items()}

    def found(self, start: str) -> list[dict[str, Any]]:
        """The rows whose partition key begins with `start`."""
        return [self.plain(*key) or {} for key in sorted(self.rows) if key[0].startswith(start)]

    def _get(self, payload: Payload) -> dict[str, Any]:
        self._check(payload, _GET)
        row = self.rows.get(self._key(payload["Key"]))
        return {} if row is None else {"Item": dict(row)}

    def _update(self, payload: Payload) -> dict[str, Any]:
        self._check(payload, _UPDATE | {"ReturnValues"})
        if payload.get("ReturnValues", "NONE") not in {"NONE", "ALL_NEW"}:
            raise UnsupportedError("ReturnValues")
        move = self._move(payload)
        if not move.holds():
            raise AwsError("ConditionalCheckFailedException", 400, {})
        self._apply([move])
        whole = payload.get("ReturnValues") == "ALL_NEW"
        return {"Attributes": dict(self.rows[move.key])} if whole else {}

    def _transact(self, payload: Payload) -> dict[str, Any]:
        """All or nothing. The client token is read and forgotten: nothing may rely on it."""
        self._check(payload, {"TransactItems", "ClientRequestToken"}, table=False)
        moves = [self._part(part) for part in payload["TransactItems"]]
        if not 1 <= len(moves) <= MAX_TRANSACTION:
            raise invalid("1 to 100 items")
        if len({move.key for move in moves}) < len(moves):
            raise invalid("a transaction cannot touch one item twice")
        reasons = ["None" if move.holds() else "ConditionalCheckFailed" for move in moves]
        if any(reason != "None" for reason in reasons):
            body = {"CancellationReasons": [{"Code": reason} for reason in reasons]}
            raise AwsError("TransactionCanceledException", 400, body)
        self._apply(moves)
        return {}

    def _part(self, part: Mapping[str, Payload]) -> "_Move":
        ((kind, body),) = part.items()
        if kind == "Put":
            self._check(body, {"TableName", "Item", "ConditionExpression"})
            item = {name: _checked(value) for name, value in body["Item"].items()}
            return self._move({**body, "Key": {name: item[name] for name in self.keys}}, item)
        if kind == "Update":
            self._check(body, _UPDATE)
            return self._move(body)
        if kind == "Delete":
            self._check(body, _UPDATE - {"UpdateExpression"})
            return replace(self._move(body), gone=True)
        if kind == "ConditionCheck":
            self._check(body, _UPDATE - {"UpdateExpression"})
            return self._move(body)
        raise UnsupportedError(f"TransactItems {kind}")

    def _move(self, payload: Payload, item: Item | None = None) -> "_Move":
        names = payload.get("ExpressionAttributeNames", {})
        values = {
            name: _checked(value)
            for name, value in payload.get("ExpressionAttributeValues", {}).items()
        }
        used: set[str] = set()
        condition, change = None, None
        if "ConditionExpression" in payload:
            condition = _compiled(
                payload["ConditionExpression"],
                tuple(names.items()),
                tuple(values),
                Reader.condition,
            )
            used |= condition.used
        if "UpdateExpression" in payload:
            change = _compiled(
                payload["UpdateExpression"], tuple(names.items()), tuple(values), updates.read
            )
            used |= change.used
        if used != {*names, *values}:
            raise invalid(f"given but not used: {sorted({*names, *values} - used)}")
        key = self._key(payload["Key"])
        before = self.rows.get(key)
        return _Move(key, before, condition, change, item, dict(payload["Key"]), values)

    def _apply(self, moves: "list[_Move]") -> None:
        try:
            after = {move.key: move.after() for move in moves}
        except updates.InvalidUpdateError as error:
            raise invalid(str(error)) from error
        for key, row in after.items():
            if row is None:
                continue
            if sum(len(name) + len(str(value)) for name, value in row.items()) > MAX_ITEM_BYTES:
                raise invalid("an item is too big")
            if {name: row.get(name) for name in self.keys} != _key_of(self.keys, key):
                raise invalid("keys cannot be changed")
        self.rows |= {key: row for key, row in after.items() if row is not None}
        for move in moves:
            if move.gone:
                self.rows.pop(move.key, None)

    def _query(self, payload: Payload) -> dict[str, Any]:
        self._check(payload, _QUERY)
        index = payload.get("IndexName", "")
        if index and payload.get("ConsistentRead"):
            raise invalid("an index is only eventually consistent")
        keys = self.indexes[index] if index else self.keys
        values = payload.get("ExpressionAttributeValues", {})
        holds = _compiled(payload["KeyConditionExpression"], (), tuple(values), Reader.condition)
        _check_key_condition(holds.compared, keys)
        here = [row for row in self.rows.values() if keys[0] in row and keys[1] in row]
        rows = [row for row in here if holds(row, values)]
        rows.sort(key=lambda row: (_plain(row[keys[1]]), row["pk"]["S"], row["sk"]["S"]))
        rows = rows[: payload["Limit"]]
        return {"Items": [dict(row) for row in rows], "Count": len(rows)}

    def _check(self, payload: Payload, known: set[str], *, table: bool = True) -> None:
        if unknown := set(payload) - known:
            raise UnsupportedError(f"parameters {sorted(unknown)}")
        if table and payload["TableName"] != self.name:
            raise AwsError("ResourceNotFoundException", 400, {})

    def _key(self, given: Mapping[str, Attribute]) -> Key:
        if set(given) != set(self.keys):
            raise invalid("the key does not fit the table")
        pk, sk = (str(given[name]["S"]) for name in self.keys)
        if not pk or not sk:
            raise invalid("an empty key")
        return pk, sk


class _Compiled:
    """An expression that was read once; the values are put into it for every use."""

    def __init__(
        self, text: str, names: Mapping[str, str], values: Sequence[str], read: Callable[..., Any]
    ) -> None:
        self._slots: dict[str, Attribute] = {name: {} for name in values}
        reader = Reader(text, names, self._slots)
        self._run = read(reader)
        self.used, self.compared = frozenset(reader.used), reader.compared

    def __call__(self, item: Item, values: Values) -> Any:
        for name, slot in self._slots.items():
            slot.clear()
            slot.update(values[name])
        return self._run(item)


@cache
def _compiled(
    text: str,
    names: tuple[tuple[str, str], ...],
    values: tuple[str, ...],
    read: Callable[..., Any],
) -> _Compiled:
    return _Compiled(text, dict(names), values, read)


@dataclass
class _Move:
    """One write of one item, not yet done."""

    key: Key
    before: Item | None
    condition: Callable[[Item, Values], bool] | None
    change: Callable[[Item, Values], Item] | None
    item: Item | None
    given_key: Item
    values: Values
    gone: bool = False

    def holds(self) -> bool:
        return self.condition is None or self.condition(self.before or {}, self.values)

    def after(self) -> Item | None:
        if self.item is not None:
            return dict(self.item)
        if self.change is None:
            return None
        return self.change(self.before or self.given_key, self.values)


def _key_of(names: Key, key: Key) -> Item:
    return {name: {"S": value} for name, value in zip(names, key, strict=True)}


def _check_key_condition(compared: list[tuple[str, str]], keys: Key) -> None:
    """The partition by equality, then at most one comparison of the sort key."""
    if compared[:1] != [(keys[0], "=")] or len(compared) > 2:
        raise invalid("key condition")
    if compared[1:] and (compared[1][0] != keys[1] or compared[1][1] == "<>"):
        raise invalid("key condition")


def _checked(value: Attribute) -> Attribute:
    ((kind, body),) = value.items()
    if kind == "N":
        try:
            number = Decimal(body)
        except (InvalidOperation, TypeError):
            raise invalid(f"not a number: {body!r}") from None
        if not number.is_finite():
            raise invalid(f"not a number: {body}")
    elif kind == "L":
        body = [_checked(entry) for entry in body]
    elif kind != "S" or not isinstance(body, str):
        raise UnsupportedError(f"attribute {kind}")
    return {kind: body}


def _plain(value: Attribute) -> Any:
    ((kind, body),) = value.items()
    if kind == "L":
        return [_plain(entry) for entry in body]
    return Decimal(body) if kind == "N" else body
