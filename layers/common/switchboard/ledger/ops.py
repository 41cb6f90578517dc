"""Ops: one call of one tool each, planned, started under a lease, then ended."""

from typing import Any

from msgspec import structs

from switchboard import audit
from switchboard.cloud.aws import AwsError
from switchboard.ledger import (
    asking,
    claims,
    lanes,
    people,
    refs,
    replies,
    runs,
    states,
    stops,
    table,
    taint,
    versions,
)
from switchboard.ledger.claims import Claim, OpenOp, Permit, Wary
from switchboard.ledger.questions import AskedCall
from switchboard.ledger.refs import Undoable
from switchboard.ledger.runs import Extension
from switchboard.ledger.states import OpState
from switchboard.models import Command, Hint, Result, decode_command

ENDED = " REMOVE due, due_at, lease_until, hints"
"""What is no more of an op that needs nothing more."""


def claim(  # noqa: PLR0913  what is claimed, and on which terms
    command: Command, *, changes: bool, lease: float, now: float, permit: Permit, wary: Wary
) -> Claim | None:
    """PLANNED, or STARTED with an expired lease, becomes STARTED by us; None: not our turn.

    None as well for a row that cannot be read, which is reported.

    An op of a lane starts only at its head, while nothing is stopped, while its asker is who asked
    and may do as much, and with its grant, if it has one: else NotAllowedError, as `permit` raises.
    Whether it is tainted is looked at where we are `wary`.
    """
    if not changes:
        return _claim_read(command, lease, now, wary)
    return _claim_change(command, lease, now, permit, wary)


def _claim_read(command: Command, lease: float, now: float, wary: Wary) -> Claim | None:
    holder, where = table.unique(), _where(command)
    change = ", holder = :holder, lease_until = :until, due_at = :until"
    change += " REMOVE hints, not_before ADD attempt :one"
    values: dict[str, Any] = {"holder": holder, "now": now, "until": now + lease, "one": 1}
    move = states.move(where, OpState.STARTED, change, also=states.IN_TIME, **values)
    try:
        row = table.write(move)
    except AwsError as error:
        if error.condition_failed:
            return None
        raise
    if (op := versions.read_or_report(row, _open)) is None:
        return None
    # What was committed is what runs, whatever the hint said.
    tainted = wary(op.command) and taint.is_tainted(op.command.params.meta)
    return Claim(op.command, op.attempt, holder, changes=False, tainted=tainted)


def _claim_change(
    command: Command, lease: float, now: float, permit: Permit, wary: Wary
) -> Claim | None:
    """In one transaction: no stop that was said before it is overlooked, nor one in between."""
    op = find_open(Hint(command.params.meta.run, command.params.meta.step))
    if op is None:
        return None
    meta, holder = op.command.params.meta, table.unique()
    move = states.move(
        _where(command),
        OpState.STARTED,
        ", holder = :holder, lease_until = :until, due_at = :until, attempt = :next"
        " REMOVE hints, not_before",
        also=states.IN_TIME,
        holder=holder,
        now=now,
        attempt=op.attempt,
        next=op.attempt + 1,
        until=now + lease,
    )
    items = [move, lanes.turn_item(meta), stops.not_stopped_item(meta.lane)]
    items += [people.still_item(meta)] if meta.sender else []
    granted = permit(op)
    trusted = [taint.trusted_item(meta)] if wary(op.command) else []
    try:
        table.transact([*items, *granted, *trusted])
    except AwsError as error:
        if not error.condition_failed:
            raise
        if error.reasons[0] != "None":
            return None
        claims.require_allowed(op.command, error, granted=len(granted))
        if trusted and error.reasons[-1] != "None" and error.reasons[1] == "None":
            asked = _claim_change(command, lease, now, permit, lambda _: False)
            return structs.replace(asked, tainted=True) if asked else None
        # Whose turn it is met a stop that has been lifted since.
        first = lanes.place_of(command) == 0
        return _claim_change(command, lease, now, permit, wary) if first else None
    return Claim(op.command, op.attempt + 1, holder, changes=True)


