"""Asking: calls that ended in need of an approval become the question of their message.

The question's row counts those that have ended; the end of the last of them, however it ends, asks.
It is written with that end or not at all, so that nobody is asked twice, or about half of it.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

from msgspec import json

from switchboard.ledger import questions, refs, replies, states, table
from switchboard.ledger.questions import AskedCall
from switchboard.ledger.states import QuestionState
from switchboard.models import Command, Outcome, Result
from switchboard.phrases import say

GATHERED = (
    ", id = :id, calls = list_append(if_not_exists(calls, :none), :calls), expires_at = :expires"
)
OPENED = ", #until = :until, due = :due, due_at = :until"
SETTLED = " ADD settled :one"


def id_of(command: Command) -> UUID:
    """The id of the question about a call: it has its own, or shares that of its message."""
    meta = command.params.meta
    return uuid5(meta.run, "question") if _together(command) > 1 else command.id


def settle_items(
    command: Command, asked: AskedCall | None, now: float
) -> Iterator[list[dict[str, Any]]]:
    """The ways in which the end of a call is written into its question, of which one holds.

    Each is a transaction's parts, with the answer that asks where it is time for that; none for a
    call that is in no question. `asked` is what the call has come to, unless it ended otherwise.
    """
    count = _together(command)
    if count > 1:
        yield from _gather_items(command, asked, count - 1, now)
    elif asked is not None:
        change, state = f"SET #state = :to{GATHERED}{OPENED}{SETTLED}", QuestionState.ASKED.value
        values = _values(command, asked, now) | _due(command, now) | {"to": state}
        new = table.upsert(_where_of(command), change, "attribute_not_exists(pk)", **values)
        yield [new, _answer_item(command, now)]


def is_asked(parts: Sequence[dict[str, Any]]) -> bool:
    """Whether with these of `settle_items` the question is asked, so that there is an answer."""
    return len(parts) > 1


def _together(command: Command) -> int:
    """How many calls of its message are asked about in one question; 0: it is not asked about."""
    meta = command.params.meta
    return meta.asks.together if meta.asks and not (meta.grant or meta.undoes) else 0


def _gather_items(
    command: Command, asked: AskedCall | None, last: int, now: float
) -> Iterator[list[dict[str, Any]]]:
    """Those of a call that shares its question with as many others as `last` says."""
    where, state = _where_of(command), QuestionState.GATHERING.value
    gathered = _values(command, asked, now) | {"last": last}
    more = "attribute_not_exists(pk) OR (#state = :to AND settled < :last)"
    change, whole = f"SET #state = :to{GATHERED}{SETTLED}", "settled = :last"
    yield [table.upsert(where, change, more, **gathered, to=state)]
    if asked is None:
        none, values = f"{whole} AND size(calls) = :zero", gathered | {"zero": 0}
        change = f"{GATHERED}{SETTLED}"
        yield [states.move(where, QuestionState.VOID, change, now=now, also=none, **values)]
        whole, gathered = f"{whole} AND size(calls) > :zero", values
    change, values = f"{GATHERED}{OPENED}{SETTLED}", gathered | _due(command, now)
    move = states.move(where, QuestionState.ASKED, change, now=now, also=whole, **values)
    yield [move, _answer_item(command, now)]


def _values(command: Command, asked: AskedCall | None, now: float) -> dict[str, Any]:
    return {
        "id": str(id_of(command)),
        "calls": [json.encode(asked).decode()] if asked else [],
        "none": [],
        "expires": table.expiry(now),
        "one": 1,
    }


def _answer_item(command: Command, now: float) -> dict[str, Any]:
    """The transaction's part that asks, as an answer of its own: who pushes it words it."""
    meta, id_ = command.params.meta, id_of(command)
    unshown = Outcome(text=say("asks_unshown", meta.locale), tainted=False)
    reply = replies.to_asker(meta, Result(id=id_, result=unshown), refs.ref_of(id_))
    return replies.ready_item(id_, 0, reply, now)


def _due(command: Command, now: float) -> dict[str, Any]:
    """The sweep finds it when the time for an answer is over."""
    due = table.due_row(command.params.meta.run, "", {}, now)["due"]
    return {"until": now + questions.SECONDS, "due": due}


def _where_of(command: Command) -> dict[str, Any]:
    return questions.where(command.params.meta.lane, id_of(command))
