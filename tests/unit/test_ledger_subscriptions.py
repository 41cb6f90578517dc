"""Subscriptions: who is told, exactly once each, and never more than the limit."""

import pytest

from switchboard.errors import AppError
from switchboard.ledger import dues, replies, runs, subscriptions
from tests.kit import build
from tests.kit.build import event, subscriber
from tests.kit.clock import START
from tests.kit.stories import answer as reply

SOURCE = event().lane


def commit(number, change, **changes):
    facts = {"locale": "en", "audits": [], "guards": [change], "now": START}
    return runs.commit(build.envelope(number=number), answer=build.result(), **facts | changes)


def test_subscribers_are_kept_as_they_were_given_and_once(cloud):
    chats = (subscriber(1), subscriber(2, ("issues",), locale="zh"))
    found = subscriptions.read(SOURCE)
    assert (found.source, found.version, found.subscribers) == (SOURCE, 0, ())
    change = subscriptions.change_guard(found, chats)

    assert [commit(1, change), commit(1, change)] == [True, False]

    found = subscriptions.read(SOURCE)
    assert (found.version, found.subscribers) == (1, chats)
    for other in ("github/other/example/repo", "github/main/example/repo2"):
        assert subscriptions.read(other).subscribers == ()


def test_who_is_forgotten_is_told_of_nothing_more_and_others_are(cloud):
    commit(
        1, subscriptions.change_guard(subscriptions.read(SOURCE), (subscriber(1), subscriber(2)))
    )
    found = subscriptions.read(SOURCE)
    name = f"{subscriber(1).channel}/{subscriber(1).account}/{subscriber(1).sender}"
    others = found.subscribers[1:]

    assert subscriptions.parted_guard(found, {f"{name}x"}) is None
    commit(2, subscriptions.parted_guard(found, {name}))

    assert subscriptions.read(SOURCE).subscribers == others


def test_all_may_leave_and_come_back(cloud):
    for number, chats in enumerate([(subscriber(),), (), (subscriber(2),)]):
        commit(number, subscriptions.change_guard(subscriptions.read(SOURCE), chats))

    assert subscriptions.read(SOURCE).subscribers == (subscriber(2),)


@pytest.mark.parametrize("earlier", [0, 1])
def test_two_at_once_do_not_forget_each_other(cloud, earlier):
    """Else the second would write over the first, or be one more than the limit."""
    for number in range(earlier):
        commit(10 + number, subscriptions.change_guard(subscriptions.read(SOURCE), ()))
    seen = subscriptions.read(SOURCE)
    commit(1, subscriptions.change_guard(seen, (subscriber(1),)))

    with pytest.raises(AppError):
        commit(2, subscriptions.change_guard(seen, (subscriber(2),)))

    assert subscriptions.read(SOURCE).subscribers == (subscriber(1),)


def test_the_notices_of_an_event_are_committed_with_its_run_and_only_once(cloud):
    told = [reply(lane=subscriber(number).lane) for number in range(20)]

    for fresh in (True, False):
        assert fresh is runs.commit(event(), locale="en", audits=[], notices=told, now=START)

    rows = cloud.table.found(f"run#{event().id}")
    assert [row["sk"] for row in rows] == [*(f"answer#{step:03}" for step in range(20)), "run"]
    assert {row["state"] for row in rows if row["sk"] != "run"} == {"READY"}


def test_a_notice_is_pushed_like_any_answer_and_swept_in_its_own_lane(cloud):
    told = [reply(lane=subscriber(number).lane) for number in (1, 2)]
    runs.commit(event(), locale="en", audits=[], notices=told, now=START)

    waiting = [dues.read(row) for row in dues.list_due(START + 61, 100)]
    sending = replies.claim(build.hint(event().id, 1), lease=75.0, now=START)

    assert {one.lane for one in waiting} == {"slack/main/T1:C1", "slack/main/T1:C2"}
    assert sending.reply == told[1]
