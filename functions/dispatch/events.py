"""Events: nobody says them to us, so they make no plan; who subscribed gets a notice."""

from uuid import uuid5

from functions.dispatch.decisions import Case, Decision
from switchboard.ledger import people, subscriptions
from switchboard.ledger.replies import Reply
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT, Subscriber
from switchboard.models import Envelope, Outcome, Result
from switchboard.phrases import say


def told(case: Case) -> Decision:
    """A notice for each chat that wants to know; an event's words are others', so it is tainted."""
    found = subscriptions.read(case.envelope.lane).subscribers
    wanting = [one for one in found if case.envelope.topic in one.topics and _may_know(one)]
    notices = [
        _notice(case.envelope, step, one) for step, one in enumerate(wanting[:SUBSCRIBER_LIMIT])
    ]
    return Decision(notices=tuple(notices))


def _may_know(subscriber: Subscriber) -> bool:
    """Whether who subscribed still is somebody, and no guest."""
    channel, account = subscriber.channel, subscriber.account
    person = people.person_at(channel, account, subscriber.sender)
    return person is not None and people.is_at_least(
        people.within(person, channel, account), "member"
    )


def _notice(envelope: Envelope, step: int, to: Subscriber) -> Reply:
    who = envelope.sender.name or envelope.sender.id
    text = say(f"event_{envelope.topic}", to.locale, who=who, what=envelope.text)
    return Reply(
        channel=to.channel,
        account=to.account,
        lane=to.lane,
        reply_to=to.reply_to,
        locale=to.locale,
        # Its own id: platforms drop a second message with the key of the first, wherever it goes.
        result=Result(id=uuid5(envelope.id, f"notice {step}"), result=Outcome(text=text)),
    )
