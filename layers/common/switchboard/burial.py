"""Messages that cannot be handled: their senders are told, and an operator gets them."""

from msgspec import MsgspecError

from switchboard import audit, observe, queues
from switchboard.ledger import dead_letters, runs
from switchboard.ledger.dead_letters import DeadLetter
from switchboard.models import Envelope, Fault, Hint, Result, decode_inbox
from switchboard.phrases import locale_of, say

FAILED = -32000  # JSON-RPC 2.0, section 5.1: the range for implementations


def bury(message_id: str, body: str, now: float) -> None:
    """The person is told that nothing was done, and the message kept for an operator.

    Nobody waits for an answer to an event: it is only kept. Once done, doing it again is nothing.
    """
    try:
        found = decode_inbox(body)
    except MsgspecError:  # of another release, perhaps: kept as it is
        dead_letters.keep(DeadLetter(message_id, body, now))
        return
    observe.bind(run=found.id if isinstance(found, Envelope) else found.run)
    if isinstance(found, Envelope) and found.kind == "event":
        dead_letters.keep(DeadLetter(str(found.id), body, now))
    elif isinstance(found, Envelope) and _told(found, DeadLetter(str(found.id), body, now), now):
        queues.push(Hint(found.id, 0), found.lane)


def _told(envelope: Envelope, letter: DeadLetter, now: float) -> bool:
    """Commit the answer with the letter; False: the message had an answer, or is being handled."""
    locale = locale_of(envelope.text, envelope.sender.locale)
    answer = Result(id=envelope.id, error=Fault(FAILED, say("lost_message", locale)))
    return runs.commit(
        envelope,
        answer=answer,
        locale=locale,
        audits=[audit.denied(envelope, "", "dead_letter", now)],
        guards=[dead_letters.bury_guard(letter)],
        now=now,
    )
