"""Replies: results waiting to be pushed, ready, sent under a lease, then settled."""

from typing import Any
from uuid import UUID

from msgspec import Struct, json, structs

from switchboard.cloud.aws import AwsError
from switchboard.ledger import states, table, versions
from switchboard.ledger.states import ReplyState
from switchboard.models import CallMeta, Hint, Locale, ReplyTo, Result
from switchboard.text import shortened

MAX_BYTES = 150_000
"""Of a reply: DynamoDB takes rows of 400 kB. What tools bring is shorter already (storage.keep)."""
MAX_WHY = 200
MAX_CHARACTERS, MAX_FILES = 16_000, 50
"""Of one that is longer. A character is at most six bytes of JSON, a file well below a kilobyte."""


class Reply(Struct, frozen=True, kw_only=True):
    """A result waiting to be pushed, and where to."""

    channel: str
    account: str
    lane: str
    reply_to: ReplyTo
    locale: Locale
    result: Result
    asks: str = ""
    """The ref of the question that it asks: that one's words are shown, and the result's only where
    it cannot be read."""
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
        ", holder = :holder, lease_until = :until, due_at = :until REMOVE hints ADD attempt :one",
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
    change = " REMOVE due, due_at, lease_until, hints"
    table.write(states.move(where(sending.hint), state, change, holder=sending.holder))


def retry_later(sending: Sending, due_at: float, parts: int, *, refused: bool, why: str) -> None:
    """SENDING by us becomes READY again; `parts` messages are surely sent.

    `refused`: so is it sure that the next one is not; else it may have been. `why` is for the
    operator, and nobody's words.
    """
    move = states.move(
        where(sending.hint),
        ReplyState.READY,
        ", due_at = :due, parts = :parts, why = :why ADD attempt :less, postponed :one",
        holder=sending.holder,
        due=due_at,
        parts=parts,
        why=why[:MAX_WHY],
        less=-1 if refused else 0,
        one=1,
    )
    table.write(move)


def ready_item(run: UUID, step: int, reply: Reply, now: float) -> dict[str, Any]:
    """The transaction's part that makes a reply READY."""
    answer = json.encode(reply)
    if len(answer) > MAX_BYTES:
        answer = json.encode(structs.replace(reply, result=_bounded(reply.result)))
    body: table.Row = {"state": ReplyState.READY.value, "answer": answer.decode()}
    return table.put(table.due_row(run, table.answer_key(step), body, now))


def to_asker(meta: CallMeta, result: Result, asks: str = "") -> Reply:
    """What is told where a call was asked for."""
    return Reply(
        channel=meta.channel,
        account=meta.account,
        lane=meta.lane,
        reply_to=meta.reply_to,
        locale=meta.locale,
        result=result,
        asks=asks,
    )


def _bounded(result: Result) -> Result:
    """The result without what no row has room for: nobody may say so much that nothing is told."""
    if result.result:
        said = structs.replace(
            result.result,
            text=shortened(result.result.text, MAX_CHARACTERS),
            files=result.result.files[:MAX_FILES],
        )
        return structs.replace(result, result=said)
    if result.error:
        fault = structs.replace(
            result.error, message=shortened(result.error.message, MAX_CHARACTERS)
        )
        return structs.replace(result, error=fault)
    return result


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
