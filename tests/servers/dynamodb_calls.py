"""Calls of DynamoDB, in groups that each begin with an empty table."""

# ruff: noqa: RUF005  lists that are added read as the rows of a table

from typing import Any

from tests.kit.fakes import TABLE

Call = tuple[str, dict[str, Any]]
KEY = {"pk": {"S": "a"}, "sk": {"S": "x"}}
OTHER = {"pk": {"S": "a"}, "sk": {"S": "y"}}
LIST = {**KEY, "n": {"N": "1"}, "m": {"N": "10"}, "s": {"S": "abc"}, "l": {"L": [{"S": "y"}]}}
NEW = "attribute_not_exists(pk)"
BIG = {"S": "x" * 300_000}
LARGEST = 400 * 1024
WHOLE = {"TransactWriteItems", "BatchGetItem"}
"""The calls that name their table inside."""


def put(pk: str = "a", sk: str = "x", condition: str = "", **row: Any) -> Call:
    told = {"Item": {"pk": {"S": pk}, "sk": {"S": sk}, **row}}
    return "PutItem", _given(told, ConditionExpression=condition)


def replace(returned: str) -> Call:
    return "PutItem", {"Item": LIST, "ReturnValues": returned}


def delete(returned: str = "") -> Call:
    return "DeleteItem", _given({"Key": KEY}, ReturnValues=returned)


def get(key: dict[str, Any] = KEY) -> Call:
    return "GetItem", {"Key": key, "ConsistentRead": True}


def update(change: str, condition: str = "", returned: str = "", **values: Any) -> Call:
    """A value that is called `_name` stands for the name `#name`."""
    told = {"Key": KEY, "UpdateExpression": change}
    named = {f"#{name[1:]}": one for name, one in values.items() if name.startswith("_")}
    valued = {f":{name}": one for name, one in values.items() if not name.startswith("_")}
    told = _given(told, ConditionExpression=condition, ReturnValues=returned)
    expressed = {"ExpressionAttributeNames": named, "ExpressionAttributeValues": valued}
    return "UpdateItem", _given(told, **expressed)


def query(
    condition: str = "pk = :pk", *, pk: str = "a", limit: int = 10, index: str = "", **values: Any
) -> Call:
    valued = {":pk": {"S": pk}, **{f":{name}": one for name, one in values.items()}}
    told = {"KeyConditionExpression": condition, "Limit": limit}
    told |= {"ExpressionAttributeValues": valued}
    return "Query", told | ({"IndexName": index} if index else {"ConsistentRead": True})


def check(condition: str, key: dict[str, Any] = KEY) -> Call:
    return "ConditionCheck", _given({"Key": key}, ConditionExpression=condition)


def transact(*parts: Call) -> Call:
    items = [{kind.removesuffix("Item"): {"TableName": TABLE, **told}} for kind, told in parts]
    return "TransactWriteItems", {"TransactItems": items}


def batch(*keys: dict[str, Any]) -> Call:
    return "BatchGetItem", {"RequestItems": {TABLE: {"Keys": list(keys)}}}


def numbered(count: int, **row: Any) -> list[Call]:
    return [put("a", f"{number:03}", **row) for number in range(count)]


def _given(told: dict[str, Any], **more: Any) -> dict[str, Any]:
    return told | {name: one for name, one in more.items() if one}


