"""Questions that nobody has answered in time: silence is a no, and it is told."""

from uuid import uuid5

from switchboard import audit, observe, queues
from switchboard.ledger import questions, replies, runs
from switchboard.ledger.questions import Question
from switchboard.ledger.states import QuestionState
from switchboard.models import Hint, Outcome, Result
from switchboard.phrases import say


def told(question: Question, now: float) -> str:
    """End the question and tell it in its conversation; what was done, as the sweep counts it."""
    meta = question.meta
    observe.bind(run=meta.run, channel=meta.channel)
    id_ = uuid5(question.id, "lapsed")  # a message of its own: the question's is sent already
    text = say("question_lapsed", meta.locale, called=question.called, ref=question.ref)
    told = Result(id=id_, result=Outcome(text=text, tainted=False))
    calls = [one.command for one in question.calls]
    records = [audit.answered(one, "", QuestionState.LAPSED, now) for one in calls]
    items = [replies.ready_item(id_, 0, replies.to_asker(meta, told), now)]
    items += map(runs.audit_item, records)
    if questions.lapse(question, items, now):
        for record in records:
            audit.mirror(record)
        queues.push(Hint(id_, 0), meta.lane)
    return "lapsed"
