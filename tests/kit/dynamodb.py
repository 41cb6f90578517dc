"""DynamoDB in memory: one table, conditions that count, transactions, a secondary index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from switchboard.cloud.aws import AwsError
from tests.kit.expressions import Attribute, Comparison, Item, UnsupportedError
from tests.kit.moves import (
    KNOWN,
    Key,
    Move,
    Payload,
    exceeds,
    expressions,
    invalid,
    key_of,
    move_of,
)

MAX_TRANSACTION = MAX_BATCH = 100
MAX_TRANSACTION_BYTES = 4 * 2**20
MAX_PAGE_BYTES = 2**20
INDEX_TYPES = {"due": "S", "due_at": "N"}
"""What an attribute must be once the row is in the index."""
_GET = {"TableName", "Key", "ConsistentRead"}
_QUERY = {
    "TableName",
    "IndexName",
    "ConsistentRead",
    "KeyConditionExpression",
    "ExpressionAttributeValues",
    "Limit",
}
_WRITES = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
_RETURNS = {
    "Put": {"NONE", "ALL_OLD"},
    "Delete": {"NONE", "ALL_OLD"},
    "Update": {"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_NEW"},
}


@dataclass
class Table:
    """Rows by (pk, sk). The index `due` holds the rows that have both of its keys.

    A row is never changed, only replaced.
    """

    name: str
    keys: Key = ("pk", "sk")
    indexes: dict[str, Key] = field(default_factory=lambda: {"due": ("due", "due_at")})
    rows: dict[Key, Item] = field(default_factory=dict)

    def call(self, operation: str, payload: Payload) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            return self._transact(payload)
        if operation == "GetItem":
            return self._get(payload)
        if operation == "Query":
            return self._query(payload)
        if operation in _WRITES:
            return self._write(_WRITES[operation], payload)
        if operation == "BatchGetItem":
            return self._batch(payload)
        raise UnsupportedError(f"dynamodb.{operation}")

    def plain(self, pk: str, sk: str) -> dict[str, Any] | None:
        """A row as plain values, for tests to look at."""
        row = self.rows.get((pk, sk))
        return None if row is None else {name: _plain(value) for name, value in row.items()}

    def found(self, start: str) -> list[dict[str, Any]]:
        """The rows whose partition key begins with `start`."""
        return [
            self.plain(*key) or {}
            for key in sorted(key for key in self.rows if key[0].startswith(start))
        ]

    def _get(self, payload: Payload) -> dict[str, Any]:
        self._check(payload, _GET)
        row = self.rows.get(key_of(payload["Key"], self.keys))
        return {} if row is None else {"Item": row}

    def _batch(self, payload: Payload) -> dict[str, Any]:
        """The rows that are there, in no order that one may rely on."""
        _refuse_others(payload, {"RequestItems"})
        ((name, wanted),) = payload["RequestItems"].items()
        self._check({"TableName": name, **wanted}, {"TableName", "Keys", "ConsistentRead"})
        keys = [key_of(one, self.keys) for one in wanted["Keys"]]
        if not 1 <= len(keys) <= MAX_BATCH or len(set(keys)) < len(keys):
            raise invalid("1 to 100 keys, none twice")
        rows = [self.rows[key] for key in reversed(keys) if key in self.rows]
        return {"Responses": {name: rows}, "UnprocessedKeys": {}}

    def _write(self, kind: str, payload: Payload) -> dict[str, Any]:
        self._check(payload, KNOWN[kind] | {"ReturnValues"})
        wanted = payload.get("ReturnValues", "NONE")
        if wanted not in _RETURNS[kind]:
            raise invalid(f"ReturnValues {wanted}")
        move = move_of(kind, payload, self.keys, self.rows)
        if not move.holds():
            raise AwsError("ConditionalCheckFailedException", 400, {})
        self._apply([move], [_after(move)])
        row = move.before if wanted == "ALL_OLD" else self.rows.get(move.key)
        if wanted == "NONE" or row is None:
            return {}
        if wanted == "UPDATED_NEW":
            row = {name: row[name] for name in move.expressions.touched if name in row}
        return {"Attributes": row}

    def _transact(self, payload: Payload) -> dict[str, Any]:
        """All or nothing. The client token is read and forgotten: nothing may rely on it."""
        _refuse_others(payload, {"TransactItems", "ClientRequestToken"})
        moves = [self._part(part) for part in payload["TransactItems"]]
        if not 1 <= len(moves) <= MAX_TRANSACTION:
            raise invalid("1 to 100 items")
        if len({move.key for move in moves}) < len(moves):
            raise invalid("a transaction cannot touch one item twice")
        rows = [_row_or_reason(move) for move in moves]
        reasons = [row if isinstance(row, str) else "None" for row in rows]
        if any(reason != "None" for reason in reasons):
            body = {"CancellationReasons": [{"Code": reason} for reason in reasons]}
            raise AwsError("TransactionCanceledException", 400, body)
        after = [row for row in rows if isinstance(row, dict)]
        if exceeds(after, MAX_TRANSACTION_BYTES):
            raise invalid("more than 4 MB in all")
        self._apply(moves, rows)
        return {}

    def _part(self, part: Mapping[str, Payload]) -> Move:
        ((kind, body),) = part.items()
        if kind not in KNOWN:
            raise UnsupportedError(f"TransactItems {kind}")
        self._check(body, KNOWN[kind])
        if kind == "ConditionCheck" and "ConditionExpression" not in body:
            raise invalid("a check of nothing")
        return move_of(kind, body, self.keys, self.rows)

    def _apply(self, moves: Sequence[Move], rows: Sequence[Any]) -> None:
        """Let the rows be as the moves, which are allowed, make them."""
        for move, row in zip(moves, rows, strict=True):
            if move.kind == "ConditionCheck":
                continue
            if row is None:
                self.rows.pop(move.key, None)
            else:
                self.rows[move.key] = row

    def _query(self, payload: Payload) -> dict[str, Any]:
        self._check(payload, _QUERY)
        index = payload.get("IndexName", "")
        if index and payload.get("ConsistentRead"):
            raise invalid("an index is only eventually consistent")
        if index not in {"", *self.indexes}:
            raise invalid("no such index")
        limit = payload["Limit"]
        if limit < 1:
            raise invalid("a limit of none")
        keys = self.indexes[index] if index else self.keys
        values = payload.get("ExpressionAttributeValues", {})
        read = expressions(payload, "KeyConditionExpression")
        _check_key_condition(read.compared, keys)
        assert read.condition is not None
        holds, (partition, sort) = read.condition, keys
        wanted = values.get(read.compared[0].right)
        if wanted == {"S": ""}:
            raise invalid("an empty key")
        rows = [
            row
            for row in self.rows.values()
            if partition in row and row[partition] == wanted and sort in row and holds(row, values)
        ]
        if not rows:
            return {"Items": [], "Count": 0}
        rows.sort(key=lambda row: (_plain(row[sort]), row["pk"]["S"], row["sk"]["S"]))
        page = _page(rows, limit)
        answer = {"Items": page, "Count": len(page)}
        if len(page) < len(rows) or len(rows) == limit:
            last = {name: page[-1][name] for name in {*self.keys, *keys}}
            answer["LastEvaluatedKey"] = last
        return answer

    def _check(self, payload: Payload, known: Collection[str]) -> None:
        if not payload.keys() <= known:
            _refuse_others(payload, known)
        if payload["TableName"] != self.name:
            raise AwsError("ResourceNotFoundException", 400, {})


def _refuse_others(payload: Payload, known: Collection[str]) -> None:
    if not payload.keys() <= known:
        raise UnsupportedError(f"parameters {sorted(payload.keys() - known)}")


def _check_key_condition(compared: list[Comparison], keys: Key) -> None:
    """The partition by equality, then at most one comparison of the sort key."""
    partition, *others = compared
    if (partition.left, partition.sign) != (keys[0], "=") or len(others) > 1:
        raise invalid("key condition")
    if any(one.left != keys[1] or one.sign == "<>" for one in others):
        raise invalid("key condition")


def _after(move: Move) -> Item | None:
    row = move.after()
    for name, kind in INDEX_TYPES.items() if row else ():
        if row and name in row and not row[name].get(kind):
            raise invalid(f"{name} is a key of an index")
    _check_expiry(row or {}, move.before or {})
    return row


def _check_expiry(row: Item, before: Item) -> None:
    """DynamoDB takes any number, and its TTL is only said to know whole seconds since 1970."""
    at = row.get("expires_at")
    if at and at != before.get("expires_at") and not at.get("N", "").isdecimal():
        raise UnsupportedError(f"expires_at {at}")


def _row_or_reason(move: Move) -> Item | str | None:
    """The row as it will be, or why the transaction is cancelled; a bad Put is refused at once."""
    if move.kind == "Put":
        row = _after(move)
        return row if move.holds() else "ConditionalCheckFailed"
    if not move.holds():
        return "ConditionalCheckFailed"
    try:
        return _after(move)
    except AwsError:
        return "ValidationError"


def _page(rows: list[Item], limit: int) -> list[Item]:
    """The rows that one answer has room for, and at least one."""
    page = rows[:limit]
    while len(page) > 1 and exceeds(page, MAX_PAGE_BYTES):
        page.pop()
    return page


def _plain(value: Attribute) -> Any:
    if "S" in value:
        return value["S"]
    ((kind, body),) = value.items()
    if kind == "L":
        return [_plain(entry) for entry in body]
    return Decimal(body) if kind == "N" else body
