"""Questions that nobody has answered in time: silence is a no, and it is told."""

from uuid import uuid5

from switchboard import audit, observe, queues
from switchboard.ledger import questions, replies, runs
from switchboard.ledger.questions import Question
from switchboard.ledger.replies import Reply
from switchboard.ledger.states import QuestionState
from switchboard.models import Hint, Outcome, Result
from switchboard.phrases import say


def told(question: Question, now: float) -> str:
    """End the question and tell it in its conversation; what was done, as the sweep counts it."""
    command = question.command
    meta = command.params.meta
    observe.bind(run=meta.run, op=command.id, channel=meta.channel, tool=meta.tool)
    id_ = uuid5(command.id, "lapsed")  # a message of its own: the question's is sent already
    text = say(
        "question_lapsed",
        meta.locale,
        tool=meta.tool,
        operation=command.method,
        ref=question.ref,
    )
    reply = Reply(
        channel=meta.channel,
        account=meta.account,
        lane=meta.lane,
        reply_to=meta.reply_to,
        locale=meta.locale,
        result=Result(id=id_, result=Outcome(text=text, tainted=False)),
    )
    record = audit.answered(command, "", QuestionState.LAPSED, now)
    items = [replies.ready_item(id_, 0, reply, now), runs.audit_item(record)]
    if questions.lapse(question, items, now):
        audit.mirror(record)
        queues.push(Hint(id_, 0), meta.lane)
    return "lapsed"
