"""Runs: what is to be done about one message, committed all at once, and how far it has come.

The run's row knows the message again, and gives its steps their numbers. `pending` counts the ops
that have not ended: with the last one the run is closed. `hop` says how often it was extended, and
`steps_left` and `until` how much more may be planned. `tainted` and `said` are taint.py's.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct, json, structs

from switchboard import audit, config
from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError, UnavailableError
from switchboard.ledger import lanes, mailbox, replies, states, table, taint, versions
from switchboard.ledger.states import OpState, RunState
from switchboard.models import Command, Envelope, Locale, Result

TRIES = 3
KEEP_AUDIT_SECONDS = 90 * 86_400.0


class Planned(Struct, frozen=True):
    """A command to record, and whether it keeps its place in its conversation's lane."""

    command: Command
    changes: bool


class Run(Struct, frozen=True):
    """A run that may be extended."""

    id: UUID
    hop: int
    """How often it was extended."""
    steps: int
    """How many of its steps have a number: that of the next one."""


class Extension(Struct, frozen=True):
    """A call that a run is extended by, whose step is the run's next."""

    run: Run
    command: Command


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
    row = _row(envelope, planned, max(len(planned), len(notices), 1), now)
    items = [table.put(row), *(one.item for one in guards), *_planned_items(planned, now)]
    if answer is not None:
        items.append(replies.ready_item(envelope.id, 0, _reply(envelope, answer, locale), now))
    items += [replies.ready_item(envelope.id, step, one, now) for step, one in enumerate(notices)]
    items += [mailbox.said_item(envelope, now)] if envelope.kept_as else []
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


def find(run: UUID) -> Run | None:
    """The run as it is now, if its row is there and can be read."""
    row = table.read(table.run_key(run), "run")
    return versions.read_or_report(row, _run) if row else None


def extension_items(extension: Extension, source: str, now: float) -> list[dict[str, Any]]:
    """The transaction's parts that plan a call more, in the transaction that ends another.

    The other's answer taints the run as `source`, unless that is empty. One of them fails when the
    run was extended by somebody else since it was found.
    """
    run, command = extension.run, extension.command
    mark, values = taint.mark(source)
    more = table.update(
        _where(run.id),
        "SET hop = :next, steps = :steps" + f", {mark}" * bool(mark),
        "attribute_not_exists(hop) OR hop = :hop",  # a run of 0.1.0 has none
        next=run.hop + 1,
        steps=run.steps + 1,
        hop=run.hop,
        **values,
    )
    record = audit_item(audit.intent(command, now))
    return [_planned_item(command, command.params.meta.asked_at), record, more]


def end_items(run: UUID, source: str, now: float) -> Iterator[list[dict[str, Any]]]:
    """The transaction's part that counts an ended op out of its run: the first of these that holds.

    The op's answer taints the run as `source`, unless that is empty. The first closes the run whose
    last op it is. A run that is not OPEN, or is of 0.1.0, stays as it is but for that: how far a
    run has come never keeps an op from ending.
    """
    mark, values = taint.mark(source)
    last = states.move(
        _where(run),
        RunState.CLOSED,
        ", pending = :none" + f", {mark}" * bool(mark),
        now=now,
        also="pending = :one",
        none=0,
        one=1,
        **values,
    )
    other = table.update(
        _where(run),
        f"SET {mark} " * bool(mark) + "ADD pending :less",
        "pending > :one OR #state <> :open",
        less=-1,
        one=1,
        open=RunState.OPEN.value,
        **values,
    )
    # Whoever ends another op of the run at the same time makes the one fail after the other.
    for _ in range(TRIES):
        yield [last]
        yield [other]


def transact(items: list[dict[str, Any]], rest: Iterable[list[dict[str, Any]]]) -> int | None:
    """Do it all, with the first of `rest`, the run's parts, that holds: which of them that is.

    None: an item does not hold.
    """
    for which, parts in enumerate(rest):
        try:
            table.transact([*items, *parts])
        except AwsError as error:
            if not error.condition_failed:
                raise
            if "ConditionalCheckFailed" in error.reasons[: len(items)]:
                return None
        else:
            return which
    raise UnavailableError("the run was changed while one of its calls ended")


def _row(envelope: Envelope, planned: Sequence[Planned], steps: int, now: float) -> table.Row:
    caps, pending = config.load().caps.run, len(planned)
    return {
        "pk": table.run_key(envelope.id),
        "sk": "run",
        "state": (RunState.OPEN if pending else RunState.CLOSED).value,
        "hop": 0,
        "steps": steps,
        "pending": pending,
        "steps_left": caps.steps - pending,
        "until": envelope.received_at + caps.seconds,
        **taint.begun(envelope, [one.command for one in planned]),
        "at": now,
        "expires_at": table.expiry(now),
    }


def _run(row: table.Row) -> Run:
    pk = str(row["pk"])
    return Run(UUID(pk.partition("#")[2]), table.whole(row["hop"]), table.whole(row["steps"]))


def _where(run: UUID) -> dict[str, Any]:
    return table.key(table.run_key(run), "run")


def audit_item(entry: audit.Record) -> dict[str, Any]:
    """The transaction's part that keeps an audit record."""
    row = structs.asdict(entry)
    row |= {
        "pk": f"audit#{int(entry.at // 86_400)}",
        "sk": f"{entry.op_id}#{entry.phase}",
        "expires_at": table.expiry(entry.at, KEEP_AUDIT_SECONDS),
    }
    return table.put(row)


def _planned_items(planned: Sequence[Planned], now: float) -> list[dict[str, Any]]:
    """The transaction's parts that plan the calls of one message, its changes in their lane."""
    items = [_planned_item(one.command, now) for one in planned]
    changes = [one.command.params.meta for one in planned if one.changes]
    return [*items, lanes.append_item(changes)] if changes else items


def _planned_item(command: Command, now: float) -> dict[str, Any]:
    """The transaction's part that makes an op PLANNED."""
    meta = command.params.meta
    body: table.Row = {"state": OpState.PLANNED.value, "command": json.encode(command).decode()}
    return table.put(table.due_row(meta.run, table.op_key(meta.step), body, now))


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
