"""Histories: all that the ledger knows about one message, without anybody's words."""

from uuid import UUID

from msgspec import json

from switchboard.errors import UnreadableError
from switchboard.ledger import replies, table, versions
from switchboard.models import decode_command

DAY = 86_400.0
PHASES = ("intent", "outcome", "denied", "control")
AUDIT_DAYS = 3
"""After the message: a call ends within hours, even one that looks again."""


def rows_of(run: UUID) -> list[table.Row]:
    """The rows of a run, its calls, its answers and their audit records, oldest records first."""
    found = table.query("pk = :pk", limit=200, pk=table.run_key(run))
    began = next((table.number(row["at"]) for row in found if row["sk"] == "run"), 0.0)
    told, op_ids = [], [str(run)]
    for row in found:
        facts = without_words(row)
        told.append(facts)
        op_ids += [str(facts["op_id"])] if "op_id" in facts else []
    return told + [row for op_id in op_ids for row in _records(op_id, began)]


def run_of_call(op_id: str, now: float, days: int = 90) -> UUID | None:
    """The run that a call belongs to, by its audit record."""
    for back in range(days):
        row = table.read(f"audit#{int(now // DAY) - back}", f"{op_id}#intent")
        if row is not None:
            return UUID(str(row["run"]))
    return None


def _records(op_id: str, began: float) -> list[table.Row]:
    days = range(int(began // DAY), int(began // DAY) + AUDIT_DAYS)
    keys = [(f"audit#{day}", f"{op_id}#{phase}") for day in days for phase in PHASES]
    return [row for key in keys if (row := table.read(*key)) is not None]


def without_words(row: table.Row) -> table.Row:
    """What people and vendors said stays in the ledger: it is shown in the chat, and only there."""
    facts = {name: value for name, value in row.items() if name not in {"command", "answer"}}
    try:
        return facts | versions.read(row, _about)
    except UnreadableError:
        return facts | {"state": "cannot be read by this release"}


def _about(row: table.Row) -> table.Row:
    """Of an op, the call; of a reply, where it goes."""
    if "command" in row:
        command = decode_command(str(row["command"]))
        meta = command.params.meta
        call = {"op_id": str(command.id), "tool": meta.tool, "operation": command.method}
        return {**call, "actor": meta.actor, "lane": meta.lane}
    if "answer" in row:
        reply = json.decode(str(row["answer"]), type=replies.Reply)
        return {"channel": reply.channel, "account": reply.account, "lane": reply.lane}
    return {}
