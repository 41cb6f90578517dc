"""Rows of the ledger table: what kinds there are, and how DynamoDB wants them.

    run     run#<id>   run            OPEN -> CLOSED with its last op; no message has two
    op      run#<id>   op#<step>      PLANNED -> STARTED(lease) -> one of the ends of states.py
    reply   run#<id>   answer#<step>  READY -> SENDING(lease) -> SENT | FAILED | HELD -> READY
    held    held#<lane>  <time>#<id>#<step>   a reply HELD until the person's next message
    broken  broken#accounts  <account>        an account that could not send, for the operator
    lease   lease#<name>  lease               what one environment at a time does
    lane    lane#<lane>               the changes of a conversation, oldest first, and its stop
    stop    stop#<shard>              the workspace's stop
    sender  sender#<channel>/<account>/<id>   who a sender is paired to; `guesses`: codes it tried
    factor  factor#<person> factor    PENDING -> ACTIVE; beside it `password`, `session`, `oidc`
    people  people          <person>#<sender>  to list who is paired; `forgotten`: who has left
    code    code#<hash>     code      an invitation: who writes its code is this person
    credential  credential#<tool>  <person>  what they let the tool in with, sealed
    connected   connected#<person>  <tool>   that they have given one
    ticket  ticket#<purpose>/<hash>  ticket   what a link is good for, once
    usage   usage#<person>  <day>     what of the caps is used; `recent`: destructive calls
    question  question#<lane>  <ref>  GATHERING -> ASKED -> APPROVED | DENIED | LAPSED
    grant   grant#<jti>     grant     the call that it was used for
    ref     ref#<lane>      <ref>     the call that a person means by a ref
    subscriptions  subscriptions#<source>     the chats that are told what happens
    letter  mailbox#<lane>  <time>    what the web channel has pushed, for the page to fetch
    dead    dead       <id>           a queue message that could not be handled
    tries   tries#<hash>  tries       how often a message that came again was begun; `attempts`
    clock   clock#<name>              when a scheduled function last ran

Every move is one condition. A row that still needs something has `due` and `due_at`, by which the
sweep finds it. Times are seconds since 1970, UTC.
"""

import math
import os
import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from msgspec import Struct, json

from switchboard import models
from switchboard.cloud import aws
from switchboard.ledger import versions
from switchboard.runtime import kept
from switchboard.settings import Settings

Value = str | int | float | list[str]
Row = dict[str, Value]
Body = Mapping[str, Value]

HINT_SECONDS = 60.0
"""How long a hint may take before the sweep gives another."""
KEEP_SECONDS = models.KEEP_SECONDS
"""How long runs are kept: longer than any channel repeats a webhook (7 days)."""
RESERVED = re.compile(r"#(\w+)")
"""How an expression writes an attribute whose name is a reserved word of DynamoDB's."""
THERE = "attribute_exists(pk)"
DUE_SHARDS = 8
"""Partitions of the index of due rows, so that no one partition takes every write."""


class Guard(Struct, frozen=True):
    """A part of a transaction whose condition may fail, and what makes the error of that."""

    item: dict[str, Any]
    error: Callable[[], Exception]


class TableSettings(Settings, frozen=True):
    ledger_table: str


def pack(values: Mapping[str, Value], start: str = "") -> dict[str, Any]:
    """Plain values as DynamoDB attributes; `start` begins their names, as `:` in expressions."""
    return {
        start + name: {"S": value}
        if isinstance(value, str)
        else {"L": [{"S": entry} for entry in value]}
        if isinstance(value, list)
        else {"N": json.encode(value).decode()}  # as repr would, in a tenth of the time
        for name, value in values.items()
    }


def unpack(item: Mapping[str, Any]) -> Row:
    """DynamoDB attributes as plain values, numbers as floats; of types that no row has, none."""
    found = {name: value["S"] if "S" in value else _unpack(value) for name, value in item.items()}
    return {name: value for name, value in found.items() if value is not None}


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def unique() -> str:
    """A name that nobody else has given."""
    return os.urandom(16).hex()


@lru_cache(1_000)
def run_key(run: UUID) -> str:
    return f"run#{run}"


def op_key(step: int) -> str:
    return f"op#{step:03}"


def answer_key(step: int) -> str:
    return f"answer#{step:03}"


def due_row(run: UUID, sk: str, body: Body, now: float) -> Row:
    """A row that the sweep finds when nothing has moved it within HINT_SECONDS."""
    pk = run_key(run)
    return {
        **body,
        "pk": pk,
        "sk": sk,
        "attempt": 0,
        "due": f"due#{zlib.crc32(pk.encode()) % DUE_SHARDS}",
        "due_at": now + HINT_SECONDS,
        "expires_at": expiry(now),
    }


