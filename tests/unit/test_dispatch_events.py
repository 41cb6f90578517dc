"""Events in: every chat that subscribed is told once, while its person is somebody."""

import pytest

from functions.dispatch import events
from switchboard.channels.base import Limits
from switchboard.channels.web.channel import Web
from switchboard.ledger import dues, people, replies, runs, subscriptions
from tests.kit import build
from tests.kit.clock import START
from tests.unit.test_notices import SOURCE, event, subscriber


def subscribe(*chats):
    change = subscriptions.change_guard(subscriptions.read(SOURCE), chats)
    message = build.envelope(number=len(chats) + 100)
    runs.commit(message, locale="en", audits=[], guards=[change], now=START)


def pair(*numbers):
    for number in numbers:
        people.pair("slack", "main", f"T1:U{number}", build.person())


def rows(cloud):
    return [row["sk"] for row in cloud.table.found(f"run#{event().id}")]


def test_who_subscribed_is_told_once_whatever_is_delivered_again(cloud):
    subscribe(subscriber(1), subscriber(2))
    pair(1, 2)

    events.tell(event(), START)
    events.tell(event(), START + 60)

    assert rows(cloud) == ["answer#000", "answer#001", "run"]
    assert len(cloud.outbox.messages) == 2


def test_a_sender_who_is_nobody_any_more_is_told_nothing(cloud):
    subscribe(subscriber(1), subscriber(2))
    pair(2)

    events.tell(event(), START)

    assert rows(cloud) == ["answer#000", "run"]
    answer = replies.claim(build.hint(event().id), lease=75.0, now=START).reply
    assert answer.lane == "slack/main/T1:C2"


@pytest.mark.parametrize("topics", [(), ("reviews",)])
def test_an_event_that_nobody_wants_leaves_nothing_behind(cloud, topics):
    subscribe(*([subscriber(1, topics)] if topics else []))
    pair(1)

    events.tell(event(), START)

    assert rows(cloud) == []
    assert not cloud.outbox.messages


def test_a_lost_hint_is_the_sweeps(cloud):
    subscribe(subscriber(1))
    pair(1)
    cloud.sqs.queues.clear()

    events.tell(event(), START)

    assert rows(cloud) == ["answer#000", "run"]
    assert [one.lane for one in dues.list_due(START + 61, 10)] == [subscriber(1).lane]


def test_a_wish_is_decided_with_the_subscribers_that_there_are(cloud):
    subscribe(subscriber(1))
    message = build.envelope("/subscribe github example/repo issues")

    wished = events.wished(message, build.person())
    runs.commit(message, locale="en", audits=[], guards=wished.guards, now=START)

    lanes = [one.lane for one in subscriptions.read(SOURCE).subscribers]
    assert lanes == [subscriber(1).lane, message.lane]
    assert wished.said == "subscribe"
    assert events.wished(build.envelope("/help"), build.person()) is None


@pytest.mark.parametrize("limits", [Limits(text=1, window=60.0), Limits(text=1, answers=5)])
def test_a_channel_that_takes_only_answers_has_no_subscribers(cloud, monkeypatch, limits):
    monkeypatch.setattr(Web, "limits", limits)

    refused = events.wished(build.envelope("/subscribe github example/repo"), build.person())

    assert "subscribe in another one" in refused.answer.error.message
    assert not refused.guards
