"""What the ledger knows: the recent messages, and the story of one, without anybody's words."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cli import stack as stacks
from cli.problems import CommandError
from switchboard.ledger import history, table

Facts = dict[str, Any]
REF = re.compile(r"[0-9A-Za-z]{6}")


def show(stack: str, name: str) -> list[Facts]:
    """The rows of a run, named by its id, by one of its calls' ids, or by a ref.

    Raises CommandError when there is no such run.
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
        raise CommandError(
            f"the ledger knows no run, no call and no ref called {name}: `switchboard runs` "
            "lists what it knows"
        )
    return [dict(row) for row in rows]


def recent(stack: str, limit: int) -> list[Facts]:
    """The newest messages: `run`, `at`, `state`, `person`, `calls` and `answers`; newest first.

    It reads the whole table, which keeps 30 days.
    """
    stacks.enter(stack)
    found: dict[str, list[Any]] = {}
    for row in scanned(stack, "begins_with(pk, :start)", {":start": {"S": "run#"}}):
        found.setdefault(str(row["pk"]), []).append(row)
    runs = [_run(rows) for rows in found.values()]
    return sorted(runs, key=lambda run: float(run["at"]), reverse=True)[:limit]


def lines(runs: list[Facts]) -> str:
    """Recent messages for people, one a line."""
    now = time.time()
    return "\n".join(
        f"{moment(run['at'])}  {ago(now - float(run['at'])):>14}  {run['run']}  "
        f"{run['person'] or '-'}  {', '.join(run['calls'] + run['answers'])}"
        for run in runs
    )


def ago(seconds: float) -> str:
    """How long ago, for people."""
    for unit, long in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= long:
            count = int(seconds // long)
            return f"{count} {unit}{'s' * (count > 1)} ago"
    return "just now"


def story(rows: list[Facts]) -> str:
    """The rows of a run for people: what happened when, and what it waits for now."""
    told = [(float(row["at"]), line) for row in rows if "at" in row for line in _told(row)]
    now = [line for row in rows for line in _now(row)]
    began = min((at for at, _ in told), default=0.0)
    head = [f"begun {ago(time.time() - began)}"] if told else []
    lines = [f"{moment(at)}  +{at - began:.1f} s  {line}" for at, line in sorted(told)]
    return "\n".join(head + lines + now)


def moment(at: Any) -> str:
    """A time for people, in UTC."""
    return datetime.fromtimestamp(float(at), UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def scanned(stack: str, condition: str, values: Facts) -> Iterator[Any]:
    """The rows of the table for which the condition holds, in no order."""
    pages = (
        stacks.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stacks.outputs(stack)["LedgerTable"],
            FilterExpression=condition,
            ExpressionAttributeValues=values,
        )
    )
    return (table.unpack(item) for page in pages for item in page["Items"])


def _told(row: Facts) -> Iterator[str]:
    """What a run's row or a record says that happened."""
    if row["sk"] == "run":
        yield f"a message was committed as run {str(row['pk'])[4:]}"
    who, what = row.get("actor", ""), f"{row.get('tool', '')} {row.get('operation', '')}"
    match row.get("phase"):
        case "intent":
            yield f"{what} was planned for {who} as call {row['op_id']}"
        case "outcome":
            yield f"{what} ended: {row['outcome']}"
        case "denied":
            yield f"{who or 'a stranger'} was refused: {row['outcome']}"
        case "control":
            yield f"{who} said {row['outcome']}, and it was obeyed"


def _now(row: Facts) -> Iterator[str]:
    """How a run, a call or an answer stands."""
    kind, _, step = str(row["sk"]).partition("#")
    named = {"op": f"call {step}", "answer": f"answer {step}", "run": "the run"}.get(kind)
    if named is None or "state" not in row:
        return
    facts = [f"now: {named} is {row['state']}"]
    if row.get("channel"):
        facts.append(f"to {row['channel']}/{row['account']}")
    for name, usual, said in (("attempt", 1, "begun"), ("postponed", 0, "put off")):
        if float(row.get(name, usual)) > usual:
            facts.append(f"{said} {row[name]:.0f} times")
    for name, said in (("lease_until", "leased until"), ("due_at", "looked at again at")):
        if name in row:
            facts.append(f"{said} {moment(row[name])}")
    if "repeated_by" in row:
        facts.append(f"repeated by call {row['repeated_by']}")
    yield ", ".join(facts)


def _run(rows: list[Any]) -> Facts:
    """A run's rows in short."""
    head: Any = next((row for row in rows if row["sk"] == "run"), {})
    facts = [dict(history.without_words(row)) for row in rows]
    calls = [f"{one.get('tool')} {one.get('operation')} {one['state']}" for one in _of(facts, "op")]
    answers = [f"answer {one['state']}" for one in _of(facts, "answer")]
    person = next((str(one["actor"]) for one in _of(facts, "op") if "actor" in one), "")
    at = {"at": head.get("at", 0.0), "state": head.get("state", ""), "person": person}
    return {"run": str(rows[0]["pk"])[4:], **at, "calls": calls, "answers": answers}


def _of(facts: list[Facts], kind: str) -> list[Facts]:
    return [one for one in facts if str(one["sk"]).startswith(f"{kind}#")]


def _of_call(name: str) -> list[Any]:
    run = history.run_of_call(name, time.time())
    return history.rows_of(run) if run else []


def _run_of_ref(stack: str, ref: str) -> UUID | None:
    """A ref is only unique in its conversation: the newest is meant."""
    if not REF.fullmatch(ref):
        return None
    values = {":start": {"S": "ref#"}, ":ref": {"S": ref.upper()}}
    found = [*scanned(stack, "begins_with(pk, :start) AND sk = :ref", values)]
    newest = max(found, key=lambda row: float(row["expires_at"]), default=None)
    return UUID(newest["run"]) if newest else None
