"""Questions: calls that wait for nobody, and run only if a person says yes in time.

A call that needs an approval ends ASKED, and with it goes what is shown of it, and is run if it is
approved, into this row. All such calls of one message are one question: its row gathers them, and
the end of the last of them, however it ends, asks. Dispatch cannot write here, so it cannot change
what a yes is given to, nor what people are shown.
"""

from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import refs, states, table, versions
from switchboard.ledger.states import QuestionState
from switchboard.models import Ask, CallMeta, Command

SECONDS = 900.0
"""How long a person has for an answer; silence is a no."""
PAGE = 20
"""Questions of one conversation that are read at once."""
UNASKED = {QuestionState.GATHERING, QuestionState.VOID}


class AskedCall(Struct, frozen=True, kw_only=True):
    """A call that a person is asked about, and all that they are shown of it."""

    command: Command
    asks: Ask
    manifest: str
    """The digest of the manifest of the tool that asks."""
    summary: str
    """What its operation does, in the asker's language, as are the following."""
    shown: str
    """Its arguments in full, as Markdown; empty: it has none."""
    foreseen: str
    """What would happen, as Markdown; empty: nobody knows."""
    for_good: str = ""
    """Why it cannot be taken back, where it cannot."""


class Question(Struct, frozen=True, kw_only=True):
    """What a person is asked: one call, or all those of one message, in the order of its lines."""

    id: UUID
    calls: tuple[AskedCall, ...]
    until: float
    state: str = QuestionState.ASKED

    @property
    def ref(self) -> str:
        """How a person names it."""
        return refs.ref_of(self.id)

    @property
    def meta(self) -> CallMeta:
        """Who asked, where and when: of all of its calls the same."""
        return self.calls[0].command.params.meta

    @property
    def called(self) -> str:
        """Its calls by their names, as Markdown."""
        commands = [one.command for one in self.calls]
        return ", ".join(f"`{one.params.meta.tool} {one.method}`" for one in commands)

    @property
    def asks(self) -> Ask:
        """How it is to be approved: as strictly as any of its calls."""
        every = [one.asks for one in self.calls]
        shared = [
            role for role in every[0].approvers if all(role in one.approvers for one in every)
        ]
        return Ask(
            approvers=tuple(shared),
            code=any(one.code for one in every),
            four_eyes=any(one.four_eyes for one in every),
        )


def find(lane: str, ref: str) -> Question | None:
    """The question of this conversation that a person means by `ref`, if it can be read.

    One that is not asked yet, or never is, nobody can mean.
    """
    code = refs.written(ref)
    row = table.read(f"question#{lane}", code) if code else None
    if row is None or row["state"] in UNASKED:
        return None
    return versions.read_or_report(row, read)


def find_open(lane: str, now: float) -> list[Question]:
    """All questions of this conversation that can still be answered.

    They are sorted by their refs, so those that wait may stand behind any number of others.
    """
    waiting: list[table.Row] = []
    after = "!"  # less than any ref
    while rows := table.query(
        "pk = :pk AND sk > :after", limit=PAGE, pk=f"question#{lane}", after=after
    ):
        waiting += [one for one in rows if one["state"] == QuestionState.ASKED]
        after = str(rows[-1]["sk"])
    return [one for one in versions.readable(waiting, read) if one.until > now]


def answer_guard(question: Question, state: QuestionState, person: str, now: float) -> table.Guard:
    """A guard of `commit`: it is still open, and this answers it."""
    move = states.move(
        where(question.meta.lane, question.id),
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
        where(question.meta.lane, question.id),
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
    """Raises as the decoders do for one that cannot be read, or has no calls."""
    texts = row["calls"] if isinstance(row["calls"], list) else []
    calls = [json.decode(one, type=AskedCall) for one in texts]
    calls.sort(key=lambda one: one.command.params.meta.step)
    if not calls:
        raise ValueError("a question about nothing")
    return Question(
        id=UUID(str(row["id"])),
        calls=tuple(calls),
        until=table.number(row["until"]),
        state=str(row["state"]),
    )


def where(lane: str, id_: UUID) -> dict[str, Any]:
    """The key of a question's row."""
    return table.key(f"question#{lane}", refs.ref_of(id_))
