"""Runs: what is to be done about one message, committed all at once; and its deduplication."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, json, structs

from switchboard import audit
from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import lanes, replies, table
from switchboard.ledger.states import OpState
from switchboard.models import Command, Envelope, Locale, Result

KEEP_AUDIT_SECONDS = 90 * 86_400.0


class Planned(Struct, frozen=True):
    """A command to record, and whether it keeps its place in its conversation's lane."""

    command: Command
    changes: bool


def commit(  # noqa: PLR0913  all that one commit holds
    envelope: Envelope,
    planned: Sequence[Planned] = (),
    answer: Result | None = None,
    *,
    locale: Locale,
    audits: Sequence[audit.Record],
    notices: Sequence[replies.Reply] = (),
    guards: Sequence[table.Guard] = (),
    now: float,
) -> bool:
    """Commit what is to be done about a message, all or nothing; False when it already was.

    `notices` are for other chats than the message's, in the order of their steps, and instead of
    `planned` and `answer`. Raises the error of the first guard that does not hold, and
    BadRequestError when the lane is full.
    """
    pk = table.run_key(envelope.id)
    row: table.Row = {"pk": pk, "sk": "run", "at": now, "expires_at": now + table.KEEP_SECONDS}
    items = [table.put(row), *(one.item for one in guards), *_planned_items(planned, now)]
    if answer is not None:
        items.append(replies.ready_item(envelope.id, 0, _reply(envelope, answer, locale), now))
    items += [replies.ready_item(envelope.id, step, one, now) for step, one in enumerate(notices)]
    items += [audit_item(entry) for entry in audits]
    try:
        table.transact(items)
    except AwsError as error:
        if not error.condition_failed:
            raise
        if error.reasons[0] == "ConditionalCheckFailed":
            return False
        raise _failed(error.reasons[1:], guards) from error
    for entry in audits:
        audit.mirror(entry)
    return True


def planned_row(command: Command, now: float) -> table.Row:
    meta = command.params.meta
    body: table.Row = {"state": OpState.PLANNED.value, "command": json.encode(command).decode()}
    return table.due_row(meta.run, table.op_key(meta.step), body, now)


def audit_item(entry: audit.Record) -> dict[str, Any]:
    """The transaction's part that keeps an audit record."""
    row = structs.asdict(entry)
    row |= {
        "pk": f"audit#{int(entry.at // 86_400)}",
        "sk": f"{entry.op_id}#{entry.phase}",
        "expires_at": entry.at + KEEP_AUDIT_SECONDS,
    }
    return table.put(row)


def _planned_items(planned: Sequence[Planned], now: float) -> list[dict[str, Any]]:
    """The transaction's parts that plan the calls of one message, its changes in their lane."""
    items = [table.put(planned_row(one.command, now)) for one in planned]
    changes = [one.command.params.meta for one in planned if one.changes]
    return [*items, lanes.append_item(changes)] if changes else items


def _failed(reasons: Sequence[str], guards: Sequence[table.Guard]) -> Exception:
    """What the first part that failed is to be answered with; after the guards, it is the lane."""
    for reason, guard in zip(reasons, guards, strict=False):
        if reason == "ConditionalCheckFailed":
            return guard.error()
    return BadRequestError("lane full", say="too_many_waiting", limit=lanes.LIMIT)


def _reply(envelope: Envelope, result: Result, locale: Locale) -> replies.Reply:
    return replies.Reply(
        channel=envelope.channel,
        account=envelope.account,
        lane=envelope.lane,
        reply_to=envelope.reply_to,
        locale=locale,
        result=result,
    )
