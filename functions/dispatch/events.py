"""Events in: who subscribed, and still is somebody, gets a notice; and who wishes to subscribe."""

from functions.dispatch import core, notices, policy
from functions.dispatch.core import Decision
from switchboard import config, observe, queues
from switchboard.config import Amounts
from switchboard.errors import AppError, BadRequestError, NotAllowedError
from switchboard.ledger import people, runs, subscriptions
from switchboard.ledger.people import Person
from switchboard.ledger.subscriptions import Subscriber
from switchboard.models import Envelope, Hint
from switchboard.phrases import locale_of


def tell(envelope: Envelope, now: float) -> None:
    """Commit the notices of an event, all at once and once, then hint them.

    An event that nobody is told of leaves nothing behind.
    """
    subscribers = subscriptions.read(envelope.lane).subscribers
    told = notices.told(envelope, [one for one in subscribers if _may_know(one)])
    if not told or not runs.commit(envelope, locale="en", audits=[], notices=told, now=now):
        return
    observe.count("told", {"notices": len(told)})
    try:
        for step, one in enumerate(told):
            queues.push(Hint(envelope.id, step), one.lane)
    except AppError as error:  # the sweep gives others
        observe.warn("hint failed", detail=error.detail)


def wished(envelope: Envelope, person: Person) -> Decision | None:
    """What is decided about a message that wishes for events, or for none any more.

    None when the message is about something else. Guests are told of nothing: what happens in a
    repository is for those who belong to the workspace.
    """
    locale = locale_of(envelope.text, envelope.sender.locale)
    try:
        wish = notices.wish_of(envelope.text)
        if wish is None:
            return None
        if wish.wanted and person.role == "guest":
            raise NotAllowedError("a guest")
        before = subscriptions.read(wish.source)
        change = notices.change_of(envelope, wish, before, pushes=_pushes(envelope))
    except (BadRequestError, NotAllowedError) as error:
        return core.refused(envelope, error, locale)
    return Decision(
        locale,
        answer=core.spoken(envelope.id, change.text),
        said="subscribe" if wish.wanted else "unsubscribe",
        used=Amounts(messages=1),
        guards=(subscriptions.change_guard(before, change.subscribers),),
    )


def _may_know(subscriber: Subscriber) -> bool:
    """Whether who subscribed still is somebody, and no guest."""
    channel, account = subscriber.channel, subscriber.account
    person = people.person_at(channel, account, subscriber.sender)
    if person is None:
        return False
    return policy.within(person, config.ceiling(channel, account)).role != "guest"


def _pushes(envelope: Envelope) -> bool:
    """Whether the chat takes more than answers."""
    from switchboard.channels import registry  # noqa: PLC0415  few messages need to know one

    limits = registry.kind(envelope.channel).limits
    return not (limits.window or limits.answers)
