"""Answers that a window keeps back: held once, let out once, whoever asks at the same time."""

import pytest

from switchboard import ledger
from switchboard.cloud.aws import AwsError
from switchboard.ledger import held
from switchboard.ledger.leases import lease
from tests.kit.clock import START
from tests.kit.stories import answer_row, answered

LANE = "web/main/ada"
NEW = {"message": "m-2"}


def taken(number=1, now=START):
    sending = ledger.take(answered(number=number), lease=60, now=now)
    assert sending is not None
    return sending


def kept(number=1, now=START, parts=0):
    """An answer that is HELD."""
    sending = taken(number, now)
    held.hold(sending, parts, now)
    return sending.hint


def test_what_is_held_is_not_due_and_waits_in_its_lane(cloud):
    hint = kept(parts=2)

    row = answer_row(cloud, hint)
    assert (row["state"], row["parts"], row["attempt"]) == ("HELD", 2, 0)
    assert not {"due", "due_at", "lease_until"} & set(row)
    (one,) = held.waiting(LANE, 5)
    assert (one.hint, one.answer.held_at) == (hint, START)
    assert held.waiting("web/main/bob", 5) == []


def test_only_who_is_sending_may_hold(cloud):
    sending = taken()
    assert ledger.take(sending.hint, lease=60, now=START + 61) is not None

    with pytest.raises(AwsError):
        held.hold(sending, 0, START)
    assert held.waiting(LANE, 5) == []


def test_what_is_let_out_is_ready_once_and_answers_the_newer_message(cloud):
    hint = kept(parts=1)
    first, second = held.waiting(LANE, 5), held.waiting(LANE, 5)

    assert [held.release(one, NEW, START + 9) for one in (*first, *second)] == [True, False]
    row = answer_row(cloud, hint)
    assert (row["state"], row["due_at"]) == ("READY", START + 9 + 60)
    sending = ledger.take(hint, lease=60, now=START + 10)
    assert sending is not None
    assert (sending.answer.reply_to, sending.answer.held_at) == (NEW, START)
    assert (sending.parts, sending.attempt) == (1, 1)
    assert held.waiting(LANE, 5) == []


def test_held_again_it_keeps_its_place(cloud):
    first = kept(1, START)
    kept(2, START + 5)
    held.release(held.waiting(LANE, 1)[0], NEW, START + 9)
    sending = ledger.take(first, lease=60, now=START + 9)
    held.hold(sending, 0, START + 10)

    assert [one.hint == first for one in held.waiting(LANE, 5)] == [True, False]
    assert len(held.waiting(LANE, 1)) == 1


def test_what_is_not_held_is_not_let_out(cloud):
    kept()
    (one,) = held.waiting(LANE, 5)
    held.release(one, NEW, START)
    ledger.settle(ledger.take(one.hint, lease=60, now=START), "SENT")

    assert not held.release(one, NEW, START)
    assert answer_row(cloud, one.hint)["state"] == "SENT"


def test_a_lease_is_one_environment_s_until_it_ends(cloud):
    assert lease("token/a", 15, START)
    assert not lease("token/a", 15, START + 15)
    assert lease("token/b", 15, START + 15)
    assert lease("token/a", 15, START + 15.1)


def test_a_broken_account_is_noted_with_its_first_and_its_last_time(cloud):
    ledger.broken("slack/main", "is_archived", START)
    ledger.broken("qq/main", "11241", START + 1)
    ledger.broken("slack/main", "channel_not_found", START + 2)

    first, second = ledger.all_broken()
    assert (first.account, first.failures, first.since, first.last) == (
        "qq/main",
        1,
        START + 1,
        START + 1,
    )
    assert (second.reason, second.failures, second.since, second.last) == (
        "channel_not_found",
        2,
        START,
        START + 2,
    )
