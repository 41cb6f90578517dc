"""Questions as people read them: worded here, out of rows that whoever plans cannot write."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from functions.deliver import typable
from switchboard.ledger import questions
from switchboard.ledger.questions import AskedCall, Question
from switchboard.ledger.replies import Reply
from switchboard.models import Button, Outcome, Result
from switchboard.phrases import say


def worded(reply: Reply, begins: str) -> Reply:
    """The reply, if it asks, in the words of its question; commands begin as they do in its chat.

    Where the question cannot be read, its own words say so.
    """
    question = questions.find(reply.lane, reply.asks) if reply.asks else None
    if question is None:
        return reply
    text = "\n\n".join(part for part in _parts(question, begins) if part)
    outcome = Outcome(text=text, buttons=_buttons(question))
    return structs.replace(reply, result=Result(id=reply.result.id, result=outcome))


def _parts(question: Question, begins: str) -> Iterator[str]:
    """Who asks for what, what would happen, and how to answer until when."""
    meta, asks, count = question.meta, question.asks, len(question.calls)
    until = datetime.fromtimestamp(question.until, ZoneInfo(meta.timezone))
    values = {"who": meta.actor, "ref": question.ref, "zone": meta.timezone}
    if count > 1:
        yield say("asks_several", meta.locale, **values, count=count)
    for number, one in enumerate(question.calls, 1):
        yield from _call(one, "asks_each" if count > 1 else "asks", number=number, **values)
    if asks.four_eyes:
        yield say("asks_four_eyes", meta.locale, **values)
    how = "asks_how_code" if asks.code else "asks_how"
    yield typable.begun(say(how, meta.locale, **values, until=f"{until:%H:%M}"), begins)


def _call(one: AskedCall, phrase: str, **values: object) -> Iterator[str]:
    command, locale = one.command, one.command.params.meta.locale
    called = {"tool": command.params.meta.tool, "operation": command.method}
    yield say(phrase, locale, **values, **called, summary=one.summary)
    yield one.shown
    if one.foreseen:
        yield say("asks_foreseen", locale, foreseen=one.foreseen)
    if one.for_good:
        yield say("asks_for_good", locale, why=one.for_good)


def _buttons(question: Question) -> tuple[Button, ...]:
    locale = question.meta.locale
    return tuple(
        Button(say(f"button_{word}", locale), f"/{word} {question.ref}", code)
        for word, code in (("approve", question.asks.code), ("deny", False))
    )
