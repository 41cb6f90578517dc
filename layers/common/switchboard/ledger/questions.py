"""Questions: calls that wait for nobody, and run only if a person says yes in time.

A call that needs an approval ends ASKED, and with it this row is written: what was shown, and is
run if it is approved. Dispatch cannot write here, so it cannot change what a yes is given to.
"""

from functools import partial
from typing import Any

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import refs, states, table, versions
from switchboard.ledger.states import QuestionState
from switchboard.models import Ask, Command, decode_command

SECONDS = 900.0
"""How long a person has for an answer; silence is a no."""
MOST = 20
"""Questions of one conversation that are looked at when a yes names none."""


class Question(Struct, frozen=True, kw_only=True):
    """What a person is asked."""

    command: Command
    """The call as it was shown; its id names the question."""
    asks: Ask
    manifest: str
    """The digest of the manifest of the tool that asks."""
    until: float
    state: str = QuestionState.ASKED

    @property
    def ref(self) -> str:
        """How a person names it."""
        return refs.ref_of(self.command.id)

    @property
    def lane(self) -> str:
        return self.command.params.meta.lane


def ask_item(question: Question, now: float) -> dict[str, Any]:
    """The transaction's part that asks; the sweep finds it when the time for an answer is over."""
    body: table.Row = {
        "state": question.state,
        "command": json.encode(question.command).decode(),
        "asks": json.encode(question.asks).decode(),
        "manifest": question.manifest,
        "until": question.until,
    }
    row = table.due_row(question.command.params.meta.run, "", body, now)
    pk, sk = f"question#{question.lane}", question.ref
    return table.put(row | {"pk": pk, "sk": sk, "due_at": question.until})


def find(lane: str, ref: str) -> Question | None:
    """The question of this conversation that a person means by `ref`, if it can be read."""
    code = refs.written(ref)
    row = table.read(f"question#{lane}", code) if code else None
    return versions.read_or_report(row, read) if row else None


def find_open(lane: str, now: float) -> list[Question]:
    """The questions of this conversation that can still be answered."""
    rows = table.query("pk = :pk", limit=MOST, pk=f"question#{lane}")
    found = versions.readable(rows, read)
    return [one for one in found if one.state == QuestionState.ASKED and one.until > now]


def answer_guard(question: Question, state: QuestionState, person: str, now: float) -> table.Guard:
    """A guard of `commit`: it is still open, and this answers it."""
    move = states.move(
        _where(question),
        state,
        ", answered_by = :person REMOVE due, due_at, hints",
        now=now,
        also="#until > :at",
        person=person,
        at=now,
    )
    return table.Guard(move, partial(BadRequestError, "answered", say="question_closed"))


def lapse(question: Question, items: list[dict[str, Any]], now: float) -> bool:
    """ASKED becomes LAPSED, with `items` that tell it; False: it has been answered."""
    move = states.move(
        _where(question),
        QuestionState.LAPSED,
        " REMOVE due, due_at, hints",
        now=now,
        also="#until <= :at",
        at=now,
    )
    try:
        table.transact([move, *items])
    except AwsError as error:
        if error.condition_failed:
            return False
        raise
    return True


def read(row: table.Row) -> Question:
    return Question(
        command=decode_command(str(row["command"])),
        asks=json.decode(str(row["asks"]), type=Ask),
        manifest=str(row["manifest"]),
        until=table.number(row["until"]),
        state=str(row["state"]),
    )


def _where(question: Question) -> dict[str, Any]:
    return table.key(f"question#{question.lane}", question.ref)
