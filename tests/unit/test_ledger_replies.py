"""The moves of an answer: READY, SENDING under a lease, then SENT or FAILED."""

from switchboard.ledger import replies
from tests.kit import build
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


def test_a_postponed_answer_is_ready_again_and_remembers_its_parts(cloud):
    hint = answered()

    replies.retry_later(take(hint), START + 9, 2, refused=True)

    row = answer_row(cloud, hint)
    assert (row["state"], row["due_at"]) == ("READY", START + 9)
    again = take(hint)
    assert (again.attempt, again.postponed, again.parts) == (1, 1, 2)


def test_postponing_again_and_again_is_counted(cloud):
    hint = answered()
    for _ in range(3):
        replies.retry_later(take(hint), START, 0, refused=True)

    assert take(hint).postponed == 3
