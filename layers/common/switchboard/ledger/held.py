"""Replies that a closed window keeps back: HELD until the person's next message lets them out."""

from uuid import UUID

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.ledger import replies, states, table, versions
from switchboard.ledger.replies import Reply, Sending
from switchboard.ledger.states import ReplyState
from switchboard.models import Hint, ReplyTo


class Held(Struct, frozen=True):
    """A reply that waits, and its place in the line of its lane."""

    hint: Hint
    reply: Reply
    text: str
    """The reply as the row has it."""
    place: str


def hold(sending: Sending, parts: int, now: float) -> None:
    """SENDING by us becomes HELD: `parts` messages are sent, the rest has not begun."""
    hint, reply = sending.hint, sending.reply
    since = reply.held_at or now
    row: table.Row = {
        "pk": f"held#{reply.lane}",
        "sk": f"{since:017.6f}#{hint.run}#{hint.step}",
        "answer": versions.patched(sending.text, held_at=since),
        "expires_at": table.expiry(now),
    }
    move = states.move(
        replies.where(hint),
        ReplyState.HELD,
        ", parts = :parts REMOVE due, due_at, lease_until ADD attempt :less",
        holder=sending.holder,
        parts=parts,
        less=-1,
    )
    table.transact([table.put(row, new=False), move])


def list_waiting(lane: str, limit: int) -> list[Held]:
    """What the lane keeps back, oldest first."""
    rows = table.query("pk = :pk", limit=limit, pk=f"held#{lane}")
    return versions.readable(rows, _held)


def release(held: Held, reply_to: ReplyTo, now: float) -> bool:
    """HELD becomes READY, to be sent as an answer to a newer message; False: it is not HELD."""
    due = table.due_row(held.hint.run, table.answer_key(held.hint.step), {}, now)
    move = states.move(
        replies.where(held.hint),
        ReplyState.READY,
        ", answer = :answer, due = :due, due_at = :due_at",
        now=now,
        answer=versions.patched(held.text, reply_to=reply_to),
        due=due["due"],
        due_at=due["due_at"],
    )
    gone = table.delete(table.key(f"held#{held.reply.lane}", held.place))
    try:
        table.transact([move, gone])
    except AwsError as error:
        if error.condition_failed:
            return False
        raise
    return True


def _held(row: table.Row) -> Held:
    _, run, step = str(row["sk"]).split("#")
    text = str(row["answer"])
    reply = json.decode(text, type=Reply)
    return Held(Hint(UUID(run), int(step)), reply, text, str(row["sk"]))
