"""Events in: who subscribed, and still is somebody, gets a notice; and who wishes to subscribe."""

from typing import Any

from functions.dispatch import notices
from functions.dispatch.notices import Change
from switchboard import hints, ledger, observe
from switchboard.errors import AppError
from switchboard.models import Envelope, Hint


def tell(envelope: Envelope, now: float) -> None:
    """Commit the notices of an event, all at once and once, then hint them.

    An event that nobody is told of leaves nothing behind.
    """
    subscribers = ledger.subscriptions_of(envelope.lane).subscribers
    known = [one for one in subscribers if ledger.person_at(one.channel, one.account, one.sender)]
    told = notices.told(envelope, known)
    if not told or not ledger.record(envelope, locale="en", audits=[], notices=told, now=now):
        return
    observe.count("told", dimension=envelope.channel, notices=len(told))
    try:
        for step, one in enumerate(told):
            hints.push(Hint(envelope.id, step), one.lane)
    except AppError as error:  # the sweep gives others
        observe.log("hint failed", detail=error.detail)


def wished(envelope: Envelope) -> tuple[Change, dict[str, Any]] | None:
    """What a message makes of the subscribers, and the guard of `record` that writes it.

    None when the message is about something else. Raises BadRequestError as `notices` does.
    """
    wish = notices.wish_of(envelope.text)
    if wish is None:
        return None
    from switchboard import channels  # noqa: PLC0415  few messages need to know one

    limits = channels.kind(envelope.channel).limits
    before = ledger.subscriptions_of(wish.source)
    pushes = not (limits.window or limits.answers)
    change = notices.change_of(envelope, wish, before, pushes=pushes)
    return change, ledger.changed(before, change.subscribers)