ONE, TWO, M = {"N": "1"}, {"N": "2"}, {"N": "10.0"}
RETURNS = ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_NEW")
SIGNS = ("=", "<>", "<", "<=", ">", ">=")
CONDITIONS = (
    *(f"n {sign} {other}" for sign in SIGNS for other in ("m", "s", "gone")),
    *("gone < n", "gone = n", "n < m OR n = s", "n < m AND n = s", "n < m OR n = m AND n > m"),
    *("(n < m OR n = m) AND n > m", "NOT n < m", "attribute_exists(n)", "attribute_exists(gone)"),
    *("attribute_not_exists(gone)", "size(l) = n", "size(s) < m", "size(gone) < m", "l[0] = s"),
    *("l[1] = s", "attribute_not_exists(n) OR n < m", "n < l[0]"),
)
DUE = {"due": {"S": "d"}}
CALLS: dict[str, list[Call]] = {
    "rows": [put(n=ONE), get(), get(OTHER), put(condition=NEW), put(n=TWO), get()],
    "what is returned": [replace("ALL_OLD"), replace("ALL_OLD"), replace("ALL_NEW"), get()]
    + [delete("ALL_OLD"), delete("ALL_OLD"), delete(), get()],
    "updates": [update("SET n = :one", NEW, "ALL_NEW", one=ONE), update("SET n = :n", NEW, n=TWO)]
    + [update("ADD n :one", returned=one, one=ONE) for one in RETURNS]
    + [update("SET n = :two, m = n REMOVE gone ADD k :two", returned="ALL_NEW", two=TWO)],
    "lists": [
        update("SET l = list_append(if_not_exists(l, :n), :z)", n={"L": []}, z={"L": [ONE]}),
        update("SET l = list_append(l, :z) REMOVE gone", returned="ALL_NEW", z={"L": [TWO]}),
        update("REMOVE #l[0]", returned="ALL_NEW", _l="l"),
        update("REMOVE #l[7]", returned="ALL_NEW", _l="l"),
        update("SET l[0] = :z", "l[0] = :one", "ALL_NEW", one=ONE, z={"S": ""}),
        *(update(f"SET l[{at}] = :one", returned="ALL_NEW", one=ONE) for at in (0, 1, 9)),
        update("SET nothing[0] = :one", one=ONE),
    ],
    "conditions": [replace("NONE")]
    + [update("SET k = :one", one, one=ONE) for one in CONDITIONS]
    + [update("SET k = :one", "s = :a OR n = :one AND s = :b", one=ONE, a=ONE, b={"S": "abc"})]
    + [update("SET k = :one", "m = :ten AND begins_with(s, :ab)", one=ONE, ten=M, ab={"S": "ab"})],
    "updates that do not fit": [replace("NONE"), update("SET k = gone")]
    + [update("ADD s :one", one=ONE), update("SET pk = :one", one={"S": "b"}), get()],
    "names and values": [
        update("SET n = :one", one=ONE, two=TWO),
        update("SET n = :one", one=ONE, _n="n"),
        ("UpdateItem", {**update("REMOVE n")[1], "ExpressionAttributeValues": {}}),
        update("SET n = :one", "n = :one OR " * 500 + "n = :one", one=ONE),
    ],
    "keys": [put("", "x"), put("a", ""), query(pk=""), put("k" * 2048, "s" * 1024)]
    + [put("k" * 2049), put("a", "s" * 1025), put("会" * 683), get({"pk": {"S": "a"}})]
    + [get({**KEY, "n": ONE}), get({"pk": ONE, "sk": ONE}), ("PutItem", {"Item": {"pk": ONE}})],
    "keys of the index": [put(due={"S": ""}, due_at=ONE), put(due=ONE), put(due_at={"S": "1"})]
    + [update("SET due = :e", e={"S": ""}), update("SET due_at = :e", e={"S": "1"}), get()],
    "numbers": [put(n={"N": one}) for one in ("nan", "1e126", "x", "", "1e125", "-0.1")] + [get()],
    "sizes": [put(b={"S": "x" * (LARGEST - 7 + more)}) for more in (-1, 0, 1, 2)]
    + [put(a=BIG), update("SET b = :b", b=BIG), get()],
    "transactions": [
        transact(put(condition=NEW), put("a", "y", NEW)),
        transact(put("a", "z", NEW), put("a", "y", NEW), put("a", "w", NEW)),
        transact(("DeleteItem", {"Key": KEY}), check("attribute_not_exists(pk)", OTHER)),
        transact(("DeleteItem", {"Key": KEY}), check("attribute_exists(pk)", OTHER)),
        query(),
    ],
    "limits of transactions": [
        transact(),
        transact(*numbered(100)),
        transact(*numbered(101)),
        transact(put(), put()),
        transact(check("attribute_exists(pk)"), put()),
        transact(*numbered(13, b=BIG)),
        transact(*numbered(14, b=BIG)),
        transact(put(), put("a", "y", b={"S": "x" * 410_000})),
        get(),
    ],
    "transactions that do not fit": [
        transact(put("a", "y"), update("SET k = gone")),
        transact(put("a", "y", "attribute_exists(pk)"), update("SET k = gone")),
        transact(put("a", "y"), update("SET n = :one", one=ONE, two=TWO)),
        transact(put("a", "y"), put(due={"S": ""}, due_at=ONE)),
        query(),
    ],
    "pages": [*numbered(5, b=BIG), query(), query(limit=2), query(limit=5)]
    + [query("pk = :pk AND sk > :s", s={"S": "002"}), query(pk="none"), query(limit=0)],
    "order": [*reversed(numbered(3)), query("pk = :pk AND sk >= :s", s={"S": "001"})]
    + [query("pk = :pk AND begins_with(sk, :s)", s={"S": "00"}), query("pk > :pk")]
    + [query("sk = :pk"), query("pk = :pk AND n = :one", one=ONE)]
    + [query("pk = :pk OR sk = :s", s={"S": "1"})],
    "the index": [put("a", str(one), **DUE, due_at={"N": str(10 - one)}) for one in range(3)]
    + [put("a", "9", **DUE), query("due = :pk", index="due", pk="d")]
    + [query("due = :pk AND due_at <= :t", index="due", pk="d", t={"N": "9"})]
    + [query("due = :pk", index="due", pk="d", limit=1), query("due = :pk", index="no", pk="d")]
    + [("Query", {**query("due = :pk", index="due", pk="d")[1], "ConsistentRead": True})],
    "batches": [put(), batch(KEY, OTHER), batch(KEY, KEY), batch()]
    + [batch(*(told["Item"] for _, told in numbered(101)))],
    "another table": [("GetItem", {"Key": KEY, "TableName": "none"})],
}
"""Both answer these alike."""
LAX: dict[str, list[Call]] = {
    "a check of nothing": [transact(check(""))],
    "an entry of no list": [update("REMOVE gone[0]")],
    "a key that must not be": [query("pk = :pk AND sk <> :s", s={"S": "1"})],
    "a transaction's token": [
        ("TransactWriteItems", {**transact(put(condition=NEW))[1], "ClientRequestToken": "t"})
    ]
    * 2,
}
"""The last of each is refused in memory only. The local AWS takes all but the token though
AWS does not; that knows a token again for ten minutes, on which nothing of ours may rely."""