def keep(claim: Claim, value: str) -> str:
    """What the first try of this op that kept anything has kept; `value`, when none has."""
    change, where = ", kept = if_not_exists(kept, :value)", _where(claim.command)
    move = states.move(where, OpState.STARTED, change, holder=claim.holder, value=value)
    return str(table.write(move)["kept"])


def release(claim: Claim, *, due_at: float, refused: bool = False) -> None:
    """STARTED becomes PLANNED again: this try came to nothing, the sweep starts the next.

    A try that the vendor `refused` to take up had no effect for certain, so it is not counted.
    """
    where, change = _where(claim.command), ", due_at = :due, attempt = :tries"
    change += ", not_before = :due" if refused else ""  # whatever hint comes meanwhile
    tries = claim.attempt - 1 if refused else claim.attempt
    move = states.move(where, OpState.PLANNED, change, holder=claim.holder, due=due_at, tries=tries)
    table.write(move)


def close(
    claim: Claim,
    told: Result | AskedCall,
    state: OpState,
    now: float,
    then: Extension | Undoable | None = None,
) -> list[Hint] | None:
    """STARTED by us becomes `state`, with the outcome record: what there is to push now.

    None: it is not ours. It is `told` with an answer, or is what a person is asked about. `then` is
    a look that extends the run, or how long it can be taken back. Raises UnavailableError when
    somebody else has extended the run meanwhile.
    """
    move = states.move(_where(claim.command), state, ENDED, holder=claim.holder)
    place = 0 if claim.changes else None
    return _end(claim.command, move, told, state, now, place=place, then=then)


def end(  # noqa: PLR0913  what is ended, and how
    command: Command,
    attempt: int,
    result: Result,
    state: OpState,
    now: float,
    *,
    place: int | None,
) -> list[Hint] | None:
    """PLANNED, or STARTED with an expired lease, becomes `state` and is not run: what to push.

    It has this place in its lane, or none. None: it has begun more than `attempt` times, has
    ended, or has another place.
    """
    move = states.move(_where(command), state, ENDED, now=now, attempt=attempt)
    return _end(command, move, result, state, now, place=place, then=None)


def _end(  # noqa: PLR0913  all that ends with an op
    command: Command,
    move: dict[str, Any],
    told: Result | AskedCall,
    state: OpState,
    now: float,
    *,
    place: int | None,
    then: Extension | Undoable | None,
) -> list[Hint] | None:
    meta, asked = command.params.meta, told if isinstance(told, AskedCall) else None
    source = taint.told_by(command, told) if isinstance(told, Result) else ""
    audits = [audit.outcome(command, state.value, now)]
    items, ready = [move], []
    if isinstance(told, Result):
        items.append(replies.ready_item(meta.run, meta.step, replies.to_asker(meta, told), now))
        ready.append(Hint(meta.run, meta.step))
    items += [] if place is None else [lanes.leave_item(meta, place)]
    if state in refs.REPEATABLE or isinstance(then, Undoable):
        items.append(refs.ref_item(command, now, then if isinstance(then, Undoable) else None))
    items += map(runs.audit_item, audits)
    ends = runs.end_items(meta.run, source, now)
    if isinstance(then, Extension):
        audits.append(audit.intent(then.command, now))
        ends = iter([runs.extension_items(then, source, now)])
    ways = [*asking.settle_items(command, asked, now)] or [[]]
    done = runs.transact(items, ([*way, *end] for end in ends for way in ways))
    if done is None:
        return None
    for entry in audits:
        audit.mirror(entry)
    if asking.is_asked(ways[done % len(ways)]):
        ready.append(Hint(asking.id_of(command), 0))
    return ready


def find_open(hint: Hint) -> OpenOp | None:
    """An op that has not ended; None as well when it cannot be read, which is reported."""
    row = table.read(table.run_key(hint.run), table.op_key(hint.step))
    return versions.read_or_report(row, _open) if row and "due" in row else None


def _open(row: table.Row) -> OpenOp:
    return OpenOp(decode_command(str(row["command"])), table.whole(row["attempt"]))


def _where(command: Command) -> dict[str, Any]:
    meta = command.params.meta
    return table.key(table.run_key(meta.run), table.op_key(meta.step))