def expiry(now: float, seconds: float = KEEP_SECONDS) -> int:
    """When a row is no longer kept, in whole seconds: DynamoDB's TTL is told of no fractions."""
    return math.ceil(now + seconds)


def whole(value: Value) -> int:
    """A number of a row as an integer."""
    return int(value) if isinstance(value, int | float) else 0


def number(value: Value) -> float:
    """A number of a row."""
    return float(value) if isinstance(value, int | float) else 0.0


def put(row: Row, *, new: bool = True) -> dict[str, Any]:
    """A transaction's Put; with `new`, it fails when the row is there already."""
    item: dict[str, Any] = {"TableName": _name(), "Item": pack({"schema": versions.SCHEMA, **row})}
    if new:
        item["ConditionExpression"] = "attribute_not_exists(pk)"
    return {"Put": item}


def update(where: dict[str, Any], change: str, condition: str, **values: Value) -> dict[str, Any]:
    """A transaction's Update; in the expressions a value is `:name`, a reserved word `#word`.

    An empty condition always holds.
    """
    return {"Update": _expressions(where, condition, values, change)}


def upsert(where: dict[str, Any], change: str, condition: str, **values: Value) -> dict[str, Any]:
    """An Update of a row that it may have to make, which is then of this release's schema."""
    more = change.removeprefix("SET ")
    joint = ", " if more != change else " "
    change = f"SET #schema = if_not_exists(#schema, :schema){joint}{more}"
    return update(where, change, condition, **values, schema=versions.SCHEMA)


def delete(where: dict[str, Any], condition: str = THERE, **values: Value) -> dict[str, Any]:
    """A transaction's Delete, which fails when the row is not there; an empty condition holds."""
    return {"Delete": _expressions(where, condition, values)}


def check(where: dict[str, Any], condition: str, **values: Value) -> dict[str, Any]:
    """A transaction's ConditionCheck."""
    return {"ConditionCheck": _expressions(where, condition, values)}


def transact(items: list[dict[str, Any]]) -> None:
    """All or nothing. By the token AWS knows this client's own retry (10 minutes, no longer)."""
    told = {"TransactItems": items, "ClientRequestToken": unique()}
    aws.call("dynamodb", "TransactWriteItems", told)


def write(item: dict[str, Any]) -> Row:
    """One Update by itself; returns the row as it is after it."""
    answer = aws.call("dynamodb", "UpdateItem", item["Update"] | {"ReturnValues": "ALL_NEW"})
    return versions.upcast(unpack(answer["Attributes"]))


def remove(where: dict[str, Any]) -> None:
    """Delete a row by itself, if it is there."""
    aws.call("dynamodb", "DeleteItem", {"TableName": _name(), "Key": where})


def read(pk: str, sk: str) -> Row | None:
    payload = {"TableName": _name(), "Key": key(pk, sk), "ConsistentRead": True}
    item = aws.call("dynamodb", "GetItem", payload).get("Item")
    return versions.upcast(unpack(item)) if item else None


def query(condition: str, *, limit: int, index: str = "", **values: Value) -> list[Row]:
    """At most `limit` rows in the order of their sort key; `index` names a secondary index."""
    payload: dict[str, Any] = {
        "TableName": _name(),
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": pack(values, ":"),
        "Limit": limit,
    }
    payload |= {"IndexName": index} if index else {"ConsistentRead": True}
    items = aws.call("dynamodb", "Query", payload)["Items"]
    return [versions.upcast(unpack(item)) for item in items]


def _expressions(
    where: dict[str, Any], condition: str, values: Mapping[str, Value], change: str = ""
) -> dict[str, Any]:
    item: dict[str, Any] = {"TableName": _name(), "Key": where}
    item |= {"UpdateExpression": change} if change else {}
    item |= {"ConditionExpression": condition} if condition else {}
    if values:
        item["ExpressionAttributeValues"] = pack(values, ":")
    if "#" in change or "#" in condition:
        named = RESERVED.findall(change + condition)
        item["ExpressionAttributeNames"] = {f"#{name}": name for name in named}
    return item


@kept
def _name() -> str:
    return TableSettings.load().ledger_table


def _unpack(value: Mapping[str, Any]) -> Value | None:
    if "L" in value and all("S" in entry for entry in value["L"]):
        return [str(entry["S"]) for entry in value["L"]]
    return float(value["N"]) if "N" in value else None
