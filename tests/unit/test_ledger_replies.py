"""The moves of an answer: READY, SENDING under a lease, then SENT or FAILED."""

import pytest

from switchboard.cloud.aws import AwsError
from switchboard.ledger import replies
from switchboard.ledger.states import ReplyState
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import answer_row, answered

LEASE = 75.0


def take(hint, now=START):
    return replies.claim(hint, lease=LEASE, now=now)


def test_a_ready_answer_is_taken_with_all_that_is_needed_to_push_it(cloud):
    hint = answered(build.result("hello"))

    sending = take(hint)

    assert (sending.attempt, sending.postponed, sending.parts) == (1, 0, 0)
    assert sending.reply.result.text == "hello"
    assert sending.reply.reply_to == build.envelope().reply_to
    row = answer_row(cloud, hint)
    assert (row["state"], row["due_at"]) == ("SENDING", START + LEASE)


def test_nobody_takes_what_is_being_sent(cloud):
    hint = answered()
    take(hint)

    assert take(hint) is None
    assert take(hint, START + LEASE) is None


def test_after_the_lease_another_takes_it_and_knows_that_it_is_the_second(cloud):
    hint = answered()
    take(hint)

    assert take(hint, START + LEASE + 1).attempt == 2


def test_there_is_nothing_to_take_where_there_is_no_answer(cloud):
    assert take(build.hint(build.run_id())) is None
    assert not cloud.table.rows


@pytest.mark.parametrize("state", [ReplyState.SENT, ReplyState.FAILED])
def test_a_settled_answer_is_done_with(cloud, state):
    hint = answered()

    replies.settle(take(hint), state)

    row = answer_row(cloud, hint)
    assert row["state"] == state
    assert not {"due", "due_at", "lease_until"} & set(row)
    assert take(hint, START + 10 * LEASE) is None


def test_who_lost_the_lease_settles_nothing(cloud):
    hint = answered()
    loser = take(hint)
    winner = take(hint, START + LEASE + 1)

    with pytest.raises(AwsError, match="ConditionalCheckFailed"):
        replies.settle(loser, ReplyState.SENT)
    assert answer_row(cloud, hint)["holder"] == winner.holder


def test_a_postponed_answer_is_ready_again_and_remembers_its_parts(cloud):
    hint = answered()

    replies.retry_later(take(hint), START + 9, 2, refused=True)

    row = answer_row(cloud, hint)
    assert (row["state"], row["due_at"]) == ("READY", START + 9)
    again = take(hint)
    assert (again.attempt, again.postponed, again.parts) == (1, 1, 2)


def test_who_lost_the_lease_postpones_nothing(cloud):
    hint = answered()
    loser = take(hint)
    take(hint, START + LEASE + 1)

    with pytest.raises(AwsError, match="ConditionalCheckFailed"):
        replies.retry_later(loser, START + 9, 1, refused=True)
    assert answer_row(cloud, hint)["state"] == "SENDING"


def test_postponing_again_and_again_is_counted(cloud):
    hint = answered()
    for _ in range(3):
        replies.retry_later(take(hint), START, 0, refused=True)

    assert take(hint).postponed == 3


def test_a_take_whose_answer_was_lost_is_still_ours(cloud):
    hint = answered()
    cloud.ports.fail("dynamodb.UpdateItem", ports.dropped(), when="after")

    sending = take(hint)

    assert answer_row(cloud, hint)["holder"] == sending.holder


def test_what_aws_refuses_is_not_taken_for_a_lost_race(cloud):
    hint = answered()
    cloud.ports.fail("dynamodb.UpdateItem", ports.refused("AccessDeniedException"))

    with pytest.raises(AwsError, match="AccessDenied"):
        take(hint)
