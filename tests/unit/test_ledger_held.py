"""Answers that a window keeps back: held once, let out once, whoever asks at the same time."""

from switchboard.ledger import accounts, held, leases, replies
from switchboard.ledger.states import ReplyState
from tests.kit.clock import START
from tests.kit.stories import answer_row, answered

LANE = "web/main/ada"
NEW = {"message": "m-2"}


def kept(number=1, now=START, parts=0):
    """An answer that is HELD."""
    sending = replies.claim(answered(number=number), lease=60, now=now)
    held.hold(sending, parts, now)
    return sending.hint


def test_what_is_held_is_not_due_and_waits_in_its_lane(cloud):
    hint = kept(parts=2)

    row = answer_row(cloud, hint)
    assert (row["state"], row["parts"], row["attempt"]) == ("HELD", 2, 0)
    assert not {"due", "due_at", "lease_until"} & set(row)
    (one,) = held.list_waiting(LANE, 5)
    assert (one.hint, one.reply.held_at) == (hint, START)
    assert held.list_waiting("web/main/bob", 5) == []


def test_what_is_let_out_is_ready_once_and_answers_the_newer_message(cloud):
    hint = kept(parts=1)
    first, second = held.list_waiting(LANE, 5), held.list_waiting(LANE, 5)

    assert [held.release(one, NEW, START + 9) for one in (*first, *second)] == [True, False]
    row = answer_row(cloud, hint)
    assert (row["state"], row["due_at"]) == ("READY", START + 9 + 60)
    sending = replies.claim(hint, lease=60, now=START + 10)
    assert (sending.reply.reply_to, sending.reply.held_at) == (NEW, START)
    assert (sending.parts, sending.attempt) == (1, 1)
    assert held.list_waiting(LANE, 5) == []


def test_held_again_it_keeps_its_place(cloud):
    first = kept(1, START)
    kept(2, START + 5)
    held.release(held.list_waiting(LANE, 1)[0], NEW, START + 9)
    sending = replies.claim(first, lease=60, now=START + 9)
    held.hold(sending, 0, START + 10)

    assert [one.hint == first for one in held.list_waiting(LANE, 5)] == [True, False]
    assert len(held.list_waiting(LANE, 1)) == 1


def test_what_is_not_held_is_not_let_out(cloud):
    kept()
    (one,) = held.list_waiting(LANE, 5)
    held.release(one, NEW, START)
    replies.settle(replies.claim(one.hint, lease=60, now=START), ReplyState.SENT)

    assert not held.release(one, NEW, START)
    assert answer_row(cloud, one.hint)["state"] == "SENT"


def test_a_lease_is_one_environment_s_until_it_ends(cloud):
    assert leases.claim("token/a", 15, START)
    assert not leases.claim("token/a", 15, START + 15)
    assert leases.claim("token/b", 15, START + 15)
    assert leases.claim("token/a", 15, START + 15.1)


def test_a_broken_account_is_noted_with_its_first_and_its_last_time(cloud):
    accounts.record_failure("slack/main", "is_archived", START)
    accounts.record_failure("qq/main", "11241", START + 1)
    accounts.record_failure("slack/main", "channel_not_found", START + 2)

    found = [(one.account, one.reason, one.failures) for one in accounts.list_broken()]
    assert found == [("qq/main", "11241", 1), ("slack/main", "channel_not_found", 2)]
    times = [(one.since, one.last) for one in accounts.list_broken()]
    assert times == [(START + 1, START + 1), (START, START + 2)]
