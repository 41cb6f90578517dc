"""Ops: one call of one tool each, PLANNED, STARTED under a lease, then DONE, FAILED or UNKNOWN."""

from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct, structs

from switchboard import audit
from switchboard.aws import AwsError
from switchboard.ledger import answers, table
from switchboard.models import CallMeta, Command, Hint, Result, decode_command

KEEP_AUDIT_SECONDS = 90 * 86_400.0


class Claim(Struct, frozen=True):
    """The right to run one op until its lease ends."""

    command: Command
    attempt: int
    holder: str
    changes: bool


def start(command: Command, *, changes: bool, lease: float, now: float) -> Claim | None:
    """PLANNED, or STARTED with an expired lease, becomes STARTED by us; None: not our turn.

    An op of a lane starts only at its head. Looking first is safe: only the head's own holder
    removes it, and nothing is ever put before it.
    """
    meta = command.params.meta
    if changes and _head(meta.lane) != name_of(meta):
        return None
    holder = str(uuid4())
    move = table.update(
        table.key(table.run_key(meta.run), table.op_key(meta.step)),
        "SET #state = :started, holder = :holder, lease_until = :until, due_at = :until "
        "ADD attempt :one",
        "#state = :planned OR (#state = :started AND (lease_until < :now OR holder = :holder))",
        planned="PLANNED",
        started="STARTED",
        holder=holder,
        until=now + lease,
        now=now,
        one=1,
    )
    try:
        row = table.write(move)
    except AwsError as error:
        if error.condition_failed:
            return None
        raise
    # What was committed is what runs, whatever the hint said.
    committed = decode_command(str(row["command"]))
    return Claim(committed, table.whole(row["attempt"]), holder, changes)


def release(claim: Claim, *, due_at: float) -> None:
    """STARTED becomes PLANNED again: this try came to nothing, the sweep starts the next."""
    table.write(_move(claim, "SET #state = :planned, due_at = :due", planned="PLANNED", due=due_at))


def close(claim: Claim, result: Result, state: str, now: float) -> bool:
    """STARTED by us becomes `state`, with the answer and the outcome record; False: not ours."""
    meta = claim.command.params.meta
    name = name_of(meta)
    waiting = answers.Answer(
        channel=meta.channel,
        account=meta.account,
        lane=meta.lane,
        reply_to=meta.reply_to,
        locale=meta.locale,
        result=result,
    )
    outcome = audit.outcome(claim.command, state, now)
    items = [
        _move(claim, "SET #state = :state REMOVE due, due_at, lease_until", state=state),
        answers.item(meta.run, meta.step, waiting, now),
        audit_item(outcome),
    ]
    if claim.changes:
        lane = table.key(f"lane#{meta.lane}", "lane")
        items.append(table.update(lane, "REMOVE ops[0]", "ops[0] = :op", op=name))
    try:
        table.transact(items, str(uuid4()))
    except AwsError as error:
        if error.condition_failed:
            return False
        raise
    audit.mirror(outcome)
    return True


def head_of(lane: str) -> Hint | None:
    """The op whose turn it is in this lane, if any waits."""
    name = _head(lane)
    if not name:
        return None
    run, _, step = name.partition("/")
    return Hint(UUID(run), int(step))


def in_lane(command: Command) -> bool:
    """Whether the op waits in its lane, for those who cannot tell by its operation."""
    meta = command.params.meta
    row = table.read(f"lane#{meta.lane}", "lane")
    ops = row.get("ops") if row else None
    return isinstance(ops, list) and name_of(meta) in ops


def command_of(hint: Hint) -> Command | None:
    """The command of an op that is still to be done."""
    row = table.read(table.run_key(hint.run), table.op_key(hint.step))
    return decode_command(str(row["command"])) if row and "due" in row else None


def audit_item(entry: audit.Record) -> dict[str, Any]:
    """The transaction's part that keeps an audit record."""
    row = structs.asdict(entry)
    row |= {
        "pk": f"audit#{int(entry.at // 86_400)}",
        "sk": f"{entry.op_id}#{entry.phase}",
        "expires_at": entry.at + KEEP_AUDIT_SECONDS,
    }
    return table.put(row)


def name_of(meta: CallMeta) -> str:
    """How a lane calls an op."""
    return f"{meta.run}/{meta.step}"


def _move(claim: Claim, change: str, **values: table.Value) -> dict[str, Any]:
    meta = claim.command.params.meta
    return table.update(
        table.key(table.run_key(meta.run), table.op_key(meta.step)),
        change,
        "#state = :started AND holder = :holder",
        started="STARTED",
        holder=claim.holder,
        **values,
    )


def _head(lane: str) -> str:
    row = table.read(f"lane#{lane}", "lane")
    ops = row.get("ops") if row else None
    return ops[0] if isinstance(ops, list) and ops else ""
