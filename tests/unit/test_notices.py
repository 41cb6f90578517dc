"""Notices: what a wish makes of the subscribers, and what an event tells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.dispatch import notices
from functions.dispatch.notices import Wish
from switchboard.errors import BadRequestError
from switchboard.ledger.subscriptions import SUBSCRIBER_LIMIT, Subscriber, Subscriptions
from switchboard.models import Envelope, Sender
from tests.kit import build

SOURCE = "github/main/example/repo"
ALL = ("failures", "issues", "reviews")


def subscriber(number=1, topics=ALL, **changes):
    facts = {
        "channel": "slack",
        "account": "main",
        "sender": f"T1:U{number}",
        "lane": f"slack/main/T1:C{number}",
        "reply_to": {"channel": f"C{number}"},
        "locale": "en",
        "topics": topics,
    }
    return Subscriber(**{**facts, **changes})


def subscriptions(*subscribers, version=1):
    return Subscriptions(source=SOURCE, version=version, subscribers=subscribers)


def changed(text, now=None, **changes):
    message = build.envelope(text, **changes)
    return notices.change_of(
        message, notices.wish_of(text), now or subscriptions(version=0), pushes=True
    )


def event(topic="issues", **changes):
    facts = {
        "kind": "event",
        "topic": topic,
        "channel": "github",
        "conversation": "example/repo",
        "sender": Sender("user:583231", name="octocat"),
        "reply_to": {},
    }
    return build.envelope("[example/repo\\#12](https://github.com/x) Title", **{**facts, **changes})


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("/subscribe github example/repo", Wish(True, SOURCE, ALL)),
        ("/Subscribe GitHub Example/Repo  issues", Wish(True, SOURCE, ("issues",))),
        (
            "/subscribe github example/repo reviews issues reviews",
            Wish(True, SOURCE, ("issues", "reviews")),
        ),
        ("/unsubscribe github example/repo", Wish(False, SOURCE, ALL)),
        ("/subscribe github/second a.b/c-d_e", Wish(True, "github/second/a.b/c-d_e", ALL)),
    ],
)
def test_a_wish_is_read(text, wish):
    assert notices.wish_of(text) == wish


@pytest.mark.parametrize("text", ["", "hello", "/help", "/subscriber x", "subscribe github a/b"])
def test_what_is_no_wish_is_left_to_the_planners(text):
    assert notices.wish_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "/subscribe",
        "/subscribe github",
        "/subscribe github repo",
        "/subscribe github example/repo/more",
        "/subscribe gitlab example/repo",
        "/subscribe github/A.b example/repo",
        "/subscribe github/ example/repo",
        "/subscribe github example/repo pushes",
        "/subscribe github example/repo issues pushes",
        "/subscribe github example/r#po",
        "/subscribe github example/会议",
        f"/subscribe github {'x' * 101}/repo",
        "/unsubscribe example/repo",
    ],
)
def test_a_wish_that_is_not_understood_is_answered_with_how_it_is_written(text):
    with pytest.raises(BadRequestError) as caught:
        notices.wish_of(text)

    assert caught.value.say == "subscribe_usage"


@given(st.text())
def test_whatever_follows_is_a_wish_or_refused(text):
    try:
        wish = notices.wish_of(f"/subscribe {text}")
    except BadRequestError:
        return
    assert wish.source.startswith("github/")


def test_a_chat_subscribes_with_its_return_address():
    change = changed("/subscribe github example/repo issues")

    (made,) = change.subscribers
    assert made == Subscriber(
        channel="web",
        account="main",
        sender="ada",
        lane="web/main/ada",
        reply_to=build.envelope().reply_to,
        locale="en",
        topics=("issues",),
    )
    assert change.text == "In this chat I now tell you about example/repo: new issues."


def test_to_subscribe_again_adds_and_the_last_return_address_holds():
    first = changed("/subscribe github example/repo issues")

    second = changed(
        "/subscribe github example/repo reviews",
        subscriptions(*first.subscribers),
        reply_to={"lane": "web/main/ada", "message": "another"},
    )

    (made,) = second.subscribers
    assert made.topics == ("issues", "reviews")
    assert made.reply_to["message"] == "another"


def test_to_unsubscribe_takes_away_and_the_others_stay():
    mine, other = changed("/subscribe github example/repo").subscribers[0], subscriber()

    less = changed("/unsubscribe github example/repo issues", subscriptions(mine, other))
    gone = changed("/unsubscribe github example/repo", subscriptions(mine, other))
    none = changed("/unsubscribe github example/repo", subscriptions(other))

    assert [one.topics for one in less.subscribers] == [ALL, ("failures", "reviews")]
    assert gone.subscribers == none.subscribers == (other,)
    assert gone.text == "In this chat I tell you nothing about example/repo any more."


def test_the_last_chat_that_is_told_is_the_twentieth():
    full = subscriptions(*(subscriber(number) for number in range(SUBSCRIBER_LIMIT)))
    mine = changed("/subscribe github example/repo issues").subscribers[0]
    with_me = subscriptions(mine, *full.subscribers[1:])

    with pytest.raises(BadRequestError) as caught:
        changed("/subscribe github example/repo", full)

    assert (caught.value.say, caught.value.values) == ("subscribers_full", {"limit": 20})
    assert len(changed("/subscribe github example/repo", with_me).subscribers) == 20


def test_a_chat_that_takes_only_answers_cannot_subscribe_but_unsubscribe():
    wish = notices.wish_of("/subscribe github example/repo")
    end = notices.wish_of("/unsubscribe github example/repo")

    with pytest.raises(BadRequestError) as caught:
        notices.change_of(build.envelope(), wish, subscriptions(), pushes=False)

    assert caught.value.say == "subscribe_elsewhere"
    assert notices.change_of(build.envelope(), end, subscriptions(), pushes=False).text


def test_the_answer_is_in_the_language_of_the_channel():
    change = changed("/subscribe github example/repo", sender=Sender("ada", locale="zh-CN"))

    assert "新议题" in change.text
    assert change.subscribers[0].locale == "zh"


@pytest.mark.parametrize("topic", notices.TOPICS)
def test_an_event_is_told_once_to_every_chat_that_wants_it(topic):
    chats = [subscriber(1, (topic,)), subscriber(2, ("other",)), subscriber(3, locale="zh")]

    first, second = notices.told(event(topic), chats)

    assert (first.lane, first.reply_to) == ("slack/main/T1:C1", {"channel": "C1"})
    assert (second.lane, second.locale) == ("slack/main/T1:C3", "zh")
    for one in (first, second):
        assert event().text in one.result.text
        assert one.result.result.tainted


def test_notices_have_keys_of_their_own_that_are_the_same_again():
    """A platform drops a second message with the same key, also in another chat."""
    chats = [subscriber(number) for number in range(20)]

    ids = [one.result.id for one in notices.told(event(), chats)]

    assert len({*ids, event().id}) == 21
    assert ids == [one.result.id for one in notices.told(event(), chats)]


def test_no_more_chats_are_told_than_the_limit():
    assert len(notices.told(event(), [subscriber(number) for number in range(50)])) == 20


def test_what_cannot_be_read_is_said_so():
    locale, answer = notices.unreadable(build.envelope("", kind="unreadable"))

    assert locale == "en"
    assert "encrypted" in answer.result.text
    assert not answer.result.tainted


def test_an_envelope_is_a_message_unless_it_says_otherwise():
    assert build.envelope().kind == "message"
    assert isinstance(event(), Envelope)
