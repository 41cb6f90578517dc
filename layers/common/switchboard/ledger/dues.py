"""Due rows: ops and answers whose hint or lease has run out, as the sweep finds them."""

from uuid import UUID

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.ledger import replies, table
from switchboard.models import Command, Hint, decode_command


class Due(Struct, frozen=True):
    """A row that still needs something."""

    hint: Hint
    lane: str
    attempt: int
    due_at: float
    command: Command | None
    """Of an op; an answer has none."""


def list_due(now: float, limit: int) -> list[Due]:
    """The rows past their hint or their lease, at most `limit` of each shard, oldest first."""
    found = []
    for shard in range(table.DUE_SHARDS):
        found += table.query(
            "due = :due AND due_at < :now",
            index="due",
            limit=limit,
            due=f"due#{shard}",
            now=now,
        )
    return sorted(map(_due, found), key=lambda one: one.due_at)


def take_up(one: Due, now: float) -> bool:
    """The row is hinted by us, and due again when that hint is late; False: somebody else was."""
    kind = table.answer_key if one.command is None else table.op_key
    move = table.update(
        table.key(table.run_key(one.hint.run), kind(one.hint.step)),
        "SET due_at = :later",
        "due_at = :seen",
        later=now + table.HINT_SECONDS,
        seen=one.due_at,
    )
    try:
        table.write(move)
    except AwsError as error:
        if error.condition_failed:
            return False
        raise
    return True


def _due(row: table.Row) -> Due:
    run, step = UUID(str(row["pk"]).partition("#")[2]), int(str(row["sk"]).partition("#")[2])
    command = decode_command(str(row["command"])) if "command" in row else None
    if command is None:
        lane = json.decode(str(row["answer"]), type=replies.Reply).lane
    else:
        lane = command.params.meta.lane
    due_at = table.number(row["due_at"])
    return Due(Hint(run, step), lane, table.whole(row["attempt"]), due_at, command)
