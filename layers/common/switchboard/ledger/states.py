"""States of runs, ops and replies, and who may move a row from which to which."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from switchboard.ledger import table


class OpState(StrEnum):
    """PLANNED, STARTED under a lease, then one of the ends."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    DONE = "DONE"
    FAILED = "FAILED"
    """It surely had no effect."""
    UNKNOWN = "UNKNOWN"
    """It may have had one."""
    EXPIRED = "EXPIRED"
    """It was too old to be run unasked."""
    STOPPED = "STOPPED"
    """It may not start any more, and has not: somebody said stop, or it is not allowed now."""
    ASKED = "ASKED"
    """It was not run: a person is asked whether it shall be, by a question of its own."""


class ReplyState(StrEnum):
    """READY, SENDING under a lease, then SENT or FAILED; HELD by a platform's closed window."""

    READY = "READY"
    SENDING = "SENDING"
    HELD = "HELD"
    SENT = "SENT"
    FAILED = "FAILED"


class RunState(StrEnum):
    """OPEN while calls of it are planned or run, CLOSED when the last has ended.

    A run whose next steps take a model's time, or a person's answer, is PLANNING under a lease, or
    WAITING (docs/adr/0013). It has no op meanwhile, and so no place in its conversation's lane.
    """

    OPEN = "OPEN"
    PLANNING = "PLANNING"
    WAITING = "WAITING"
    CLOSED = "CLOSED"


class QuestionState(StrEnum):
    """GATHERING its calls, then ASKED until a person answers or the time for that is over."""

    GATHERING = "GATHERING"
    """Other calls of the message have not ended yet; nobody is asked."""
    VOID = "VOID"
    """None of the calls came to be asked about."""
    ASKED = "ASKED"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    LAPSED = "LAPSED"
    """Nobody has answered in time, which is a no."""


class Who(StrEnum):
    """Who may make a move, as the condition that shows it."""

    ANYBODY = ""
    """The row has no holder."""
    HOLDER = "holder = :holder"
    SUCCESSOR = "lease_until < :now"
    """Anybody, once the holder's lease has run out."""


IN_TIME = "(attribute_not_exists(not_before) OR not_before <= :now)"
"""A further condition of a move: nobody has asked that the row be left alone until later."""
State = RunState | OpState | ReplyState | QuestionState
Moves = Mapping[State, Mapping[State, tuple[Who, ...]]]

MOVES: dict[type[State], Moves] = {
    RunState: {
        RunState.OPEN: {
            RunState.PLANNING: (Who.ANYBODY,),
            RunState.CLOSED: (Who.ANYBODY,),
        },
        RunState.PLANNING: {
            RunState.PLANNING: (Who.HOLDER, Who.SUCCESSOR),
            RunState.OPEN: (Who.HOLDER,),
            RunState.WAITING: (Who.HOLDER,),
            RunState.CLOSED: (Who.HOLDER,),
        },
        RunState.WAITING: {
            RunState.PLANNING: (Who.ANYBODY,),
            RunState.CLOSED: (Who.ANYBODY,),
        },
    },
    OpState: {
        OpState.PLANNED: {
            OpState.STARTED: (Who.ANYBODY,),
            OpState.FAILED: (Who.ANYBODY,),
            OpState.UNKNOWN: (Who.ANYBODY,),
            OpState.EXPIRED: (Who.ANYBODY,),
            OpState.STOPPED: (Who.ANYBODY,),
        },
        OpState.STARTED: {
            OpState.STARTED: (Who.HOLDER, Who.SUCCESSOR),
            OpState.PLANNED: (Who.HOLDER,),
            OpState.DONE: (Who.HOLDER,),
            OpState.FAILED: (Who.HOLDER, Who.SUCCESSOR),
            OpState.UNKNOWN: (Who.HOLDER, Who.SUCCESSOR),
            OpState.EXPIRED: (Who.HOLDER, Who.SUCCESSOR),
            OpState.STOPPED: (Who.SUCCESSOR,),
            OpState.ASKED: (Who.HOLDER,),
        },
    },
    ReplyState: {
        ReplyState.READY: {ReplyState.SENDING: (Who.ANYBODY,)},
        ReplyState.SENDING: {
            ReplyState.SENDING: (Who.HOLDER, Who.SUCCESSOR),
            ReplyState.READY: (Who.HOLDER,),
            ReplyState.HELD: (Who.HOLDER,),
            ReplyState.SENT: (Who.HOLDER,),
            ReplyState.FAILED: (Who.HOLDER,),
        },
        ReplyState.HELD: {ReplyState.READY: (Who.ANYBODY,)},
    },
    QuestionState: {
        QuestionState.GATHERING: {
            QuestionState.ASKED: (Who.ANYBODY,),
            QuestionState.VOID: (Who.ANYBODY,),
        },
        QuestionState.ASKED: {
            QuestionState.APPROVED: (Who.ANYBODY,),
            QuestionState.DENIED: (Who.ANYBODY,),
            QuestionState.LAPSED: (Who.ANYBODY,),
        },
    },
}
"""From a state to a state: who. A state that is missing is an end."""


def move(  # noqa: PLR0913  a move, and what else of the row changes with it
    where: dict[str, Any],
    to: State,
    change: str = "",
    *,
    holder: str = "",
    now: float | None = None,
    attempt: int | None = None,
    also: str = "",
    **values: table.Value,
) -> dict[str, Any]:
    """A transaction's Update that moves the row to `to`, from wherever MOVES lets the caller.

    With `holder` it may be the row's holder, with `now` anybody, as far as nobody else has
    it then; an `attempt` is how often anybody else must have begun it. `change` follows the SET
    of the state, `also` is a further condition. Raises ValueError when MOVES never lets such a
    caller.
    """
    condition, sources = _condition(
        to, holder=bool(holder), anybody=now is not None, counted=attempt is not None
    )
    given: dict[str, table.Value | None] = {"holder": holder, "now": now, "attempt": attempt}
    values |= {
        name: value
        for name, value in given.items()
        if value is not None and f":{name}" in change + condition
    }
    values |= {state.lower(): state.value for state in sources}
    if also:
        condition = f"({condition}) AND {also}"
    return table.update(where, f"SET #state = :to{change}", condition, to=to.value, **values)


@lru_cache(typed=True)  # a FAILED op equals a FAILED reply
def _condition(
    to: State, *, holder: bool, anybody: bool, counted: bool
) -> tuple[str, tuple[State, ...]]:
    """The condition of a move, and the states that it names."""
    ours, others, sources = [], [], []
    for source, ends in MOVES[type(to)].items():
        allowed = ends.get(to, ())
        if holder and Who.HOLDER in allowed:
            ours.append(_clause(source, Who.HOLDER))
            sources.append(source)
        if anybody:
            free = [one for one in allowed if one is not Who.HOLDER]
            others += [_clause(source, one) for one in free]
            sources += [source] * bool(free)
    if others and counted:
        others = [f"(attempt = :attempt AND ({' OR '.join(others)}))"]
    if not ours and not others:
        raise ValueError(f"nobody may move a row to {to} so")
    return " OR ".join([*others, *ours]), tuple(dict.fromkeys(sources))


def _clause(source: State, who: Who) -> str:
    state = f"#state = :{source.lower()}"
    return f"({state} AND {who})" if who else state
