"""Due rows: ops and answers whose hint or lease has run out, as the sweep finds them."""

from typing import Any
from uuid import UUID

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.ledger import questions, replies, table, versions
from switchboard.ledger.questions import Question
from switchboard.models import Command, Hint, decode_command

MOST_SECONDS = 300.0
"""Between two hints of the sweep about one row."""
UNREADABLE_SECONDS = 3600.0
"""After how long a row that could not be read is tried, and rings, again."""


class Due(Struct, frozen=True):
    """A row that still needs something."""

    hint: Hint
    lane: str
    attempt: int
    due_at: float
    hints: int
    """How often the sweep has hinted it since somebody had it last."""
    command: Command | None
    """Of an op; an answer has none."""


def list_due(now: float, limit: int) -> list[table.Row]:
    """The rows past their hint or their lease, at most `limit` of each shard, oldest first."""
    found: list[table.Row] = []
    for shard in range(table.DUE_SHARDS):
        found += table.query(
            "due = :due AND due_at < :now",
            index="due",
            limit=limit,
            due=f"due#{shard}",
            now=now,
        )
    return sorted(found, key=lambda row: table.number(row["due_at"]))


def read(row: table.Row) -> Due | Question:
    """What the row needs; of a question, that it lapses. Raises UnreadableError."""
    if versions.kind_of(row) == "question":
        return versions.read(row, questions.read)
    return versions.read(row, _due)


def take_up(one: Due, now: float, *, hinted: bool) -> bool:
    """The row is ours for now, and due again when a hint is late; False: it is somebody else's.

    One that was `hinted` in vain perhaps only waits for its function, which is busy: each further
    hint comes after twice the time, at most MOST_SECONDS.
    """
    kind = table.answer_key if one.command is None else table.op_key
    where = table.key(table.run_key(one.hint.run), kind(one.hint.step))
    wait = min(table.HINT_SECONDS * 2.0**one.hints, MOST_SECONDS)
    return _due_later(where, one.due_at, now + wait, hints=one.hints + hinted)


def put_off(row: table.Row, now: float) -> None:
    """A row that cannot be read keeps no other waiting: it is due again after a while."""
    where = table.key(str(row["pk"]), str(row["sk"]))
    _due_later(where, table.number(row["due_at"]), now + UNREADABLE_SECONDS, hints=0)


def _due_later(where: dict[str, Any], seen: float, later: float, *, hints: int) -> bool:
    """Whether nobody else has moved the row since it was seen."""
    change, condition = "SET due_at = :later, hints = :hints", "due_at = :seen"
    move = table.update(where, change, condition, later=later, hints=hints, seen=seen)
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
    hints = table.whole(row.get("hints", 0))
    return Due(Hint(run, step), lane, table.whole(row["attempt"]), due_at, hints, command)
