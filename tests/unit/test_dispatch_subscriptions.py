"""Subscriptions: what a wish makes of the subscribers of a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch import subscriptions as wishes
from switchboard.channels import registry
from switchboard.channels.base import Limits, Outbound
from switchboard.channels.registry import Channel, Inbound
from switchboard.errors import BadRequestError
from switchboard.ledger import runs, subscriptions
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT, Subscriber
from switchboard.models import Sender
from tests.kit import build
from tests.kit.build import subscriber
from tests.kit.cases import decide, told
from tests.kit.clock import START

SOURCE = build.event().lane
ALL = ("failures", "issues", "reviews")


@pytest.fixture
def say(cloud):
    """Say something and commit it; what is answered."""
    said = iter(range(1, 100))

    def commit(text, **changes):
        number = next(said)
        decision = decide(text, number=number, **changes)
        message = build.envelope(text, number=number)
        runs.commit(message, locale="en", audits=[], guards=decision.guards, now=START)
        return told(decision)

    return commit


def subscribe(*chats):
    change = subscriptions.change_guard(subscriptions.read(SOURCE), chats)
    runs.commit(build.envelope(number=900), locale="en", audits=[], guards=[change], now=START)


def topics(source=SOURCE):
    return {one.lane: one.topics for one in subscriptions.read(source).subscribers}


@pytest.mark.parametrize(
    ("text", "source", "wanted"),
    [
        ("/subscribe github example/repo", SOURCE, ALL),
        ("/订阅 github example/repo", SOURCE, ALL),
        ("/Subscribe GitHub Example/Repo  Issues", SOURCE, ("issues",)),
        ("/subscribe github example/repo reviews issues reviews", SOURCE, ("issues", "reviews")),
        ("/subscribe github/second a.b/c-d_e", "github/second/a.b/c-d_e", ALL),
    ],
)
def test_a_wish_names_a_channel_a_place_and_topics(say, text, source, wanted):
    say(text)

    assert topics(source) == {"web/main/ada": wanted}


@pytest.mark.parametrize("word", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize(
    "rest",
    [
        *("", "github", "github repo", "github example/repo/more", "gitlab example/repo"),
        *("slack example/repo", "github/A.b example/repo", "github/ example/repo"),
        *("github example/repo pushes", "github example/repo issues pushes"),
        *("github example/r#po", "github example/会议", f"github {'x' * 101}/repo", "example/repo"),
    ],
)
def test_a_wish_that_is_not_understood_is_answered_with_how_it_is_written(cloud, word, rest):
    decision = decide(f"/{word} {rest}", sender=Sender("ada"))

    assert decision.reason == "bad_request"
    assert f"/{word} github " in told(decision)
    assert "`issues`, `reviews`, `failures`" in told(decision)


@given(st.text())
def test_whatever_follows_is_a_wish_or_refused(text):
    try:
        wish = wishes.wish_of("subscribe", text.split(), "en")
    except BadRequestError:
        return
    assert wish.source.startswith("github/")


def test_a_chat_subscribes_with_its_return_address(say):
    answer = say("/subscribe github example/repo issues", sender=Sender("ada", locale="zh-CN"))

    where = {"channel": "web", "account": "main", "sender": "ada", "lane": "web/main/ada"}
    address = build.envelope().reply_to
    made = Subscriber(**where, reply_to=address, locale="zh", topics=("issues",))
    assert subscriptions.read(SOURCE).subscribers == (made,)
    assert "新议题" in answer


def test_to_subscribe_again_adds_and_the_last_return_address_holds(say):
    say("/subscribe github example/repo issues")
    say("/subscribe github example/repo reviews", reply_to={"message": "another"})

    (made,) = subscriptions.read(SOURCE).subscribers
    assert made.topics == ("issues", "reviews")
    assert made.reply_to["message"] == "another"


@pytest.mark.parametrize(
    ("words", "left", "answer"),
    [
        (" issues", {"web/main/ada": ("failures", "reviews")}, "reviews"),
        ("", {}, "In this chat I tell you nothing about example/repo any more."),
    ],
)
def test_to_unsubscribe_takes_away_and_the_others_stay(say, words, left, answer):
    subscribe(subscriber())
    say("/subscribe github example/repo", reply_to={"message": "first"})

    assert answer in say(f"/unsubscribe github example/repo{words}")
    assert topics() == {subscriber().lane: ALL, **left}
    assert all(
        one.reply_to == {"message": "first"}
        for one in subscriptions.read(SOURCE).subscribers
        if one.lane != subscriber().lane
    )


@pytest.mark.parametrize("room", [1, 0])
def test_the_last_chat_that_is_told_is_the_twentieth(say, room):
    subscribe(*(subscriber(number) for number in range(SUBSCRIBER_LIMIT - room)))

    answer = say("/subscribe github example/repo")

    assert len(topics()) == SUBSCRIBER_LIMIT
    assert ("20 chats are told" in answer) is (room == 0)


@pytest.mark.parametrize("limits", [Limits(text=1, window=60.0), Limits(text=1, answers=5)])
def test_a_chat_that_takes_only_answers_cannot_subscribe_but_unsubscribe(say, monkeypatch, limits):
    chat = Channel(Inbound({}), Outbound(limits))
    known = {"web": chat, "github": registry.channel("github")}
    monkeypatch.setattr(registry, "channel", lambda name: known.get(name, chat))

    assert "subscribe in another one" in say("/subscribe github example/repo")
    assert "nothing" in say("/unsubscribe github example/repo")
    assert topics() == {}


def test_a_guest_is_told_of_nothing_but_may_leave(cloud):
    assert decide("/subscribe github example/repo", "guest").reason == "not_allowed"
    assert decide("/unsubscribe github example/repo", "guest").said == "unsubscribe"
