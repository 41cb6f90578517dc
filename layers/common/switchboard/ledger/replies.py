"""Replies: results waiting to be pushed, ready, sent under a lease, then settled."""

from typing import Any
from uuid import UUID

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.ledger import states, table, versions
from switchboard.ledger.states import ReplyState
from switchboard.models import Hint, Locale, ReplyTo, Result


class Reply(Struct, frozen=True, kw_only=True):
    """A result waiting to be pushed, and where to."""

    channel: str
    account: str
    lane: str
    reply_to: ReplyTo
    locale: Locale
    result: Result
    held_at: float = 0.0
    """When a closed window first kept it back; 0: never."""


class Sending(Struct, frozen=True, kw_only=True):
    """The right to push one answer until the lease ends."""

    hint: Hint
    reply: Reply
    text: str
    """The reply as the row has it: another release may have written more."""
    holder: str
    attempt: int
    """How often a push may have begun; those that the platform refused do not count."""
    postponed: int
    parts: int
    """Messages of the answer that have surely been sent."""


def claim(hint: Hint, *, lease: float, now: float) -> Sending | None:
    """READY, or SENDING with an expired lease, becomes SENDING by us; None: it is not.

    None as well for a row that cannot be read, which is reported.
    """
    holder = table.unique()
    move = states.move(
        where(hint),
        ReplyState.SENDING,
        ", holder = :holder, lease_until = :until, due_at = :until ADD attempt :one",
        holder=holder,
        now=now,
        until=now + lease,
        one=1,
    )
    try:
        row = table.write(move)
    except AwsError as error:
        if error.condition_failed:
            return None
        raise
    return versions.read_or_report(row, lambda row: _sending(hint, holder, row))


def settle(sending: Sending, state: ReplyState) -> None:
    """SENDING by us becomes `state`: SENT, or FAILED for good."""
    change = " REMOVE due, due_at, lease_until"
    table.write(states.move(where(sending.hint), state, change, holder=sending.holder))


def retry_later(sending: Sending, due_at: float, parts: int, *, refused: bool) -> None:
    """SENDING by us becomes READY again; `parts` messages are surely sent.

    `refused`: so is it sure that the next one is not; else it may have been.
    """
    move = states.move(
        where(sending.hint),
        ReplyState.READY,
        ", due_at = :due, parts = :parts ADD attempt :less, postponed :one",
        holder=sending.holder,
        due=due_at,
        parts=parts,
        less=-1 if refused else 0,
        one=1,
    )
    table.write(move)


def ready_item(run: UUID, step: int, reply: Reply, now: float) -> dict[str, Any]:
    """The transaction's part that makes a reply READY."""
    body: table.Row = {"state": ReplyState.READY.value, "answer": json.encode(reply).decode()}
    return table.put(table.due_row(run, table.answer_key(step), body, now))


def _sending(hint: Hint, holder: str, row: table.Row) -> Sending:
    text = str(row["answer"])
    return Sending(
        hint=hint,
        reply=json.decode(text, type=Reply),
        text=text,
        holder=holder,
        attempt=table.whole(row["attempt"]),
        postponed=table.whole(row.get("postponed", 0)),
        parts=table.whole(row.get("parts", 0)),
    )


def where(hint: Hint) -> dict[str, Any]:
    """The key of a reply's row."""
    return table.key(table.run_key(hint.run), table.answer_key(hint.step))
