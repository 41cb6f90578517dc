"""Events: every chat that subscribed is told once, while its person is somebody."""

import pytest

from functions.dispatch import app
from functions.dispatch.events import told
from switchboard.channels import registry
from switchboard.ledger import people, runs, subscriptions
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT
from tests.kit import build
from tests.kit.build import event, subscriber
from tests.kit.clock import START


@pytest.fixture
def subscribe(cloud):
    """Let chats subscribe, with a person behind each."""

    def commit(*chats):
        change = subscriptions.change_guard(subscriptions.read(event().lane), chats)
        message = build.envelope(number=len(chats) + 100)
        runs.commit(message, locale="en", audits=[], guards=[change], now=START)
        for chat in chats:
            people.pair("slack", "main", chat.sender, build.person())

    return commit


def notices(topic="issues"):
    return told(app._case(event(topic), START)).notices


def rows(cloud):
    return [row["sk"] for row in cloud.table.found(f"run#{event().id}")]


@pytest.mark.parametrize("topic", registry.sources()["github"].topics)
def test_an_event_is_told_to_every_chat_that_wants_it_in_its_language(subscribe, topic):
    subscribe(
        subscriber(1, (topic,)),
        subscriber(2, ("other",)),
        subscriber(3, locale="zh"),
        subscriber(4),
    )
    people.unpair("slack", "main", subscriber(4).sender, START)

    first, second = notices(topic)

    assert (first.lane, first.reply_to) == ("slack/main/T1:C1", {"channel": "C1"})
    assert (second.lane, second.locale) == ("slack/main/T1:C3", "zh")
    for one in (first, second):
        assert event().text in one.result.text
        assert one.result.result.tainted


def test_notices_have_keys_of_their_own_that_are_the_same_again(subscribe):
    """A platform drops a second message with the same key, also in another chat."""
    subscribe(*(subscriber(number) for number in range(SUBSCRIBER_LIMIT + 30)))

    ids = [one.result.id for one in notices()]

    assert len({*ids, event().id}) == SUBSCRIBER_LIMIT + 1
    assert ids == [one.result.id for one in notices()]


def test_who_subscribed_is_told_once_whatever_is_delivered_again(cloud, subscribe):
    subscribe(subscriber(1), subscriber(2))

    for late in (0, 60):
        app.dispatch(event(), START + late)

    assert rows(cloud) == ["answer#000", "answer#001", "run"]
    assert len(cloud.outbox.messages) == 2


@pytest.mark.parametrize("chats", [(), (subscriber(1, ("reviews",)),)])
def test_an_event_that_nobody_wants_leaves_nothing_behind(cloud, subscribe, chats):
    subscribe(*chats)

    app.dispatch(event(), START)

    assert rows(cloud) == []
    assert not cloud.outbox.messages
