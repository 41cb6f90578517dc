"""What the ledger knows about one message."""

import re
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cli import stack as stacks
from switchboard.ledger import history

TIMES = {"at", "due_at", "lease_until", "until"}
SHOWN = (
    "at", "state", "phase", "outcome", "tool", "operation", "actor", "lane", "op_id", "attempt",
    "postponed", "parts", "hop", "steps", "pending", "steps_left", "until", "due_at",
    "lease_until", "repeated_by", "arguments_sha256",
)  # fmt: skip
REF = re.compile(r"[0-9A-Za-z]{6}")


def show(stack: str, name: str) -> list[dict[str, Any]]:
    """The rows of a run, named by its id, by one of its calls' ids, or by a ref.

    Raises SystemExit when there is no such run.
    """
    stacks.enter(stack)
    rows: list[Any] = []
    try:
        run: UUID | None = UUID(name)
    except ValueError:
        run = _run_of_ref(stack, name)
    if run is not None:
        rows = history.rows_of(run) or _of_call(name)
    if not rows:
        raise SystemExit(f"The ledger knows no run, no call and no ref called {name}")
    return [dict(row) for row in rows]


def page(rows: list[dict[str, Any]]) -> str:
    """The rows for people, one a line."""
    return "\n".join(
        "  ".join(
            [
                f"{row['pk']} {row['sk']}",
                *(f"{name}={_plain(name, row[name])}" for name in SHOWN if name in row),
            ]
        )
        for row in rows
    )


def _plain(name: str, value: Any) -> str:
    if name in TIMES:
        return datetime.fromtimestamp(float(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_call(name: str) -> list[Any]:
    run = history.run_of_call(name, time.time())
    return history.rows_of(run) if run else []


def _run_of_ref(stack: str, ref: str) -> UUID | None:
    """A ref is only unique in its conversation: the newest is meant."""
    if not REF.fullmatch(ref):
        return None
    pages = (
        stacks.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stacks.outputs(stack)["LedgerTable"],
            FilterExpression="begins_with(pk, :start) AND sk = :ref",
            ExpressionAttributeValues={":start": {"S": "ref#"}, ":ref": {"S": ref.upper()}},
        )
    )
    found = [item for page in pages for item in page["Items"]]
    newest = max(found, key=lambda item: float(item["expires_at"]["N"]), default=None)
    return UUID(newest["run"]["S"]) if newest else None
