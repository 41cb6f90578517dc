"""Runs: what is to be done about one message, committed once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct, json

from switchboard import audit
from switchboard.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import answers, ops, table
from switchboard.models import Command, Envelope, Hint, Locale, Result, decode_command

LANE_LIMIT = 50
"""State-changing ops that may wait in one lane."""


class StalePersonError(Exception):
    """The person's row is not the one that was decided on; read it again and decide again."""


class Planned(Struct, frozen=True):
    """A command to record, and whether it keeps its place in its conversation's lane."""

    command: Command
    changes: bool


def record(  # noqa: PLR0913  all that one commit holds
    envelope: Envelope,
    planned: Sequence[Planned] = (),
    answer: Result | None = None,
    *,
    locale: Locale,
    audits: Sequence[audit.Record],
    notices: Sequence[answers.Answer] = (),
    guard: Sequence[dict[str, Any]] = (),
    now: float,
) -> bool:
    """Commit what is to be done about a message, all or nothing; False when it already was.

    `notices` are for other chats than the message's, in the order of their steps, and instead of
    `planned` and `answer`. `guard` are conditions on what was decided on, such as people's rows.
    Raises StalePersonError when one no longer holds, and BadRequestError when the lane is full.
    """
    pk = table.run_key(envelope.id)
    row: table.Row = {"pk": pk, "sk": "run", "at": now, "expires_at": now + table.KEEP_SECONDS}
    items = [table.put(row), *guard]
    for one in planned:
        items += _op_items(one, now)
    if answer is not None:
        items.append(answers.item(envelope.id, 0, _answer(envelope, answer, locale), now))
    items += [answers.item(envelope.id, step, one, now) for step, one in enumerate(notices)]
    items += [ops.audit_item(entry) for entry in audits]
    try:
        table.transact(items, str(uuid4()))
    except AwsError as error:
        if not error.condition_failed:
            raise
        if error.reasons[0] == "ConditionalCheckFailed":
            return False
        if "ConditionalCheckFailed" in error.reasons[1 : 1 + len(guard)]:
            raise StalePersonError from error
        raise BadRequestError("lane full", say="too_many_waiting", limit=LANE_LIMIT) from error
    for entry in audits:
        audit.mirror(entry)
    return True


def due(now: float, limit: int) -> tuple[list[Command], list[tuple[Hint, str]]]:
    """The commands, and the answers with their lanes, whose hint or lease ran out."""
    commands: list[Command] = []
    waiting: list[tuple[Hint, str]] = []
    for shard in range(table.DUE_SHARDS):
        rows = table.query(
            "due = :due AND due_at < :now",
            index="due",
            limit=limit,
            due=f"due#{shard}",
            now=now,
        )
        for row in rows:
            if "command" in row:
                commands.append(decode_command(str(row["command"])))
            else:
                run = UUID(str(row["pk"]).partition("#")[2])
                step = int(str(row["sk"]).partition("#")[2])
                lane = json.decode(str(row["answer"]), type=answers.Answer).lane
                waiting.append((Hint(run, step), lane))
    return commands, waiting


def _op_items(one: Planned, now: float) -> list[dict[str, Any]]:
    meta = one.command.params.meta
    body: table.Row = {"state": "PLANNED", "command": json.encode(one.command).decode()}
    row = table.due_row(meta.run, table.op_key(meta.step), body, now)
    if not one.changes:
        return [table.put(row)]
    behind = table.update(
        table.key(f"lane#{meta.lane}", "lane"),
        "SET ops = list_append(if_not_exists(ops, :none), :ops)",
        "attribute_not_exists(ops) OR size(ops) < :limit",
        none=[],
        ops=[ops.name_of(meta)],
        limit=LANE_LIMIT,
    )
    return [table.put(row), behind]


def _answer(envelope: Envelope, result: Result, locale: Locale) -> answers.Answer:
    return answers.Answer(
        channel=envelope.channel,
        account=envelope.account,
        lane=envelope.lane,
        reply_to=envelope.reply_to,
        locale=locale,
        result=result,
    )
